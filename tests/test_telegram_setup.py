"""Setting Telegram up: everything once, nothing twice, and nothing that it would refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.channels.errors import ChannelRefused
from bot.channels.telegram_setup import Change, Profile, set_up, set_up_webhook, webhook_trouble
from tests.telegram_bot import asynchronous, on_telegram, until

EN = Profile(
    "Japanese, where?", "Finds classes", "Classes", (("help", "What I can do"), ("cities", "All cities"))
)
PT = Profile(
    "Japonês, onde?", "Acha aulas", "Aulas", (("help", "O que eu faço"), ("cities", "Todas as cidades"))
)
PROFILES = {"en": EN, "pt": PT}
PARTS = ["name", "description", "short description", "commands"]


@asynchronous
async def test_everything_is_set_once() -> None:
    async with on_telegram() as (telegram, api):
        changes = await set_up(api, PROFILES, "en")
        assert [change for change in changes if change.language == ""] == [Change(part) for part in PARTS]
        assert [change for change in changes if change.language == "pt"] == [
            Change(part, "pt") for part in PARTS
        ]
        assert telegram.settings["name", ""] == EN.name
        assert telegram.settings["description", "pt"] == PT.description
        assert telegram.settings["commands", "pt"][1] == {
            "command": "cities",
            "description": "Todas as cidades",
        }
        assert await set_up(api, PROFILES, "en") == []
        assert not telegram.refused()


@asynchronous
async def test_only_what_differs_is_set() -> None:
    async with on_telegram() as (_, api):
        await set_up(api, PROFILES, "en")
        changed = {"en": EN, "pt": replace(PT, commands=PT.commands[:1])}
        assert await set_up(api, changed, "en") == [Change("commands", "pt")]


@asynchronous
@pytest.mark.parametrize(
    ("profile", "part"),
    [
        (replace(PT, name="x" * 65), "name"),
        (replace(PT, name=""), "name"),
        (replace(PT, description="x" * 513), "description"),
        (replace(PT, short_description="x" * 121), "short description"),
        (replace(PT, commands=(("Help", "x"),)), "command names"),
        (replace(PT, commands=(("help", ""),)), "command descriptions"),
        (replace(PT, commands=(("help", "x" * 257),)), "command descriptions"),
        (replace(PT, commands=(("help", "x"),) * 101), "commands"),
    ],
)
async def test_what_telegram_would_refuse_is_named_before_anything_is_set(
    profile: Profile, part: str
) -> None:
    async with on_telegram() as (telegram, api):
        with pytest.raises(ValueError, match=rf"'pt': {part}$"):
            await set_up(api, {"en": EN, "pt": profile}, "en")
        assert not telegram.calls


@asynchronous
async def test_languages_have_two_letters() -> None:
    async with on_telegram() as (_, api):
        with pytest.raises(ValueError, match="language"):
            await set_up(api, {"pt-BR": PT}, "pt-BR")


@asynchronous
async def test_the_webhook_is_set_and_taken_away() -> None:
    async with on_telegram() as (telegram, api):
        url = "https://example.org/webhook/telegram"
        assert await set_up_webhook(api, url, "s3cret") == [Change("webhook")]
        assert await set_up_webhook(api, url, "s3cret") == []
        assert [call["secret_token"] for call in telegram.called("setWebhook")] == ["s3cret", "s3cret"]
        assert await set_up_webhook(api, "", "") == [Change("webhook")]
        assert await set_up_webhook(api, "", "") == []
        assert len(telegram.called("deleteWebhook")) == 1


@asynchronous
async def test_trouble_with_the_webhook_is_told() -> None:
    async with on_telegram() as (telegram, api):
        await set_up_webhook(api, "http://127.0.0.1:9/nobody", "s3cret")
        assert await webhook_trouble(api) == ""
        telegram.say("one")
        await until(lambda: bool(telegram.deliveries))
        assert "Wrong response" in await webhook_trouble(api)


@asynchronous
async def test_a_wrong_token_is_named() -> None:
    async with on_telegram("123456:wrong") as (_, api):
        with pytest.raises(ChannelRefused):
            await set_up(api, PROFILES, "en")
        with pytest.raises(ChannelRefused):
            await set_up_webhook(api, "", "")

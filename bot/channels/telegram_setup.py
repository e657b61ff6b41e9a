"""Tells Telegram what to show of the bot: its name, descriptions and commands in each language, its webhook.

Sets only what differs, so it can run again at any time. Knows none of the words: they are given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.limits import utf16_length
from bot.channels.telegram_api import ALLOWED_UPDATES, TelegramApi
from bot.channels.telegram_calls import named_refusals

MAX_NAME = 64
MAX_DESCRIPTION = 512
MAX_SHORT_DESCRIPTION = 120
MAX_COMMANDS = 100
MAX_COMMAND_DESCRIPTION = 256

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True)
class Profile:
    """The bot in one language. `description` stands in an empty chat, `short_description` on its page and
    where it is shared; `commands` are (name, description).
    """

    name: str
    description: str
    short_description: str
    commands: tuple[tuple[str, str], ...]

    def problems(self) -> list[str]:
        """Which parts Telegram would refuse."""
        commands = self.commands
        return [
            part
            for part, fits in (
                ("name", 1 <= utf16_length(self.name) <= MAX_NAME),
                ("description", utf16_length(self.description) <= MAX_DESCRIPTION),
                ("short description", utf16_length(self.short_description) <= MAX_SHORT_DESCRIPTION),
                ("commands", len(commands) <= MAX_COMMANDS),
                ("command names", all(_COMMAND.fullmatch(name) for name, _ in commands)),
                (
                    "command descriptions",
                    all(1 <= utf16_length(d) <= MAX_COMMAND_DESCRIPTION for _, d in commands),
                ),
            )
            if not fits
        ]


@dataclass(frozen=True, slots=True)
class Change:
    """What was set: "name", "description", "short description", "commands" or "webhook"; `language` is "" for
    what everybody sees who has no language of ours.
    """

    what: str
    language: str = ""


async def set_up(api: TelegramApi, profiles: Mapping[str, Profile], fallback: str) -> list[Change]:
    """Registers a profile for each language (ISO 639-1); that of `fallback` is for all other languages too.

    Raises ValueError before anything is set where Telegram would refuse a text, ChannelRefused for a wrong
    token, TelegramError where a call fails.
    """
    for language, profile in profiles.items():
        problems = profile.problems() if _LANGUAGE.fullmatch(language) else ["language"]
        if problems:
            raise ValueError(f"Telegram would refuse, for {language!r}: {', '.join(problems)}")
    changes: list[Change] = []
    with named_refusals():
        for language, profile in [("", profiles[fallback]), *profiles.items()]:
            changes += [Change(what, language) for what in await _set_profile(api, profile, language)]
    return changes


async def set_up_webhook(api: TelegramApi, url: str, secret: str) -> list[Change]:
    """Has updates sent to the URL, or kept for polling where it is "".

    Telegram does not tell the secret, so it is set anew each time.
    """
    with named_refusals():
        info = await api.bot.get_webhook_info()
    is_as_wished = info.url == url and (not url or set(info.allowed_updates) == set(ALLOWED_UPDATES))
    if url:
        await api.set_webhook(url, secret)
    elif info.url:
        await api.delete_webhook()
    return [] if is_as_wished else [Change("webhook")]


async def webhook_trouble(api: TelegramApi) -> str:
    """What went wrong when Telegram last called the webhook, in its own words; "" if nothing did."""
    with named_refusals():
        info = await api.bot.get_webhook_info()
    return info.last_error_message or ""


async def _set_profile(api: TelegramApi, profile: Profile, language: str) -> list[str]:
    """What had to be set. Telegram counts these calls strictly, so what is right already is left alone."""
    bot, code, changed = api.bot, language or None, []
    if (await bot.get_my_name(code)).name != profile.name:
        await bot.set_my_name(profile.name, code)
        changed.append("name")
    if (await bot.get_my_description(code)).description != profile.description:
        await bot.set_my_description(profile.description, code)
        changed.append("description")
    if (await bot.get_my_short_description(code)).short_description != profile.short_description:
        await bot.set_my_short_description(profile.short_description, code)
        changed.append("short description")
    commands = await bot.get_my_commands(language_code=code)
    if tuple((command.command, command.description) for command in commands) != profile.commands:
        await bot.set_my_commands(profile.commands, language_code=code)
        changed.append("commands")
    return changed

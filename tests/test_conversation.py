"""What no dialogue file can write down: endless texts, odd letters, markup; nothing of it is an error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import Turn
from bot.model import Incoming, Kind, Say
from bot.state import UserState
from tests.facts import LANGUAGES, conversation, locales


def turn(text: str, state: UserState | None = None, *, hint: str = "", command: str = "") -> Turn:
    incoming = Incoming("console", "x", "1", Kind.TEXT, text, hint=hint, command=command)
    return conversation().turn(incoming, state or UserState(), 1.8e9)


def heard(text: str, *, hint: str = "", command: str = "") -> str:
    reply = turn(text, hint=hint, command=command).reply
    assert reply is not None
    return reply.text


def test_an_endless_message_is_answered_with_a_request_for_a_short_one() -> None:
    assert heard("where can i learn japanese " * 400) == locales().get("en")("too_long")
    assert "Komaki · 小牧市" in heard("blah " * 50 + "where can I learn Japanese in Komaki?")


@pytest.mark.parametrize("text", ["", "  \n\t ", "\u200b\u200d\ufeff"])
@pytest.mark.parametrize("hint", LANGUAGES)
def test_an_empty_message_is_answered_in_the_language_of_the_app(text: str, hint: str) -> None:
    assert heard(text, hint=hint).split("\n")[0] in locales().get(hint)(
        "empty", example=locales().get(hint)("words.example", place="Komaki")
    )


@pytest.mark.parametrize("text", ["🎌🎌🎌", "👍", "😂😂", "🇧🇷"])
def test_emoji_alone_get_an_answer_and_leave_the_language_alone(text: str) -> None:
    assert turn(text, hint="pt").reply is not None
    state = turn("học tiếng Nhật ở Komaki").state
    assert state is not None
    after = turn(text, state).reply
    assert after is not None
    assert after.language == "vi"


@pytest.mark.parametrize(
    "text", ["<b>Komaki</b>", "*Komaki*", "[Komaki](http://x.y)", "Komaki'; DROP TABLE state;--"]
)
def test_markup_around_a_name_does_not_hide_it(text: str) -> None:
    assert "Komaki · 小牧市" in heard(text)


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_text_is_an_error_and_every_answer_says_something(text: str) -> None:
    result = turn(text)
    assert result.reply is not None
    assert result.reply.text
    assert all(0 < len(c.words.encode()) <= 64 for c in result.reply.choices if isinstance(c, Say))


def test_commands_of_the_platform_need_no_words() -> None:
    assert "Gunma Prefecture" in heard("", command="cities")
    assert "Japanese class in Komaki" in heard("", command="help")
    assert "Tiếng Việt" in heard("", command="language")
    assert "Từ giờ mình trả lời bằng tiếng Việt nhé." in heard("tiếng Việt", command="language")


def test_the_choice_of_a_language_holds_until_another_message_is_clearly_in_another() -> None:
    chosen = turn("Português").state
    assert chosen is not None
    assert chosen.choice == "pt"
    for text, language in [
        ("Komaki", "pt"),
        ("where can I learn Japanese in Ueda, please?", "en"),
        ("Ota", "pt"),
    ]:
        result = turn(text, chosen)
        assert result.reply is not None
        assert result.state is not None
        assert (result.reply.language, result.state.choice) == (language, "pt")
        chosen = result.state

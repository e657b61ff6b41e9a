"""Buttons only say words, so the words of every button must be understood as what the button is for."""

from __future__ import annotations

import pytest

from bot.model import Incoming, Kind
from bot.place_answers import TOPICS
from bot.state import UserState
from intents.model import Understanding
from tests.facts import EVERY_MEMBER, LANGUAGES, conversation, locales, members


def understood(text: str) -> tuple[Understanding, str]:
    """What a first message is understood as, and the language of its answer."""
    turn = conversation().turn(Incoming("console", "test", "1", Kind.TEXT, text), UserState(), 1.8e9)
    assert turn.understood is not None
    assert turn.reply is not None
    return turn.understood, turn.reply.language


_FOR_A_PLACE = {
    "example": ("find_class", frozenset()),
    "contact": ("find_contact", frozenset()),
    "write": ("find_contact", frozenset({"write"})),
    "show": ("class_details", frozenset({"show"})),
    **{f"topic.{topic}": ("class_details", frozenset({topic})) for topic in TOPICS},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("member_id", EVERY_MEMBER)
def test_the_words_for_a_place(member_id: str, language: str) -> None:
    member = members().get(member_id)
    assert member is not None
    wrong = []
    for key, (intent, topics) in _FOR_A_PLACE.items():
        words = locales().get(language)(f"words.{key}", place=member.name)
        result, replied = understood(words)
        right = (
            (result.intent == intent or (bool(topics & {"write", "show"}) and topics <= result.topics))
            and [place.id for place in result.places] == [member_id]
            and topics <= result.topics
            and replied == language
        )
        if not right:
            wrong.append(
                (words, result.intent, [p.id for p in result.places], sorted(result.topics), replied)
            )
    assert wrong == []


@pytest.mark.parametrize("member_id", EVERY_MEMBER)
def test_a_bare_name_is_that_place(member_id: str) -> None:
    member = members().get(member_id)
    assert member is not None
    for name in (member.name, member.japanese):
        result, _ = understood(name)
        assert result.intent == "find_class"
        assert [place.id for place in result.places] == [member_id]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_without_a_place(language: str) -> None:
    locale = locales().get(language)
    listed, replied = understood(locale("words.list"))
    assert (listed.intent, listed.places, replied) == ("list_places", (), language)
    found, replied = understood(locale("words.find"))
    assert (found.intent, found.places, replied) == ("find_class", (), language)
    changed, _ = understood(locale("words.language"))
    assert (changed.intent, changed.target_language) == ("change_language", "")
    chosen, replied = understood(locale.name)
    assert (chosen.intent, chosen.target_language, replied) == ("change_language", language, language)


def test_every_prefecture_is_understood_by_its_japanese_name() -> None:
    for prefecture in members().prefectures:
        result, _ = understood(prefecture.japanese)
        assert [(place.kind, place.id) for place in result.places] == [("prefecture", prefecture.id)]

"""The real facts and words of the repository, loaded once for all tests."""

from __future__ import annotations

from functools import cache

from bot.answers import Answers
from bot.app import load_conversation
from bot.conversation import Conversation
from bot.locales import Locales, load_locales
from bot.members import Members, load_members
from bot.settings import ROOT
from intents.gazetteer import Gazetteer
from intents.model import Place


@cache
def members() -> Members:
    return load_members(ROOT / "data")


@cache
def locales() -> Locales:
    return load_locales(ROOT / "locales")


@cache
def gazetteer() -> Gazetteer:
    return Gazetteer.load(ROOT / "data")


@cache
def answers() -> Answers:
    return Answers(members(), gazetteer(), locales())


def member(member_id: str) -> Place:
    found = members().get(member_id)
    assert found is not None
    return Place("member", found.id, found.code, found.name)


LANGUAGES = sorted(load_locales(ROOT / "locales").by_code)
EVERY_MEMBER = [found.id for found in load_members(ROOT / "data").all]


@cache
def conversation() -> Conversation:
    return load_conversation(ROOT / "data", ROOT / "locales", ROOT / "intents")

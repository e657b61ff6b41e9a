"""Conversations as people have them: tests/dialogues/*.yaml, a test a dialogue.

`says` is what the user writes (`sends: location` with lat and lon, `sends: sticker` for what cannot be read),
`hears` what the answer must contain, `hears_not` what it must not, `after_minutes` how long the user waited.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from _pytest.mark import ParameterSet

from bot.model import Incoming, Kind, Location
from bot.state import UserState, from_json, to_json
from intents.model import Context, Place
from tests.facts import LANGUAGES, conversation

FOLDER = Path(__file__).parent / "dialogues"
_START = 1_800_000_000.0


def _dialogues() -> Iterator[ParameterSet]:
    for path in sorted(FOLDER.glob("*.yaml")):
        # The file of a language that has just been added holds comments only.
        for dialogue in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            yield pytest.param(dialogue, id=f"{path.stem}: {dialogue['name']}")


def _as_list(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)] if value else []


def _as_stored(context: Context) -> Context:
    """The context without the text of unknown places, which is not kept: it could be anything."""

    def kept(places: tuple[Place, ...]) -> tuple[Place, ...]:
        return tuple(replace(place, text="") if place.kind == "unknown" else place for place in places)

    return replace(
        context, places=kept(context.places), recent=kept(context.recent), listed=kept(context.listed)
    )


def test_every_language_has_dialogues() -> None:
    assert set(LANGUAGES) <= {str(dialogue.id).partition(":")[0] for dialogue in _dialogues()}


@pytest.mark.parametrize("dialogue", list(_dialogues()))
def test_dialogue(dialogue: dict[str, object]) -> None:
    state, now = UserState(), _START
    turns = dialogue["turns"]
    assert isinstance(turns, list)
    assert turns
    for number, turn in enumerate(turns):
        now += 60 * float(turn.get("after_minutes", 1))
        kinds = {"location": Kind.LOCATION, "sticker": Kind.UNREADABLE, "start": Kind.STARTED}
        kind = kinds[turn["sends"]] if "sends" in turn else Kind.TEXT
        where = Location(turn["lat"], turn["lon"]) if kind is Kind.LOCATION else None
        text, hint = str(turn.get("says", "")), str(dialogue.get("hint", ""))
        incoming = Incoming("console", "test", str(number), kind, text, where, hint)
        result = conversation().turn(incoming, state, now)
        # What is remembered survives the store.
        state = from_json(to_json(result.state)) if result.state else UserState()
        assert result.state is None or state.context == _as_stored(result.state.context)
        assert result.reply is not None
        heard = result.reply.text
        for wanted in _as_list(turn.get("hears")):
            assert wanted in heard, f"after “{text}” one hears: {heard}"
        for unwanted in _as_list(turn.get("hears_not")):
            assert unwanted not in heard, f"after “{text}” one hears: {heard}"

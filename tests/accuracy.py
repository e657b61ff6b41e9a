"""`make accuracy`: how well messages are understood that were never looked at while building.

Prints one row a file, language, intent and kind of place, and the confusions, as counts only: the kept-back
messages themselves stay unread. With `--open` it cross-validates on the open messages instead, and
`--show N` prints up to N of their mistakes. Ends with 1 where a row is below tests/utterances/floors.yaml.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from intents import carry, phrases
from intents.gazetteer import Gazetteer, distance_km
from intents.matcher import Matcher, Weights, assemble, finder_of, load
from intents.model import Context, Place, Understanding
from tests.labelled import Labelled, Verdict, dialogues, judge, kind_of, messages

ROOT = Path(__file__).resolve().parent.parent
UTTERANCES = ROOT / "tests" / "utterances"
LANGUAGES = ("en", "pt", "vi", "ja", "es")
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled message, what was understood, and the verdict."""

    label: Labelled
    found: Understanding
    verdict: Verdict


class Offers:
    """The members that an answer offers as choices: those of a prefecture in a list, or the nearest ones."""

    def __init__(self) -> None:
        self._gazetteer = Gazetteer.load(ROOT / "data")
        known = yaml.safe_load((ROOT / "data" / "places.yaml").read_text(encoding="utf-8"))["members"]
        self._members = {name: Place("member", name, facts["code"]) for name, facts in known.items()}
        self._prefectures = {name: facts["prefecture"] for name, facts in known.items()}
        self._halls = {name: (facts["lat"], facts["lon"]) for name, facts in known.items()}

    def after_answer(self, context: Context, found: Understanding) -> Context:
        """The context once `found` is answered."""
        asked = next((place for place in found.places if place.kind != "member"), None)
        if asked is None:
            return carry.after(context, found)
        inside = self._inside(asked)
        return carry.after(context, found, inside, () if inside else self._near(asked))

    def _inside(self, asked: Place) -> Sequence[Place]:
        if asked.kind != "prefecture":
            return ()
        return [self._members[m] for m, prefecture in self._prefectures.items() if prefecture == asked.id]

    def _near(self, asked: Place) -> Sequence[Place]:
        where = self._gazetteer.by_code(asked.code)
        if where is None:
            return ()
        near = sorted(self._halls, key=lambda member: distance_km(where.lat, where.lon, *self._halls[member]))
        return [self._members[member] for member in near[:3]]


def judge_messages(matcher: Matcher, labels: Iterable[Labelled]) -> list[Judged]:
    """Each message by itself."""
    judged = []
    for label in labels:
        found = matcher.understand(label.text)
        judged.append(Judged(label, found, judge(found, label, found.language or "en")))
    return judged


def judge_dialogues(matcher: Matcher, labels: Iterable[Labelled], offers: Offers) -> list[Judged]:
    """Each turn in its conversation."""
    judged = []
    context, dialogue = Context(), ""
    for label in labels:
        if label.dialogue != dialogue:
            context, dialogue = Context(), label.dialogue
        found = matcher.understand(label.text, context)
        context = offers.after_answer(context, found)
        judged.append(Judged(label, found, judge(found, label, context.language or "en")))
    return judged


def cross_validate(offers: Offers) -> list[Judged]:
    """The open messages, each judged by a matcher that learnt from the others only."""
    from intents.examples import from_messages
    from intents.learn import learn

    found = phrases.load(ROOT / "intents")
    finder = finder_of(found, ROOT / "data")
    examples = {example.text: example for example in from_messages(UTTERANCES / "open", found)}
    texts = list(examples)
    random.Random(1).shuffle(texts)  # noqa: S311 - folds, not secrets
    fold = {text: i % FOLDS for i, text in enumerate(texts)}
    labels = list(messages(UTTERANCES / "open"))
    judged = []
    for number in range(FOLDS):
        rest = [example for text, example in examples.items() if fold[text] != number]
        matcher = assemble(found, Weights.of(learn(rest, found, finder)), finder)
        judged += judge_messages(matcher, [label for label in labels if fold[label.text] == number])
    learnt = learn(list(examples.values()), found, finder)
    return judged + judge_dialogues(
        assemble(found, Weights.of(learnt), finder), dialogues(UTTERANCES / "open"), offers
    )


def row(name: str, judged: Sequence[Judged]) -> str:
    """One row of the table."""
    count = len(judged)

    def share(right: Callable[[Verdict], bool]) -> str:
        return f"{sum(right(one.verdict) for one in judged) / count:.3f}"

    beyond = sum(one.label.intent == "out_of_scope" for one in judged)
    false = sum(one.verdict.false_answer for one in judged)
    return (
        f"{name:22} n {count:5}  exact {share(lambda v: v.exact)}  intent {share(lambda v: v.intent)}"
        f"  place {share(lambda v: v.place)}  language {share(lambda v: v.language)}"
        f"  wrong member {sum(one.verdict.wrong_member for one in judged):3}  false answer {false:3}/{beyond}"
    )


def groups(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    """The rows of the table by name, in order. `messages` are those without a conversation."""
    alone = [one for one in judged if not one.label.dialogue]
    found: dict[str, list[Judged]] = {}
    for one in judged:
        found.setdefault(one.label.file, []).append(one)
    for language in LANGUAGES:
        found[f"language {language}"] = [one for one in alone if language in one.label.language.split("|")]
    found["place traps"] = [one for one in alone if one.label.file.startswith("place")]
    for one in sorted(alone, key=lambda one: one.label.intent.split("|")[0]):
        found.setdefault(f"intent {one.label.intent.split('|')[0]}", []).append(one)
    for one in sorted(alone, key=lambda one: kind_of(one.label)):
        found.setdefault(f"asks for {kind_of(one.label)}", []).append(one)
    found["messages"] = alone
    found["dialogues"] = [one for one in judged if one.label.dialogue]
    return {name: rows for name, rows in found.items() if rows}


def confusions(judged: Iterable[Judged]) -> list[tuple[str, int]]:
    """Which intent was taken for which, most frequent first."""
    counts = Counter(
        f"{one.label.intent} taken for {one.found.intent}" for one in judged if not one.verdict.intent
    )
    return counts.most_common(15)


def shortfalls(
    judged: Mapping[str, Sequence[Judged]], floors: Mapping[str, Mapping[str, float]]
) -> list[str]:
    """Where a floor is missed; a floor on `false_answer` is a ceiling."""
    missed = []
    for name, wanted in floors.items():
        rows = judged.get(name, [])
        for measure, bound in wanted.items():
            if measure == "false_answer":
                beyond = max(1, sum(one.label.intent == "out_of_scope" for one in rows))
                value = sum(one.verdict.false_answer for one in rows) / beyond
                bad = value > bound
            else:
                value = sum(bool(getattr(one.verdict, measure)) for one in rows) / max(1, len(rows))
                bad = value < bound
            if bad:
                missed.append(f"{name}: {measure} {value:.3f}, the floor is {bound}")
    return missed


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", action="store_true", help="cross-validate on the open messages")
    parser.add_argument("--show", type=int, default=0, help="print so many mistakes (with --open only)")
    options = parser.parse_args(arguments)
    if options.show and not options.open:
        parser.error("the kept-back messages are never shown: use --open with --show")
    offers = Offers()
    if options.open:
        judged = cross_validate(offers)
    else:
        matcher = load(ROOT / "intents", ROOT / "data")
        judged = judge_messages(matcher, messages(UTTERANCES / "kept_back"))
        judged += judge_dialogues(matcher, dialogues(UTTERANCES / "kept_back"), offers)
    table = groups(judged)
    for name, rows in table.items():
        print(row(name, rows))
    print("\nIntents confused:")
    for name, count in confusions(one for one in judged if not one.label.dialogue):
        print(f"{count:5}  {name}")
    for one in [one for one in judged if not one.verdict.exact][: options.show]:
        places = "+".join(f"{place.kind}:{place.id}" for place in one.found.places) or "none"
        print(f"\n{one.label.text}\n  wanted {one.label.intent} {one.label.place} {one.label.language}")
        print(f"  found  {one.found.intent} {places} {one.found.language or '-'} ({one.found.score:.2f})")
    if options.open:
        return 0
    floors = yaml.safe_load((UTTERANCES / "floors.yaml").read_text(encoding="utf-8"))
    missed = shortfalls(table, floors)
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

"""What a language of intents/*.yaml still lacks, and the matcher's own errors as problems for a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.locales import REFERENCE
from bot.problems import Problem
from intents.phrases import Phrases

#: With fewer example sentences of an intent, a language is not offered.
_EXAMPLES_AT_LEAST = 2
#: On which side of a name a word stands differs between languages, so lists for one side may be left out.
_SIDES = ("_before", "_after")


def lacking(phrases: Mapping[str, Phrases]) -> dict[str, tuple[Problem, ...]]:
    """What each unfinished language lacks; a list that is there but empty ([]) lacks nothing."""
    if REFERENCE not in phrases:
        return {}
    every = {code: tuple(_lacking(own, phrases)) for code, own in phrases.items() if code != REFERENCE}
    return {code: problems for code, problems in every.items() if problems}


def _lacking(own: Phrases, phrases: Mapping[str, Phrases]) -> Iterator[Problem]:
    file, english = f"{own.language}.yaml", phrases[REFERENCE]
    for section, theirs, ours in (
        ("places", _keys(english.places), _keys(own.places)),
        ("concepts", list(english.concepts), own.concepts.keys()),
        ("languages", list(phrases), own.languages.keys()),
    ):
        for key in theirs:
            if key not in ours and not key.endswith(_SIDES):
                mend = f"{REFERENCE}.yaml shows what belongs there; where there is nothing, write []."
                yield Problem(file, f"{section}.{key}", "is missing.", mend)
    for intent, sentences in english.examples.items():
        wanted = min(len(sentences), _EXAMPLES_AT_LEAST)
        there = len(own.examples.get(intent, ()))
        if there < wanted:
            what = f"has {there} example sentences; it needs {wanted} or more."
            yield Problem(file, f"examples.{intent}", what, f"One in {REFERENCE}.yaml: “{sentences[0]}”.")


def _keys(section: object) -> list[str]:
    return [str(key) for key in section] if isinstance(section, dict) else []


def as_problem(error: Exception) -> Problem:
    """The matcher says “pt.yaml: examples.greet: must be a list”: file, key and what is wrong."""
    file, _, rest = str(error).partition(": ")
    where, _, what = rest.partition(": ")
    return Problem(file, where, f"{what}.") if what else Problem(file, "", f"{rest or 'cannot be used'}.")

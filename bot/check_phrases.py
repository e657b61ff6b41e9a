"""Tries every example sentence of intents/*.yaml on the matcher: each must win its own intent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bot.phrase_problems import as_problem, lacking
from bot.problems import Problem
from intents import model_file
from intents.matcher import Matcher, Weights, assemble, finder_of
from intents.model import Context
from intents.phrases import Phrases
from intents.phrases import load as load_phrases
from intents.text import fold, normalise

_LEARN = "Run “make learn”."

#: Told how many of how many example sentences have been tried.
Progress = Callable[[int, int], None]


def check_phrases(
    intents_dir: Path, data_dir: Path, place: str, progress: Progress | None = None
) -> list[Problem]:
    """Every problem of the phrases. `place` is the name that is put in for {place}."""
    try:
        phrases = load_phrases(intents_dir)
        finder = finder_of(phrases, data_dir)
    except (ValueError, OSError) as error:
        return [as_problem(error)]
    problems = [problem for missing in lacking(phrases).values() for problem in missing]
    problems += _doubles(phrases)
    try:
        learnt = model_file.load(intents_dir)
        stale = model_file.is_stale(intents_dir, phrases)
    except ValueError:
        return [*problems, Problem(model_file.FILE, "", "cannot be read.", _LEARN)]
    if stale:
        what = "was made from other example sentences than those in the files now."
        problems.append(Problem(model_file.FILE, "", what, _LEARN))
    matcher = assemble(phrases, Weights.of(learnt), finder)
    return [*problems, *_overmatched(phrases, matcher, place, progress)]


def _doubles(phrases: Mapping[str, Phrases]) -> Iterator[Problem]:
    """A sentence that is an example twice in one language, of one intent or of two."""
    for language, own in phrases.items():
        seen: dict[str, str] = {}
        for intent, sentences in own.examples.items():
            for number, sentence in enumerate(sentences):
                first = seen.setdefault(fold(normalise(sentence)).strip(), f"{intent}.{number}")
                if first != f"{intent}.{number}":
                    other = first.partition(".")[0]
                    what = f"“{sentence}” is an example of {other} already."
                    where = f"examples.{intent}.{number}"
                    yield Problem(f"{language}.yaml", where, what, "Keep it where it belongs, once.")


def _overmatched(
    phrases: Mapping[str, Phrases], matcher: Matcher, place: str, progress: Progress | None
) -> Iterator[Problem]:
    """Sentences that are understood as something else than what they are an example of."""
    total = sum(len(sentences) for own in phrases.values() for sentences in own.examples.values())
    done = 0
    for language, own in phrases.items():
        for intent, sentences in own.examples.items():
            for number, sentence in enumerate(sentences):
                text = sentence.replace("{place}", place)
                understood = matcher.understand(text, Context(language=language))
                if understood.intent != intent:
                    what = f"“{sentence}” is understood as {understood.intent}."
                    mend = f"{_LEARN} If it stays so, move the sentence or reword it."
                    yield Problem(f"{language}.yaml", f"examples.{intent}.{number}", what, mend)
                done += 1
                if progress is not None:
                    progress(done, total)

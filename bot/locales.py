"""What the bot says: whole sentences per language from locales/*.yaml, with holes for names and links."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.problems import BadData, Problem
from bot.yamlfile import read_yaml

#: The file whose keys and holes every other one must have.
REFERENCE = "en"
#: Keys that may stand empty: not every language has a code for translated pages.
MAY_BE_EMPTY = frozenset({"translate"})
PHRASES_FILE = "japanese-phrases.yaml"
#: The holes of each Japanese phrase; each `question` of the locales has a text and a reading besides.
_PHRASES: dict[str, frozenset[str]] = {
    "email.subject": frozenset(),
    "email.body": frozenset({"city"}),
    "email.body_with_question": frozenset({"city", "question"}),
    "counter.text": frozenset(),
    "counter.reading": frozenset(),
    "poster.staff": frozenset({"city"}),
}


class Locale:
    """The sentences of one language, by dotted key ("find_class.page_one")."""

    def __init__(self, code: str, sentences: dict[str, str]) -> None:
        self.code = code
        self._sentences = sentences

    def __call__(self, key: str, **holes: str) -> str:
        """The sentence with its holes filled. KeyError on a key or hole that the locale does not have."""
        return self._sentences[key].format_map(holes) if holes else self._sentences[key]

    @property
    def name(self) -> str:
        """The language's name in itself: Português."""
        return self._sentences["name"]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._sentences)

    def items(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._sentences.items())


@dataclass(frozen=True, slots=True)
class Locales:
    """Every language the bot answers in, and the Japanese phrases that all of them share.

    `unfinished` are the languages that still lack sentences, with what they lack: nobody is offered them.
    """

    by_code: dict[str, Locale]
    phrases: Locale
    unfinished: dict[str, tuple[Problem, ...]] = field(default_factory=dict)

    def get(self, code: str) -> Locale:
        """The locale of that language, or English: the code may be an IETF tag such as pt-BR."""
        return (
            self.by_code.get(code) or self.by_code.get(code.split("-")[0].lower()) or self.by_code[REFERENCE]
        )

    def without(self, lacking: Mapping[str, tuple[Problem, ...]]) -> Locales:
        """The same without the languages that lack something elsewhere, which are then unfinished too."""
        finished = {code: locale for code, locale in self.by_code.items() if code not in lacking}
        return Locales(finished, self.phrases, {**lacking, **self.unfinished})

    @property
    def default(self) -> str:
        """The language for whoever gives no hint of theirs."""
        return REFERENCE

    def has(self, code: str) -> bool:
        return code in self.by_code


def holes_of(sentence: str) -> frozenset[str]:
    """The names in braces. ValueError where a brace is not closed."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def load_locales(folder: Path) -> Locales:
    """Every locales/xx.yaml that is finished. A language that lacks keys is left out and told of.

    Raises BadData where English lacks one, or where any file has a hole or key wrong or is not readable.
    """
    files = sorted(path for path in folder.glob("*.yaml") if path.name != PHRASES_FILE)
    if folder / f"{REFERENCE}.yaml" not in files:
        raise BadData([Problem(f"{REFERENCE}.yaml", "", "is missing from the locales folder.")])
    problems: list[Problem] = []
    sentences = {path.stem: _flatten(path, problems) for path in files}
    reference = sentences[REFERENCE]
    if changed := list(_changed_reference(sentences)):
        raise BadData([*problems, *changed])
    unfinished: dict[str, tuple[Problem, ...]] = {}
    for code, own in sentences.items():
        problems += _compare(f"{code}.yaml", own, reference)
        if own.get("code", code) != code:
            problems.append(Problem(f"{code}.yaml", "code", f"must be “{code}”, as the file's name says."))
        if lacking := tuple(_lacking(f"{code}.yaml", own, reference)):
            unfinished[code] = lacking
    phrases = _flatten(folder / PHRASES_FILE, problems)
    problems += _check_phrases(phrases, reference)
    problems += unfinished.get(REFERENCE, ())
    if problems:
        others = (problem for code, lacking in unfinished.items() if code != REFERENCE for problem in lacking)
        raise BadData([*problems, *others])
    finished = {code: Locale(code, own) for code, own in sentences.items() if code not in unfinished}
    return Locales(finished, Locale("ja", phrases), unfinished)


def _flatten(path: Path, problems: list[Problem]) -> dict[str, str]:
    flat: dict[str, str] = {}

    def walk(prefix: str, value: object) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(f"{prefix}.{key}" if prefix else str(key), inner)
        elif isinstance(value, str):
            flat[prefix] = value
        else:
            problems.append(Problem(path.name, prefix, "must be a text.", "Put it in quotation marks."))

    walk("", read_yaml(path))
    return flat


def _changed_reference(sentences: dict[str, dict[str, str]]) -> Iterator[Problem]:
    """Where English alone differs from all others, the slip is in English, not in every other file."""
    others = [set(own) for code, own in sentences.items() if code != REFERENCE]
    reference = sentences[REFERENCE]
    if not others:
        return
    for key in reference:
        if not any(key in other for other in others):
            mend = "Spell it as before, or add it to every other language too."
            yield Problem(f"{REFERENCE}.yaml", key, "is a key that no other language has.", mend)
    for key in sorted(set.intersection(*others) - set(reference)):
        yield Problem(f"{REFERENCE}.yaml", key, "is missing; every other language has it.")


def _lacking(file: str, own: dict[str, str], reference: dict[str, str]) -> Iterator[Problem]:
    for key, sentence in reference.items():
        if key not in own:
            yield Problem(file, key, "is missing.", f"In {REFERENCE}.yaml it says “{sentence}”.")
        elif not own[key].strip() and key not in MAY_BE_EMPTY:
            yield Problem(file, key, "is empty.", f"In {REFERENCE}.yaml it says “{sentence}”.")


def _compare(file: str, own: dict[str, str], reference: dict[str, str]) -> Iterator[Problem]:
    for key, sentence in own.items():
        if key not in reference:
            yield Problem(file, key, f"is a key that {REFERENCE}.yaml does not have.")
            continue
        holes, wanted = _holes_or_none(sentence), _holes_or_none(reference[key])
        if holes is None:
            yield Problem(file, key, "has a brace that is not closed.", "Holes are written like {place}.")
        elif wanted is not None and holes != wanted and sentence.strip():
            names = " ".join(f"{{{name}}}" for name in sorted(wanted)) or "no holes"
            yield Problem(file, key, f"must have {names}.")


def _check_phrases(own: dict[str, str], reference: dict[str, str]) -> Iterator[Problem]:
    questions = [key for key in reference if key.startswith("question.")]
    wanted = _PHRASES | {f"{key}.{part}": frozenset() for key in questions for part in ("text", "reading")}
    for key, holes in wanted.items():
        if not own.get(key, "").strip():
            yield Problem(
                PHRASES_FILE, key, "is missing.", "Learners send or show this sentence in Japanese."
            )
        elif _holes_or_none(own[key]) != holes:
            names = " ".join(f"{{{name}}}" for name in sorted(holes)) or "no holes"
            yield Problem(PHRASES_FILE, key, f"must have {names}.")


def _holes_or_none(sentence: str) -> frozenset[str] | None:
    try:
        return holes_of(sentence)
    except ValueError:
        return None

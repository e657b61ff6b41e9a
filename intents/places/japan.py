"""What everybody who knows Japan knows of its names, whatever the language: data/japan.yaml, typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from intents.places.checks import BadWords, lists, names, phrases, read


@dataclass(frozen=True, slots=True)
class Japan:
    """`aliases` and `doubtful` map spellings to romaji, the latter more often another word.

    `directions` are names that need their suffix (Kita-ku), `by_ear` other spellings of a city's suffix,
    `surnames` family names that are municipalities too, `words` romaji words that are no misspelt places and
    `companies` members whose name a company bears. `slips` and `scripts` are other spellings by member: what
    the input method got wrong, and other alphabets. `kanji_words` and `kana_words` are names that are ordinary
    words without their suffix, `phrases` names in kana that are a phrase unless a place's particle follows,
    `phrase_starts` what begins like a name and is none.
    """

    aliases: Mapping[str, str]
    doubtful: Mapping[str, str]
    directions: frozenset[str]
    by_ear: tuple[str, ...]
    surnames: frozenset[str]
    words: frozenset[str]
    companies: frozenset[str]
    slips: Mapping[str, tuple[str, ...]]
    scripts: Mapping[str, tuple[str, ...]]
    kanji_words: frozenset[str]
    kana_words: frozenset[str]
    phrases: frozenset[str]
    phrase_starts: tuple[str, ...]


def load(path: Path) -> Japan:
    """Raises OSError and BadWords."""
    found = read(path)
    for name in found:
        if name not in Japan.__slots__:
            raise BadWords(f"{path.name}: {name}: no such list")

    def words(name: str) -> tuple[str, ...]:
        return phrases(found.get(name), f"{path.name}: {name}")

    return Japan(
        aliases=names(found.get("aliases"), f"{path.name}: aliases"),
        doubtful=names(found.get("doubtful"), f"{path.name}: doubtful"),
        directions=frozenset(words("directions")),
        by_ear=words("by_ear"),
        surnames=frozenset(words("surnames")),
        words=frozenset(words("words")),
        companies=frozenset(words("companies")),
        slips=lists(found.get("slips"), f"{path.name}: slips"),
        scripts=lists(found.get("scripts"), f"{path.name}: scripts"),
        kanji_words=frozenset(words("kanji_words")),
        kana_words=frozenset(words("kana_words")),
        phrases=frozenset(words("phrases")),
        phrase_starts=words("phrase_starts"),
    )

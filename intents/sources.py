"""Makes the parts of the matcher from what was read, the same way for learning and for running."""

from __future__ import annotations

from collections.abc import Mapping

from intents.concepts import Lexicon
from intents.phrases import Phrases
from intents.places import Findings
from intents.reading import Span
from intents.replies import ANSWERS

#: Names in these roles are no places to the reader, so their letters stay.
_NO_PLACE = frozenset({"person", "company", "word"})


def lexicon_of(phrases: Mapping[str, Phrases], known: frozenset[str]) -> Lexicon:
    """The concepts of all languages; names of languages join the lists of what can be learnt."""
    concepts = {}
    for language, own in phrases.items():
        lists = {name: list(listed) for name, listed in own.concepts.items() if name not in ANSWERS}
        for code, names in own.languages.items():
            lists.setdefault("japanese" if code == "ja" else "other_language", []).extend(names)
        concepts[language] = lists
    return Lexicon(
        concepts,
        {language: own.borrows for language, own in phrases.items()},
        frozenset(language for language, own in phrases.items() if own.accents_matter),
        known,
    )


def masked_spans(findings: Findings) -> list[Span]:
    """Where the text names places, so that the name itself says nothing about the intent."""
    return [Span(m.start, m.end) for m in findings.mentions if m.role not in _NO_PLACE]

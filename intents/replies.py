"""Messages that only answer the bot: yes or no to "Did you mean ...?", the number of a choice.

Reads the word lists `agreed` and `refused`, and those of words that say nothing. They stay out of the lexicon that the
model sees: "no" and "không" mean too many other things there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from intents.concepts import Lexicon
from intents.phrases import Phrases
from intents.reading import Reading
from intents.smalltalk import all_within

YesNo = Literal["yes", "no", ""]

#: The concepts that only answer.
ANSWERS = frozenset({"agreed", "refused"})

#: Words that may stand beside a yes or no.
_AROUND = frozenset({"filler", "please", "thanks", "laugh", "exclamation"})

#: Longer messages say more than yes or no.
_LONGEST = 6

_NUMBER = re.compile(r"\W*(\d{1,2})(?:番|つ目)?\W*")


class Replies:
    """The words for yes and no of all languages."""

    def __init__(self, phrases: Mapping[str, Phrases]) -> None:
        self._lexicon = Lexicon(
            {
                language: {
                    concept: words for concept, words in own.concepts.items() if concept in ANSWERS | _AROUND
                }
                for language, own in phrases.items()
            },
            {},
            frozenset(language for language, own in phrases.items() if own.accents_matter),
        )

    def yes_or_no(self, reading: Reading, language: str) -> YesNo:
        """What a message in `language` answers, "" where it says anything else. "No, thanks" is a no."""
        if not 0 < len(reading.words) <= _LONGEST:
            return ""
        hits = self._lexicon.find(reading, language)
        said = {hit.concept for hit in hits} & ANSWERS
        if not said or not all_within(reading, hits):
            return ""
        return "no" if "refused" in said else "yes"


def number_of(reading: Reading) -> int:
    """The number that is the whole message ("2", "2."), 0 where it is anything else."""
    found = _NUMBER.fullmatch(reading.plain)
    return int(found.group(1)) if found else 0

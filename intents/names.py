"""Which language a message names ("answer in Portuguese"), in whatever language it is named."""

from __future__ import annotations

from collections.abc import Mapping

from intents.phrases import Phrases
from intents.reading import Reading
from intents.text import fold, hiragana, normalise


class LanguageNames:
    """The names of languages, from the `languages:` sections of all language files."""

    def __init__(self, phrases: Mapping[str, Phrases]) -> None:
        self._codes: dict[str, str] = {}
        for own in phrases.values():
            for code, names in own.languages.items():
                for name in names:
                    self._codes.setdefault(_key(name), code)
        self._longest = max((name.count(" ") + 1 for name in self._codes), default=0)
        self._scripts = {
            name: code for name, code in self._codes.items() if " " not in name and name[0] > "\u2fff"
        }

    def named(self, reading: Reading) -> str:
        """The ISO 639-1 code of the last language named, "" where there is none."""
        words = [word.plain for word in reading.words]
        for end in range(len(words), 0, -1):
            for start in range(max(0, end - self._longest), end):
                code = self._codes.get(hiragana(" ".join(words[start:end])))
                if code:
                    return code
        if reading.has_japanese:
            text = hiragana(reading.plain)
            found = [
                (text.rfind(name), len(name), code) for name, code in self._scripts.items() if name in text
            ]
            if found:
                return max(found)[2]
        return ""

    def is_bare(self, reading: Reading) -> bool:
        """Whether the message is the name of a language and nothing else. "Japanese" alone asks for lessons
        unless it is written in Japanese.
        """
        if len(reading.words) > self._longest + 1:
            return False
        name = hiragana(" ".join(word.plain for word in reading.words if word.plain not in "?!"))
        code = self._codes.get(name)
        return code is not None and (code != "ja" or name[0] > "\u2fff")


def _key(name: str) -> str:
    return hiragana(fold(normalise(name).lower()))

"""Folding: one spelling for the many ways in which a letter can be typed. Knows no words and no places."""

from __future__ import annotations

import re
import unicodedata

import regex

from intents.keystrokes import meant_letters

#: Zero-width and directional characters, soft hyphen, variation selectors: invisible, so they are dropped.
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202c\ufe0e\ufe0f]")

#: Letters whose accent is part of the glyph, so that decomposition does not take it off.
_BARRED = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ı": "i", "’": "'", "‘": "'", "ʼ": "'"})

#: Cyrillic and Greek letters that look like Latin ones; replaced only in words that also hold Latin.
_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһкмтвнАЕОРСУХІЈКМТВНοαΟΑ",
    "aeopcyxijshkmtbhAEOPCYXIJKMTBHoaOA",
)
_LOOKALIKE = re.compile(f"[{''.join(map(chr, _LOOKALIKES))}]")
#: So many letters are remembered without their accents.
_MOST_LETTERS = 4096

_WORD = regex.compile(r"\w+")
_LATIN = regex.compile(r"\p{Latin}")


def normalise(text: str) -> str:
    """The text as a careful reader sees it: NFKC (full and half width made one), nothing invisible,
    look-alike letters of other scripts replaced inside Latin words. Case and accents stay.
    """
    if text.isascii():
        return text
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = unicodedata.normalize("NFKC", text)
    return _WORD.sub(_latinise, text) if _LOOKALIKE.search(text) else text


def as_meant(text: str) -> str:
    """A message as `normalise` gives it, with the letters that a sleeping Vietnamese input method owes it."""
    return meant_letters(normalise(text))


def _latinise(match: regex.Match[str]) -> str:
    word: str = match.group()
    return word.translate(_LOOKALIKES) if _LATIN.search(word) else word


def _plain_letter(letter: str) -> str:
    """One letter in lower case without its accents; kana and everything beyond Latin stay whole."""
    lowered = letter.lower()
    if letter > "\u1fff":
        return lowered if len(lowered) == 1 else letter
    bare = unicodedata.normalize("NFD", lowered.translate(_BARRED))
    return next((c for c in bare if not unicodedata.combining(c)), letter)


class _Folded(dict[int, str]):
    """The plain letter of each code, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _MOST_LETTERS:
            self.clear()
        letter = self[code] = _plain_letter(chr(code))
        return letter


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Lower case without accents, letter by letter, so the result has the length of `text`.

    Takes normalised text. Decomposition never touches kana: it would eat the dakuten of が.
    """
    if text.isascii():
        return text.lower()
    return text.translate(_FOLDED)


def hiragana(text: str) -> str:
    """Katakana as hiragana, everything else as it is; same length."""
    return "".join([chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text])

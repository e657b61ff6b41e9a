"""Vietnamese typed while the input method slept: Telex ("tieengs") and VNI ("tie61ng") leftovers.

Gives single words without accents, and whole messages with the letters that were meant; knows no dictionary.
"""

from __future__ import annotations

import re
from functools import lru_cache

_VNI = re.compile(r"[a-z]+[0-9][a-z0-9]*")
_VNI_LIKE = re.compile(r"[a-z]{1,2}[0-9]+|[a-z]*[0-9]{3,}.*")
_TELEX_TONE = re.compile(r"([aeiouyâêôăơư][a-z]{0,3})[sfrxj]$")
_TELEX_INNER_TONE = re.compile(r"([aeiouyâêôăơư])[sfrxj]([nmctphg]{1,2}|[iuyo])$")
_TELEX_SIGN = re.compile(r"aa|ee|oo|[aou]w|^dd|[aeiouy](?:n|ng|nh|m|c|ch|t|p)?[sfrxj]$|dd$")
_TELEX_SHAPE = re.compile(r"aa|ee|oo|[aou]w|^dd")
_TELEX_ANY_TONE = re.compile(r"[sfrxj](?:[nmctphg]{1,2}|[iuyo])?$")
_SYLLABLE = re.compile(
    r"(?:[bcdghklmnpqrstvx]|ch|gh|gi|kh|ng|ngh|nh|ph|qu|th|tr)?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)


#: A word of a message; what a message with such leftovers has somewhere; a level of the language exam.
_TYPED = re.compile(r"[^\W_]+")
_MAY_BE_TYPED = re.compile(r"aa|ee|oo|[aou]w|dd|[a-z][1-9]", re.IGNORECASE)
_LEVEL = re.compile(r"[nab][1-5]")
#: Letters by their keystrokes, of Telex and of VNI.
_LETTERS = {"aa": "â", "ee": "ê", "oo": "ô", "aw": "ă", "ow": "ơ", "uw": "ư", "dd": "đ"}
_NUMBERED = {"a6": "â", "e6": "ê", "o6": "ô", "a8": "ă", "o7": "ơ", "u7": "ư", "d9": "đ"}
_LETTER = re.compile("|".join(_LETTERS))


@lru_cache(maxsize=1 << 11)
def without_keystrokes(word: str) -> str:
    """The plain word behind the keystrokes, or the word itself where there are none. Takes a plain word."""
    if not word.isascii() or len(word) < 3:
        return word
    if _VNI.fullmatch(word) and not _VNI_LIKE.fullmatch(word):
        return _without_digits(word)
    if not _TELEX_SIGN.search(word):
        return word
    word = re.sub("^dd|dd$", "d", word)
    for doubled in "aeo":
        word = word.replace(doubled * 2, doubled)
    word = re.sub("([aou])w", r"\1", word)
    return _without_tone(word)


def unmistakable(word: str) -> str:
    """The plain syllable behind a word that carries both a letter sign and a tone of Telex ("maaux"), as words
    of other languages hardly ever do; "" for any other word. Takes a word in lower case.
    """
    if not (word.isascii() and _TELEX_SHAPE.search(word) and _TELEX_ANY_TONE.search(word)):
        return ""
    meant = without_keystrokes(word)
    return meant if _is_syllable(meant) else ""


def meant_letters(text: str) -> str:
    """The text with the letters that a sleeping input method should have made ("cos lowps tieengs nhaatj": "co lơp
    tiêng nhât"), if two and a quarter of its words can be nothing else. Tones are left out, as hurried people do.
    """
    if not _MAY_BE_TYPED.search(text):
        return text
    words = _TYPED.findall(text.lower())
    clear = sum(bool(unmistakable(word)) or _is_numbered(word) for word in words)
    if clear < 2 or 4 * clear < len(words):
        return text
    return _TYPED.sub(lambda match: _meant(match.group()), text)


def _is_numbered(word: str) -> bool:
    """Whether it is a syllable in VNI ("tie6ng1")."""
    return len(word) > 3 and _VNI.fullmatch(word) is not None and _is_syllable(_without_digits(word))


def _is_syllable(plain: str) -> bool:
    return _SYLLABLE.fullmatch(plain) is not None


@lru_cache(maxsize=1 << 12)
def _meant(typed: str) -> str:
    word = typed.lower()
    if not word.isascii() or len(word) < 2:
        return typed
    if any(c.isdigit() for c in word):
        if _LEVEL.fullmatch(word) or not _is_syllable(_without_digits(word)):
            return typed
        # The digit stands behind its letter or at the end of the word.
        for pair, letter in _NUMBERED.items():
            if pair[1] in word and pair[0] in word:
                word = word.replace(pair[1], "").replace(pair[0], letter, 1)
        return _without_digits(word)
    if not _TELEX_SIGN.search(word) or not _is_syllable(without_keystrokes(word)):
        return typed
    return _without_tone(_LETTER.sub(lambda match: _LETTERS[match.group()], word))


def _without_tone(word: str) -> str:
    return _TELEX_INNER_TONE.sub(r"\1\2", _TELEX_TONE.sub(r"\1", word))


def _without_digits(word: str) -> str:
    return re.sub("[0-9]", "", word)

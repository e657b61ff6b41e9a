"""Vietnamese typed while the input method slept: Telex ("tieengs") and VNI ("tie61ng") leftovers.

Gives the word without accents; knows no dictionary.
"""

from __future__ import annotations

import re
from functools import lru_cache

_VNI = re.compile(r"[a-z]+[0-9][a-z0-9]*")
_VNI_LIKE = re.compile(r"[a-z]{1,2}[0-9]+|[a-z]*[0-9]{3,}.*")
_TELEX_TONE = re.compile(r"([aeiouy][a-z]{0,3})[sfrxj]$")
_TELEX_INNER_TONE = re.compile(r"([aeiouy])[sfrxj]([nmctphg]{1,2}|[iuyo])$")
_TELEX_SIGN = re.compile(r"aa|ee|oo|[aou]w|^dd|[aeiouy](?:n|ng|nh|m|c|ch|t|p)?[sfrxj]$|dd$")
_TELEX_SHAPE = re.compile(r"aa|ee|oo|[aou]w|^dd")
_TELEX_ANY_TONE = re.compile(r"[sfrxj](?:[nmctphg]{1,2}|[iuyo])?$")
_SYLLABLE = re.compile(
    r"(?:[bcdghklmnpqrstvx]|ch|gh|gi|kh|ng|ngh|nh|ph|qu|th|tr)?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?"
)


@lru_cache(maxsize=1 << 11)
def without_keystrokes(word: str) -> str:
    """The plain word behind the keystrokes, or the word itself where there are none. Takes a plain word."""
    if not word.isascii() or len(word) < 3:
        return word
    if _VNI.fullmatch(word) and not _VNI_LIKE.fullmatch(word):
        return re.sub("[0-9]", "", word)
    if not _TELEX_SIGN.search(word):
        return word
    word = re.sub("^dd|dd$", "d", word)
    for doubled in "aeo":
        word = word.replace(doubled * 2, doubled)
    word = re.sub("([aou])w", r"\1", word)
    word = _TELEX_TONE.sub(r"\1", word)
    return _TELEX_INNER_TONE.sub(r"\1\2", word)


def unmistakable(word: str) -> str:
    """The plain syllable behind a word that carries both a letter sign and a tone of Telex ("maaux"), as words
    of other languages hardly ever do; "" for any other word. Takes a word in lower case.
    """
    if not (word.isascii() and _TELEX_SHAPE.search(word) and _TELEX_ANY_TONE.search(word)):
        return ""
    meant = without_keystrokes(word)
    return meant if _SYLLABLE.fullmatch(meant) else ""

"""How a name sounds: one key for the spellings of long vowels, one skeleton for those of other languages.

Knows no names. Takes words in lower case without accents.
"""

from __future__ import annotations

import re
from functools import lru_cache

_STRETCHED = re.compile(r"(.)\1\1+")
_LONG_O = re.compile(r"o[ou]+|oh(?![aeiouy])")
_N_BEFORE_LIPS = re.compile(r"n(?=[bmp])")

_DOUBLED = re.compile(r"([^aeiourcst])\1")
#: How Portuguese, Spanish and Vietnamese writers put Japanese sounds into their letters, tried in this order.
_SOUNDS = (
    ("ph", "f"),
    ("tch|tsch|sch|ts|tz|tx|tt?j|cc?h|sh|ss|x", "s"),
    ("ck|kh|cq|qu(?=[ei])|q", "k"),
    ("cc?(?=[ei])", "s"),
    ("cc?", "k"),
    ("^r|rr", "h"),
    ("d[jz]|di(?=[aou])", "j"),
    ("gi(?=[aou])", "j"),
    ("y", "i"),
    ("w", "u"),
    ("nh", "ni"),
    ("tt?(?=u)", "s"),
    ("tt|th", "t"),
    ("z", "s"),
    ("n(?=[mbp])", "m"),
    ("e$", "i"),
    ("h(?=[^aeiou]|$)", ""),
)
#: The first letters of all of them, looked at before they are tried one after the other.
_STARTS = "[cdeghknpqrstwxyz]"
_SOUND = re.compile(f"(?={_STARTS})(?:{'|'.join(f'({spelling})' for spelling, _ in _SOUNDS)})")
_HEARD = tuple(sound for _, sound in _SOUNDS)


@lru_cache(maxsize=8192)
def key(word: str) -> str:
    """The spelling without long vowels: ōta, oota, ohta, otaaa are all ota. A double i stays (Iida)."""
    if _STRETCHED.search(word):
        word = _STRETCHED.sub(r"\1", word)
    if "oo" in word or "ou" in word or "oh" in word:
        word = _LONG_O.sub("o", word)
    return _N_BEFORE_LIPS.sub("m", word.replace("uu", "u"))


#: Syllables as Japanese schools write them (kunrei), and as names are listed (Hepburn).
_KUNREI = {"si": "shi", "ti": "chi", "tu": "tsu", "hu": "fu", "zi": "ji", "zy": "j", "sy": "sh", "ty": "ch"}
_KUNREI_SYLLABLE = re.compile(r"(?<!t)ti|(?<!t)tu|hu|[sz][iy]|ty")


def hepburn(word: str) -> str:
    """The word in Hepburn where it is written as in Japanese schools: souzya is souja, tiryuu chiryuu."""
    return _KUNREI_SYLLABLE.sub(lambda match: _KUNREI[match[0]], word)


def _heard(match: re.Match[str]) -> str:
    return _HEARD[(match.lastindex or 1) - 1]


@lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """The sound of a key as a foreigner may write it: comaqui and komaki, suduca and suzuka come close."""
    if _DOUBLED.search(word):
        word = _DOUBLED.sub(r"\1", word)
    return _SOUND.sub(_heard, word)

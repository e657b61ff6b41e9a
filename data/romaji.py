"""Kana to Hepburn romaji without macrons, as road signs and passports write it (おおいずみ: oizumi).

Used by the build scripts only. It does not know where one word ends and the next begins, so a long vowel
across that border (おうみ + や, かつ + うら) needs an override by whoever calls it.
"""

from __future__ import annotations

import unicodedata

_VOWELS = "aiueo"
_ROWS = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "s": "サシスセソ",
    "t": "タチツテト",
    "n": "ナニヌネノ",
    "h": "ハヒフヘホ",
    "m": "マミムメモ",
    "r": "ラリルレロ",
    "g": "ガギグゲゴ",
    "z": "ザジズゼゾ",
    "d": "ダヂヅデド",
    "b": "バビブベボ",
    "p": "パピプペポ",
}
_LETTERS = {
    kana: row + vowel for row, line in _ROWS.items() for kana, vowel in zip(line, _VOWELS, strict=True)
}
_LETTERS |= {"シ": "shi", "チ": "chi", "ツ": "tsu", "フ": "fu", "ジ": "ji", "ヂ": "ji", "ヅ": "zu"}
_LETTERS |= {
    "ヤ": "ya",
    "ユ": "yu",
    "ヨ": "yo",
    "ワ": "wa",
    "ヰ": "i",
    "ヱ": "e",
    "ヲ": "o",
    "ン": "n",
    "ヴ": "vu",
}
_LETTERS |= dict(zip("ァィゥェォ", _VOWELS, strict=True))
_GLIDES = {"ャ": "a", "ュ": "u", "ョ": "o"}


def katakana(text: str) -> str:
    """Hiragana and half-width kana as full-width katakana."""
    wide = unicodedata.normalize("NFKC", text)
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in wide)


def spell(kana: str) -> str:
    """Letter by letter, long vowels spelled out: オオイズミ is ooizumi. Unknown characters are dropped."""
    out = ""
    double = False
    for letter in katakana(kana):
        if letter == "ッ":
            double = True
        elif letter == "ー":
            out += out[-1:]
        elif letter in _GLIDES:
            stem = out.removesuffix("i")
            out = stem + ("" if stem.endswith(("sh", "ch", "j")) else "y") + _GLIDES[letter]
        elif letter in _LETTERS:
            sound = _LETTERS[letter]
            if double:
                sound = ("t" if sound.startswith("ch") else sound[0]) + sound
                double = False
            out += sound
    return out


def hepburn(kana: str) -> str:
    """As on road signs: long o and u written once."""
    return spell(kana).replace("oo", "o").replace("ou", "o").replace("uu", "u")

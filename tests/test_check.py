"""`check`: what a person is told about each kind of mistake, with file, line and remedy."""

from __future__ import annotations

import io
import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.check import check, check_facts, write_json, write_text
from bot.check_locales import check_locales
from bot.locales import load_locales
from bot.members import load_members
from bot.problems import Problem
from bot.settings import ROOT
from intents.phrases import load as load_phrases


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the facts that a test may spoil."""
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("members.tsv", "places.yaml", "gazetteer.tsv"):
        shutil.copy(ROOT / "data" / name, folder)
    return folder


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "locales", tmp_path / "locales"))


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def facts(data: Path) -> list[str]:
    return [str(problem) for problem in check_facts(data)[0]]


def of_locales(locales: Path) -> list[Problem]:
    problems = check(ROOT / "data", locales, ROOT / "intents")
    return [problem for problem in problems if problem.file.startswith("locales/")]


def words(locales: Path) -> list[str]:
    return [str(found) for found in check_locales(load_locales(locales), load_members(ROOT / "data"))]


def test_our_own_files_are_in_order() -> None:
    assert check(ROOT / "data", ROOT / "locales", ROOT / "intents") == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Aichi\tToyota", "Aitchi\tToyota", "line 11, Prefecture: “Aitchi” is no prefecture of Japan."),
        ("Aichi\tToyota", "Mie\tToyota", "“Mie” is not the prefecture of Toyota City in places.yaml."),
        ("http://www.toyohashi-tia.or.jp/", "http://www..jp/", "line 12, Japanese Class Information"),
        ("http://www.toyohashi-tia.or.jp/", "http://a.jp/https://b.jp/", "two addresses without a space"),
        ("http://www.toyohashi-tia.or.jp/", "http://a.jp/x,", "ends with “,”"),
        ("kia@ma.ccnw.ne.jp", "kia..x@ma.ccnw.ne.jp", "line 10, E-mail: “kia..x@ma.ccnw.ne.jp” is not"),
        ("kia@ma.ccnw.ne.jp", "kia@ma.ccnw.ne.jp\u200b", "holds an invisible letter (zero width space)"),
        ("Iida-Shi Kominkan", "Iida-Shi Kominkan ", "line 7, Department in charge: has a space"),
        ("Iida-Shi Kominkan", '"Iida-Shi Kominkan"', "quotation marks that a spreadsheet put there"),
        ("\tIida-Shi Kominkan", " Iida-Shi Kominkan", "line 7: has 5 cells instead of 6."),
        (
            "(2) Komaki International Association",
            "(1) Multicultural Symbiosis Division, Civic Life Department",
            "line 10, Department in charge: Komaki City has this department already in line 9.",
        ),
        ("Soja City", "Sojja City", "“Sojja City” is not in places.yaml."),
    ],
)
def test_a_mistake_in_the_table(data: Path, old: str, new: str, says: str) -> None:
    spoil(data / "members.tsv", old, new)
    found = facts(data)
    assert any(says in line for line in found), found
    assert all(line.startswith("data/") for line in found)


@pytest.mark.parametrize(
    ("encoding", "says"),
    [
        ("utf-8-sig", "line 1: begins with an invisible mark (BOM) that Excel puts there."),
        ("utf-16", "is saved as UTF-16"),
    ],
)
def test_what_a_spreadsheet_does_to_the_encoding(data: Path, encoding: str, says: str) -> None:
    table = data / "members.tsv"
    table.write_bytes(table.read_text(encoding="utf-8").encode(encoding))
    (line,) = [line for line in facts(data) if says in line]
    assert "import data/members.tsv --yes” mends this" in line


def test_shift_jis_is_called_by_its_name(data: Path) -> None:
    table = data / "members.tsv"
    table.write_bytes(table.read_text(encoding="utf-8").replace("Ueda City", "上田市").encode("cp932"))
    assert any("line 5: is saved in Shift_JIS, as Excel does in Japan" in line for line in facts(data))


def test_line_ends_of_windows(data: Path) -> None:
    table = data / "members.tsv"
    table.write_bytes(table.read_bytes().replace(b"\n", b"\r\n"))
    (line,) = facts(data)
    assert "line 1: has line ends of Windows (CRLF)" in line


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80), st.integers(0, 400))
def test_no_bytes_in_the_table_break_the_check(data: Path, inside: bytes, at: int) -> None:
    table = data / "members.tsv"
    raw = (ROOT / "data" / "members.tsv").read_bytes()
    table.write_bytes(raw[:at] + inside + raw[at:])
    problems, members = check_facts(data)
    assert (members is None) == bool(problems)


def test_lost_tabs_are_one_problem_not_a_hundred(data: Path) -> None:
    table = data / "members.tsv"
    table.write_bytes(table.read_bytes().replace(b"\t", b"    "))
    assert any("line 1: has no tabs" in line for line in facts(data))
    assert len(facts(data)) <= 2


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("example: komaki", "example: tokyo", "line 5, example: must be the id of a place"),
        (
            "japanese: 太田市",
            "japanese: 大田市",
            "members.ota.japanese: is “大田市”, but the place with code",
        ),
        ("lat: 36.2917, lon: 139.3758", "lat: 139.3758, lon: 36.2917", "members.ota.lat: the point is"),
        ('code: "10205"', 'code: "99999"', "members.ota.code: is not the code of a city or town."),
        ('code: "10205"', 'code: "10204"', "members.isesaki.code: is the code of ota too."),
        ("prefecture: mie", "prefecture: gifu", "“gifu” is not listed"),
        ('japanese: 三重県, code: "24"', 'japanese: 三重県, code: "25"', "prefectures.mie.code: is “25”"),
        ("table: Soja City", "table: Sojja City", "no row of members.tsv is called “Sojja City”"),
        (", kind: town", "", "lacks kind"),
        ("members:\n", "members:\n  nowhere: {\n", "places.yaml: line"),
    ],
)
def test_a_mistake_in_the_places(data: Path, old: str, new: str, says: str) -> None:
    spoil(data / "places.yaml", old, new)
    found = facts(data)
    assert any(says in line for line in found), found


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "pt.yaml",
            "Você quis dizer",
            "Você quis dizеr",
            "did_you_mean: “е” (cyrillic small letter ie) is not",
        ),
        ("vi.yaml", "Ý bạn là", "Ý bạn là 日本", "did_you_mean: “日” (cjk unified ideograph-65e5) is not"),
        (
            "pt.yaml",
            "Você quis dizer {place}?",
            "Did you mean {place}?",
            "did_you_mean: “Did you mean {place}?”",
        ),
        ("ja.yaml", "のことですか", "のことですか\u200b", "did_you_mean: holds an invisible letter"),
        ("vi.yaml", "Ý bạn là", "Y\u0301 bạn là", "did_you_mean: has letters whose accents are stored apart"),
        ("en.yaml", "Did you mean {place}?", "Did you mean {place}? ", "did_you_mean: has a space at the"),
        (
            "en.yaml",
            '"Show at the counter"',
            '"Show this at the counter"',
            "label.show: “Show this at the counter”",
        ),
        ("pt.yaml", '  bar: "Menu"', '  bar: "Menu com tudo aqui"', "LINE shows at most 14"),
    ],
)
def test_a_mistake_in_a_sentence(locales: Path, file: str, old: str, new: str, says: str) -> None:
    spoil(locales / file, old, new)
    found = words(locales)
    assert any(says in line for line in found), found


def test_a_sentence_of_another_language_is_noticed(locales: Path) -> None:
    english = load_locales(locales)
    spanish, portuguese = (english.get(code)("unknown.similar") for code in ("es", "pt"))
    spoil(locales / "es.yaml", f'"{spanish}"', f'"{portuguese}"')
    assert any("says the same as pt.yaml" in line for line in words(locales))


def test_words_count_in_bytes(locales: Path) -> None:
    before = load_locales(locales).get("vi")("words.contact")
    spoil(locales / "vi.yaml", f'contact: "{before}"', f'contact: "{before} ở đây và ở đó, ở đây và ở đó"')
    assert any("words.contact" in line and "bytes; a button of Telegram" in line for line in words(locales))


def test_a_missing_sentence_is_told_with_its_english_and_its_file(data: Path, locales: Path) -> None:
    spoil(locales / "pt.yaml", 'did_you_mean: "Você quis dizer {place}?"\n', "")
    (problem,) = of_locales(locales)
    assert (problem.file, problem.where) == ("locales/pt.yaml", "did_you_mean")
    assert "Did you mean {place}?" in problem.mend


def test_a_sentence_is_found_by_its_line(locales: Path) -> None:
    spoil(locales / "pt.yaml", "Você quis dizer {place}?", "Você quis dizer?")
    (problem,) = of_locales(locales)
    lines = (locales / "pt.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[problem.line - 1].startswith("did_you_mean:")


@pytest.fixture
def phrases(tmp_path: Path) -> Path:
    folder = tmp_path / "intents"
    folder.mkdir()
    for path in [*(ROOT / "intents").glob("*.yaml"), ROOT / "intents" / "model.npz"]:
        shutil.copy(path, folder)
    return folder


def of_phrases(folder: Path) -> list[str]:
    return [str(found) for found in check(ROOT / "data", ROOT / "locales", folder)]


def add_example(path: Path, intent: str, sentence: str) -> int:
    """Puts a sentence before the other examples of an intent; its line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    at = lines.index(f"  {intent}:", lines.index("examples:")) + 1
    lines.insert(at, f'    - "{sentence}"')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return at + 1


def test_an_example_must_win_its_own_intent(phrases: Path) -> None:
    line = add_example(phrases / "en.yaml", "goodbye", "Where can I learn Japanese in {place}, please?")
    found = of_phrases(phrases)
    says = "please?” is understood as find_class."
    assert any(f"intents/en.yaml: line {line}, examples.goodbye.0" in one and says in one for one in found)


def test_no_example_is_of_two_intents(phrases: Path) -> None:
    sentence = load_phrases(phrases)["pt"].examples["thanks"][0]
    add_example(phrases / "pt.yaml", "goodbye", f"  {sentence.upper()}")
    assert any("pt.yaml" in one and "” is an example of " in one for one in of_phrases(phrases))


def test_a_model_made_of_other_examples_is_named(phrases: Path) -> None:
    add_example(phrases / "vi.yaml", "find_class", "mình muốn học tiếng Nhật ở {place} vào năm sau")
    says = "intents/model.npz: was made from other example sentences than those in the files now."
    assert f"{says} Run “make learn”." in of_phrases(phrases)
    (phrases / "model.npz").write_bytes(b"")
    assert "intents/model.npz: cannot be read. Run “make learn”." in of_phrases(phrases)


def test_a_list_that_is_unknown_is_named(phrases: Path) -> None:
    spoil(phrases / "pt.yaml", "\n  at:", "\n  att:")
    (problem,) = of_phrases(phrases)
    assert re.fullmatch(r"intents/pt\.yaml: line \d+, places\.att: no such list\.", problem)


def test_a_list_that_is_lost_is_named(phrases: Path) -> None:
    path = phrases / "pt.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("\n  live:"), text.index("\n  work:")
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    assert any("intents/pt.yaml: places.live: is missing." in one for one in of_phrases(phrases))


def test_the_examples_are_counted_for_the_progress_bar() -> None:
    told: list[tuple[int, int]] = []
    check(ROOT / "data", ROOT / "locales", ROOT / "intents", lambda done, total: told.append((done, total)))
    sentences = sum(
        len(own) for language in load_phrases(ROOT / "intents").values() for own in language.examples.values()
    )
    assert told == [(number, sentences) for number in range(1, sentences + 1)]
    assert sentences > 100


def test_the_two_kinds_of_output() -> None:
    problems = [Problem("data/members.tsv", "E-mail", "“x” is not an address.", "Write one.", 3)]
    out = io.StringIO()
    write_text(problems, out)
    assert out.getvalue().splitlines()[:2] == [
        "data/members.tsv, line 3, E-mail: “x” is not an address.",
        "    Write one.",
    ]
    out = io.StringIO()
    write_json(problems, out)
    assert json.loads(out.getvalue()) == [
        {
            "file": "data/members.tsv",
            "line": 3,
            "where": "E-mail",
            "what": "“x” is not an address.",
            "mend": "Write one.",
        }
    ]

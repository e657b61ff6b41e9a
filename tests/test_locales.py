"""The locales: the same keys and holes everywhere, and a clear complaint where not."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.locales import PHRASES_FILE, load_locales
from bot.problems import BadData
from bot.settings import ROOT
from intents.model import INTENTS

LOCALES = ROOT / "locales"
_KEY_IN_CODE = re.compile(r"""locale\(\s*f?["']([a-z_.]+)["']""")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(LOCALES, tmp_path / "locales")
    return tmp_path / "locales"


def complaint(folder: Path) -> str:
    with pytest.raises(BadData) as raised:
        load_locales(folder)
    return str(raised.value)


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_locale_has_the_same_keys() -> None:
    locales = load_locales(LOCALES)
    assert {"en", "pt", "vi"} <= set(locales.by_code)
    assert len({locale.keys for locale in locales.by_code.values()}) == 1


def test_a_missing_key_is_named_with_its_english(folder: Path) -> None:
    """And its language is offered to nobody until the key is there; the others go on."""
    change(folder, "pt.yaml", 'did_you_mean: "Você quis dizer {place}?"\n', "")
    locales = load_locales(folder)
    assert not locales.has("pt")
    assert locales.has("vi")
    (problem,) = locales.unfinished["pt"]
    assert str(problem).startswith("pt.yaml: did_you_mean: is missing. In en.yaml it says")


def test_an_empty_sentence_is_a_missing_one(folder: Path) -> None:
    change(folder, "vi.yaml", 'did_you_mean: "Ý bạn là {place} phải không ạ?"', 'did_you_mean: ""')
    assert [str(problem)[:30] for problem in load_locales(folder).unfinished["vi"]] == [
        "vi.yaml: did_you_mean: is empt"
    ]


def test_english_must_be_complete(folder: Path) -> None:
    change(folder, "en.yaml", 'did_you_mean: "Did you mean {place}?"', 'did_you_mean: ""')
    assert "en.yaml: did_you_mean: is empty" in complaint(folder)


def test_an_unknown_key_is_named(folder: Path) -> None:
    change(folder, "vi.yaml", "thanks:", 'thankz: "Cảm ơn"\nthanks:')
    assert "vi.yaml: thankz: is a key that en.yaml does not have" in complaint(folder)


def test_a_slip_in_english_is_told_of_english_only(folder: Path) -> None:
    change(folder, "en.yaml", "\nthanks:", "\nthankz:")
    first, second = complaint(folder).splitlines()
    assert first.startswith("en.yaml: thankz: is a key that no other language has.")
    assert second == "en.yaml: thanks: is missing; every other language has it."


def test_a_lost_hole_is_named(folder: Path) -> None:
    change(folder, "vi.yaml", "Ý bạn là {place} phải không ạ?", "Ý bạn là nơi đó phải không ạ?")
    assert "vi.yaml: did_you_mean: must have {place}" in complaint(folder)


def test_an_open_brace_is_named(folder: Path) -> None:
    change(folder, "pt.yaml", "Você quis dizer {place}?", "Você quis dizer {place?")
    assert "pt.yaml: did_you_mean: has a brace" in complaint(folder)


def test_a_key_twice_and_broken_yaml_name_the_line(folder: Path) -> None:
    change(folder, "en.yaml", "did_you_mean:", 'thanks: "Thanks"\ndid_you_mean:')
    assert re.search(r"en\.yaml: line \d+: the key “thanks” stands here twice", complaint(folder))
    change(folder, "en.yaml", "name: English", 'name: "English')
    assert re.search(r"en\.yaml: line \d+", complaint(folder))


def test_a_number_is_not_a_sentence(folder: Path) -> None:
    change(folder, "en.yaml", "name: English", "name: 5")
    assert "en.yaml: name: must be a text" in complaint(folder)


def test_every_sentence_is_used_and_every_key_in_the_code_exists() -> None:
    """Keys that the code makes up at run time count by what stands before their hole."""
    locales = load_locales(LOCALES)
    keys = locales.get("en").keys | locales.phrases.keys
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
    named = set(re.findall(r"""["']([a-z]+(?:_[a-z]+)*(?:\.[a-z_]+)*)[."'{]""", source))
    # A short answer is said by the name of its intent.
    named |= set(INTENTS)
    for key in keys:
        parts = key.split(".")
        assert any(".".join(parts[:n]) in named for n in range(1, len(parts) + 1)), f"nobody says {key}"
    for key in _KEY_IN_CODE.findall(source):
        assert any(known == key or known.startswith(key) for known in keys), f"no locale has {key}"


def test_a_japanese_phrase_must_be_there_with_its_holes(folder: Path) -> None:
    change(folder, PHRASES_FILE, "{city}で日本語を勉強したい", "小牧市で日本語を勉強したい")
    assert complaint(folder) == "japanese-phrases.yaml: email.body: must have {city}."
    change(folder, PHRASES_FILE, "  level:\n", "  levels:\n")
    assert "japanese-phrases.yaml: question.level.text: is missing." in complaint(folder)


def test_the_phrases_file_is_no_language() -> None:
    assert Path(PHRASES_FILE).stem not in load_locales(LOCALES).by_code

"""`add-language`: run for real on a copy. `check` tells of what it makes; nobody is offered it unfinished."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path

import pytest

from bot.add_language import add_language
from bot.app import load_conversation
from bot.check import check
from bot.locales import holes_of, load_locales
from bot.problems import BadData
from bot.settings import ROOT

CODE = "zz"
_EMPTY = re.compile(r'^( *[a-z_]+): ""(?:  # (.*)|((?:\n *#.*)+))$', re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("locales", "intents", "tests/dialogues"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path


def run(folder: Path, code: str = CODE) -> str:
    out = io.StringIO()
    add_language(code, folder / "locales", folder / "intents", folder / "tests/dialogues", out)
    return out.getvalue()


def complaints(folder: Path) -> list[str]:
    problems = check(ROOT / "data", folder / "locales", folder / "intents")
    return [str(problem) for problem in problems if f"{CODE}.yaml" in problem.file]


def offered(folder: Path) -> bool:
    return load_conversation(ROOT / "data", folder / "locales", folder / "intents").speaks(CODE)


def translate(folder: Path) -> None:
    """Fills the locale in, as a translator would: every sentence between its quotation marks."""

    def filled(match: re.Match[str]) -> str:
        key, line, lines = match.groups()
        english = line or " ".join(part.strip().removeprefix("# ") for part in lines.split("\n"))
        holes = " ".join(f"{{{name}}}" for name in sorted(holes_of(english)))
        return f'{key}: "Zu {holes}"' if holes else f'{key}: "Zu"'

    path = folder / "locales" / f"{CODE}.yaml"
    path.write_text(_EMPTY.sub(filled, path.read_text(encoding="utf-8")), encoding="utf-8")


def uncomment(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "#| " in text
    path.write_text(text.replace("#| ", ""), encoding="utf-8")


def test_it_names_the_files_that_it_makes(folder: Path) -> None:
    said = run(folder)
    for made in (f"locales/{CODE}.yaml", f"intents/{CODE}.yaml", f"tests/dialogues/{CODE}.yaml"):
        assert made in said
        assert (folder / made).is_file()


def test_the_english_stands_beside_every_line(folder: Path) -> None:
    run(folder)
    made = (folder / "locales" / f"{CODE}.yaml").read_text(encoding="utf-8")
    assert 'did_you_mean: ""  # Did you mean {place}?\n' in made
    assert '  none: ""\n  # The Council for Cities list has no class page for {place}.\n' in made
    assert f"code: {CODE}\n" in made
    words = (folder / "intents" / f"{CODE}.yaml").read_text(encoding="utf-8")
    assert re.search(r"^#\|   at:\s*(?:\n#\|\s*)?\[in, at, near", words, re.MULTILINE)


def test_check_lists_what_is_missing_and_nobody_is_offered_it(folder: Path) -> None:
    run(folder)
    found = complaints(folder)
    english = load_locales(ROOT / "locales").get("en")
    # The code and the code for translated pages are filled in already.
    assert sum(line.startswith("locales/") for line in found) == len(english.keys) - 2
    assert any(
        "did_you_mean: is empty. In en.yaml it says “Did you mean {place}?”." in line for line in found
    )
    assert any(f"intents/{CODE}.yaml: places.at: is missing." in line for line in found)
    assert any("concepts.class: is missing" in line for line in found)
    assert not offered(folder)


def test_it_answers_when_nothing_is_missing(folder: Path) -> None:
    run(folder)
    translate(folder)
    assert not any(line.startswith("locales/") and "is empty" in line for line in complaints(folder))
    assert not offered(folder)
    uncomment(folder / "intents" / f"{CODE}.yaml")
    words = folder / "intents" / f"{CODE}.yaml"
    words.write_text(
        words.read_text(encoding="utf-8").replace("\nlanguages:\n", f"\nlanguages:\n  {CODE}: [zuzu]\n"),
        encoding="utf-8",
    )
    assert not [line for line in complaints(folder) if "is missing" in line or "it needs" in line]
    assert offered(folder)


def test_the_dialogues_become_tests_when_taken_out_of_their_comments(folder: Path) -> None:
    run(folder)
    english = (ROOT / "tests" / "dialogues" / "en.yaml").read_text(encoding="utf-8")
    made = folder / "tests/dialogues" / f"{CODE}.yaml"
    uncomment(made)
    assert made.read_text(encoding="utf-8").endswith(english)


@pytest.mark.parametrize("code", ["en", "vi"])
def test_it_never_writes_over_a_language(folder: Path, code: str) -> None:
    with pytest.raises(BadData, match="is there already; nothing was written"):
        run(folder, code)


@pytest.mark.parametrize("code", ["", "EN", "../x", "portuguese"])
def test_a_code_that_is_none_is_refused(folder: Path, code: str) -> None:
    with pytest.raises(BadData, match="is not the code of a language"):
        run(folder, code)
    assert not list(folder.glob("*.yaml"))

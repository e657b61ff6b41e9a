"""Reading YAML that people edit: a line for every key, and a sentence for every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.problems import BadData
from bot.yamlfile import key_lines, read_yaml

#: Text in which the signs of YAML are more common than in any file.
_YAML = st.text(st.sampled_from("ab1 \n\n  :-?[]{},&*!|>'\"#%@\t=é日"), max_size=60)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "words.yaml"


def test_the_line_of_every_key(path: Path) -> None:
    path.write_text(
        "# head\na: 1\nb:\n  c: |-\n    x\n    y\n\n  d: {e: 1, f: 2}\nl:\n  - x\n  - g: 1\n", "utf-8"
    )
    assert key_lines(path) == {
        "a": 2,
        "b": 3,
        "b.c": 4,
        "b.d": 8,
        "b.d.e": 8,
        "b.d.f": 8,
        "l": 9,
        "l.0": 10,
        "l.1": 11,
        "l.1.g": 11,
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\na: 2\n", "line 2: the key “a” stands here twice."),
        ("a: 1\nb: *x\n", "line 2: a word that begins with * needs quotation marks."),
        ("a: &x {b: *x}\n", "line 1: a word that begins with * needs quotation marks."),
        ("a: 1\n? [a, b]\n: 1\n", "line 2: a key must be a word."),
        ("a: 'x\n", "line 2: found unexpected end of stream."),
        ("a: 2026-13-45\n", "holds a value that is none: month must be in 1..12."),
        ("a: \x00\n", "holds a character that YAML does not allow."),
        ("- a\n", "line 1: must be a list of “key: value” lines."),
        ("", "line 1: must be a list of “key: value” lines."),
        ("a: !!python/object:os.system {}\n", "line 1: could not determine a constructor"),
        ("a: " + "[" * 5000, "line 1: exceeded maximum nesting depth."),
    ],
)
def test_every_mistake_is_a_sentence(path: Path, text: str, says: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadData) as raised:
        read_yaml(path)
    assert str(raised.value).removeprefix("words.yaml: ").startswith(says)


@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_YAML)
@example("a: &x [*x]")
def test_no_text_breaks_the_readers(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    try:
        content = read_yaml(path)
    except BadData:
        content = {}
    assert key_lines(path) or not content

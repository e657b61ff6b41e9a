"""Texts are measured as the platforms measure them, and never cut inside a letter."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.limits import (
    cut_graphemes,
    cut_utf16,
    graphemes,
    split_utf16,
    utf16_length,
    utf16_slice,
)
from tests.replies import texts

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "letters", "units"),
    [
        ("", 0, 0),
        ("abc", 3, 3),
        ("\r\n", 1, 2),
        (FAMILY, 1, 11),
        ("e\u0301", 1, 2),
        ("𠮷", 1, 2),
        ("が", 1, 1),
    ],
)
def test_lengths(text: str, letters: int, units: int) -> None:
    assert graphemes(text) == letters
    assert utf16_length(text) == units


def test_a_text_within_its_limit_is_left_alone() -> None:
    assert cut_graphemes(FAMILY * 20, 20) == FAMILY * 20
    assert cut_utf16("a" * 5000, 5000) == "a" * 5000


def test_a_longer_text_ends_in_an_ellipsis() -> None:
    assert cut_graphemes(FAMILY * 21, 20) == FAMILY * 19 + "…"
    assert cut_graphemes("Hamamatsu City Hall", 11) == "Hamamatsu…"
    assert cut_utf16("ab" + FAMILY * 2, 14) == "ab" + FAMILY + "…"
    assert cut_utf16("abcdef", 3, ellipsis="") == "abc"


@given(texts(40), st.integers(1, 60))
def test_cuts_keep_whole_letters_and_the_limit(text: str, n: int) -> None:
    assert graphemes(cut_graphemes(text, n)) <= n
    cut = cut_utf16(text, n, ellipsis="")
    assert utf16_length(cut) <= n
    assert text.startswith(cut)
    clusters = regex.findall(r"\X", text)
    if clusters and utf16_length(clusters[0]) <= n:
        assert regex.findall(r"\X", cut) == clusters[: graphemes(cut)]


def test_slices_count_utf16_units() -> None:
    text = "𠮷野 @Doko Komaki"
    assert utf16_slice(text, 4, 5) == "@Doko"
    assert utf16_slice(text, 9) == " Komaki"
    assert utf16_slice(text, 1, 2) == "野"


@given(texts(80), st.integers(20, 80))
def test_pieces_hold_all_of_the_text(text: str, n: int) -> None:
    pieces = split_utf16(text, n)
    assert all(utf16_length(piece) <= n and piece.strip() for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_pieces_end_at_paragraphs_lines_and_words() -> None:
    assert split_utf16("aaaa aaaa\n\nbbbb bbbb", 12) == ["aaaa aaaa", "bbbb bbbb"]
    assert split_utf16("heading\nhttp://example.jp/page", 25) == ["heading", "http://example.jp/page"]
    assert split_utf16("one two three", 8) == ["one two", "three"]
    assert split_utf16("abcdefgh", 3) == ["abc", "def", "gh"]
    assert split_utf16("\n\n \n", 3) == []

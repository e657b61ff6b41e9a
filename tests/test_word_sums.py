"""What the pieces of words add up to is the same whether a word is new, remembered, forgotten or too long."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from intents import word_sums
from intents.grams import grams
from intents.word_sums import WordSums

ROWS = {"ab": 1, "bc": 2, "cd": 3}
WEIGHTS = np.array([[0, 0], [1, 10], [2, 20], [4, 40]], np.float32)


def _pairs(word: str) -> list[str]:
    return list(dict.fromkeys(first + second for first, second in pairwise(word)))


def _sum(sums: WordSums, *words: str) -> list[float]:
    rows, table = sums.rows_of(words)
    found: list[float] = table[rows].sum(0).tolist()
    return found


def test_a_word_is_the_sum_of_its_pieces() -> None:
    sums = WordSums([WEIGHTS], ROWS, _pairs)
    for _ in range(2):
        assert _sum(sums, "abc") == [3, 30]
        assert _sum(sums, "abab", "xyz") == [1, 10]
        assert _sum(sums, "abcd", "bc", "ab" * 50) == [10, 100]
    assert sums.rows_of([])[0] == []


def test_words_that_are_forgotten_are_summed_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_sums, "_ROOM", 3)
    sums = WordSums([WEIGHTS[:2], WEIGHTS[2:]], ROWS, _pairs)
    rows, table = sums.rows_of(["abc", "cd"])
    for word in ("ab", "bc", "bcd", "abcd"):
        assert _sum(sums, word, "abc") == _sum(WordSums([WEIGHTS], ROWS, _pairs), word, "abc")
    assert table[rows].sum(0).tolist() == [7, 70]


@pytest.mark.parametrize("word", [" a ", " abc ", " năm tháng ", f" {'xyz' * 20} "])
def test_grams_are_all_runs_of_letters(word: str) -> None:
    expected = [word[i : i + n] for n in range(2, 6) for i in range(len(word) - n + 1)]
    assert list(grams(word, 2, 5)) == expected

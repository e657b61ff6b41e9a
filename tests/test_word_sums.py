"""What the pieces of words add up to is the same whether a word is new, remembered, forgotten or too long."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from intents import word_sums
from intents.feature_rows import NOWHERE, FeatureRows
from intents.grams import grams
from intents.word_sums import WordSums

ROWS = FeatureRows({"": ["ab", "bc", "cd"]})
WEIGHTS = np.zeros((ROWS.height, 2), np.float32)
WEIGHTS[ROWS.of("", ["ab", "bc", "cd"])] = [[1, 10], [2, 20], [4, 40]]


def _pairs(word: str) -> list[str]:
    return list(dict.fromkeys(first + second for first, second in pairwise(word)))


def _sums() -> WordSums:
    return WordSums(WEIGHTS, partial(ROWS.of, ""), _pairs)


def _sum(sums: WordSums, *words: str) -> list[float]:
    rows, table = sums.rows_of(words)
    found: list[float] = table[rows].sum(0).tolist()
    return found


def test_a_word_is_the_sum_of_its_pieces() -> None:
    sums = _sums()
    for _ in range(2):
        assert _sum(sums, "abc") == [3, 30]
        assert _sum(sums, "abab", "xyz") == [1, 10]
        assert _sum(sums, "abcd", "bc", "ab" * 50) == [10, 100]
    assert sums.rows_of([])[0] == []


def test_words_that_are_forgotten_are_summed_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_sums, "_ROOM", 3)
    sums = _sums()
    rows, table = sums.rows_of(["abc", "cd"])
    for word in ("ab", "bc", "bcd", "abcd"):
        assert _sum(sums, word, "abc") == _sum(_sums(), word, "abc")
    assert table[rows].sum(0).tolist() == [7, 70]


@pytest.mark.parametrize("word", [" a ", " abc ", " năm tháng ", f" {'xyz' * 20} "])
def test_grams_are_all_runs_of_letters(word: str) -> None:
    expected = [word[i : i + n] for n in range(2, 6) for i in range(len(word) - n + 1)]
    assert list(grams(word, 2, 5)) == expected


def test_features_of_the_same_name_stand_apart_in_each_block() -> None:
    rows = FeatureRows({"letters": ["ab", "bc"], "words": ["ab", "x"]})
    names = [("letters", "ab"), ("letters", "bc"), ("words", "ab"), ("words", "x")]
    found = [int(rows.of(block, [name])[0]) for block, name in names]
    assert sorted(found) == [1, 2, 3, 4]
    assert rows.height == 5
    assert rows.of_blocks({"letters": ["bc", "x"], "words": ["x", "ab"]}).tolist() == [
        found[1],
        NOWHERE,
        found[3],
        found[2],
    ]
    assert rows.of("words", []).tolist() == []


def test_names_that_python_hashes_alike_are_told_apart() -> None:
    assert hash("慣") == hash("ca")
    rows = FeatureRows({"": ["ca", "慣"]})
    assert sorted(rows.of("", ["慣", "ca"]).tolist()) == [1, 2]
    assert FeatureRows({"": ["ca"]}).of("", ["慣"]).tolist() == [NOWHERE]

"""Names within a few changes of a word: many are found through an index, exactly as one by one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from intents.places.near import NearNames

WORDS = st.text("abc", max_size=10)
#: More than are looked at one by one.
NAMES = st.sets(WORDS, min_size=160, max_size=200).map(sorted)


@pytest.mark.parametrize("reach", [1, 2])
@settings(max_examples=30, deadline=None)
@given(names=NAMES, words=st.lists(WORDS, max_size=20), few=st.integers(0, 20))
def test_many_names_are_found_like_few(reach: int, names: list[str], words: list[str], few: int) -> None:
    many, some = NearNames(names, reach), NearNames(names[:few], reach)
    for word in [*words, *names[:5]]:
        near = {i: OSA.distance(word, name) for i, name in enumerate(names)}
        near = {i: distance for i, distance in near.items() if distance <= reach}
        assert many.within(word) == near
        assert some.within(word) == {i: distance for i, distance in near.items() if i < few}

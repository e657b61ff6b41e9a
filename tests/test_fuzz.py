"""A short run of every fuzz target: its seeds, what was found before, and a few hundred mutations of them."""

from __future__ import annotations

import random

import pytest

from tests.fuzz.__main__ import mutated
from tests.fuzz.targets import TARGETS, seeds

#: Fewer for what is slow: a message takes milliseconds, a webhook's body microseconds.
_MUTATIONS = {"message": 150, "renderers": 150, "locale_file": 40, "places_file": 40, "phrases_file": 40}


@pytest.mark.parametrize("name", TARGETS)
def test_good_inputs_and_old_findings(name: str) -> None:
    known = list(seeds(name))
    assert known
    for data in known:
        TARGETS[name](data)


@pytest.mark.parametrize("name", TARGETS)
def test_mutations(name: str) -> None:
    random.seed(5)
    known = list(seeds(name))
    for number in range(_MUTATIONS.get(name, 500)):
        data = mutated(known[number % len(known)], known)
        try:
            TARGETS[name](data)
        except Exception as error:
            raise AssertionError(f"{name} fails on {data!r}") from error

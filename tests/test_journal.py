"""The journal: what is counted, what is kept of texts, and that nothing is lost while a store is down."""

from __future__ import annotations

import asyncio

import pytest

from bot.journal import Journal, is_misunderstood, mask, read_counts, read_misunderstood
from bot.stores import JournalEntry, Misunderstood, StoreDownError
from bot.stores.days import day_of
from bot.stores.memory import MemoryStore
from intents.model import Place, Understanding

NOON = 1_800_000_000.0
DAY = day_of(NOON)
KOMAKI, NAGOYA = Place("member", "komaki"), Place("elsewhere", "nagoya", "23100")
NOWHERE = Place("unknown", "", text="Xyz")


def journal(*understood: Understanding, keeps: bool = False, text: str = "hello") -> Journal:
    made = Journal(keep_misunderstood=keeps)
    for one in understood:
        made.note(NOON, "line", "en", one, text)
    return made


def flushed(made: Journal, store: MemoryStore | None = None) -> dict[str, int]:
    """Counts by place."""
    store = store or MemoryStore()

    async def run() -> list[tuple[JournalEntry, int]]:
        await made.flush(store)
        return await read_counts(store, DAY, DAY)

    return {entry.place: n for entry, n in asyncio.run(run())}


def test_days_are_those_of_japan() -> None:
    assert day_of(1_799_938_799) == "2027-01-14"
    assert day_of(1_799_938_800) == "2027-01-15"


def test_each_place_counts_and_no_place_is_told_apart() -> None:
    asked = [(KOMAKI,), (KOMAKI, NAGOYA), (NOWHERE,), (), (Place("prefecture", "aichi", "23"),)]
    made = journal(*(Understanding("find_class", places) for places in asked))
    assert flushed(made) == {
        "member:komaki": 2,
        "elsewhere:nagoya": 1,
        "prefecture:aichi": 1,
        "unknown": 1,
        "none": 1,
    }


def test_what_was_written_is_not_written_again() -> None:
    store, made = MemoryStore(), journal(Understanding("greet"))
    assert flushed(made, store) == {"none": 1}
    assert flushed(made, store) == {"none": 1}


def test_a_store_that_is_down_gets_everything_later() -> None:
    class Down(MemoryStore):
        is_down = True

        async def count(self, entries: object) -> None:
            if self.is_down:
                raise StoreDownError("down")
            await super().count(entries)  # type: ignore[arg-type]

    store, made = Down(), journal(Understanding("greet"), Understanding("greet"))
    assert flushed(made, store) == {}
    store.is_down = False
    assert flushed(made, store) == {"none": 2}


@pytest.mark.parametrize(
    ("understood", "expected"),
    [
        (Understanding("find_class", (NOWHERE,)), True),
        (Understanding("out_of_scope", score=0.2), True),
        (Understanding("out_of_scope", score=0.9), False),
        (Understanding("find_class", (KOMAKI,), score=0.2), False),
    ],
)
def test_what_counts_as_misunderstood(understood: Understanding, expected: bool) -> None:
    assert is_misunderstood(understood) is expected
    kept = asyncio.run(_texts(journal(understood, keeps=True, text="call 090-1234-5678")))
    assert kept == ([Misunderstood(DAY, "en", "call 000-0000-0000")] if expected else [])
    assert asyncio.run(_texts(journal(understood, text="call"))) == []


async def _texts(made: Journal) -> list[Misunderstood]:
    store = MemoryStore()
    await made.flush(store)
    return await read_misunderstood(store, DAY, DAY)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("my phone is 090-1234-5678", "my phone is 000-0000-0000"),
        ("card ４５６ and ٣٤", "card 000 and 00"),
        ("mail me at ana.silva+x@example.co.jp please", "mail me at [email] please"),
        ("see https://example.org/?user=ana and www.example.org/ana", "see [link] and [link]"),
        ("line.me/ti/p/abc or t.me/ana", "[link] or [link]"),
        ("I am @ana_silva on X", "I am [name] on X"),
        ("two\nlines\t and  spaces", "two lines and spaces"),
        ("日本語を習いたいです", "日本語を習いたいです"),
        ("x" * 500, "x" * 200),
    ],
)
def test_masks(text: str, masked: str) -> None:
    assert mask(text) == masked

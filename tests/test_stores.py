"""One contract for every store: memory, SQLite and a real Redis."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from bot.stores import (
    ANSWERED_KEPT_FOR,
    CLAIM_EXPIRES_AFTER,
    COUNTS_KEPT_FOR,
    STATE_KEPT_FOR,
    TEXTS_KEPT_FOR,
    Claim,
    JournalEntry,
    Misunderstood,
    Store,
    StoreDownError,
    Taken,
    is_store_url,
    open_store,
)
from bot.stores.fallback import FallbackStore
from bot.stores.memory import MemoryStore
from tests.redis_server import RedisServer, need_redis

NOW = 1_800_000_000.0  # 2027-01-15 in Japan
DAY = 24 * 3600.0

KOMAKI = JournalEntry("2027-01-15", "line", "pt", "find_class", "member:komaki")
NAGOYA = JournalEntry("2027-01-15", "telegram", "vi", "find_class", "elsewhere:nagoya")

Scene = Callable[[Store], Awaitable[None]]
Play = Callable[[Scene], None]


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    need_redis()
    with RedisServer() as server:
        yield server


@pytest.fixture(params=["memory", "sqlite", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    match request.param:
        case "memory":
            return "memory:"
        case "sqlite":
            return f"sqlite:///{tmp_path}/bot.db"
        case _:
            server: RedisServer = request.getfixturevalue("redis")
            server.kill()
            server.start()
            return server.url


@pytest.fixture
def play(url: str) -> Play:
    """Runs a scene on one open store."""

    def run(scene: Scene) -> None:
        async def whole() -> None:
            store = open_store(url)
            try:
                await scene(store)
            finally:
                await store.close()

        asyncio.run(whole())

    return run


async def answer(store: Store, event: str, chat: str, state: str | None, now: float = NOW) -> Taken:
    """One event from its beginning to its end."""
    taken = await store.take(event, chat, "a", now)
    assert taken.claim is Claim.OURS
    await store.answered(event, chat, "a", state, now)
    return taken


def test_an_event_is_ours_then_busy_then_answered(play: Play) -> None:
    async def scene(store: Store) -> None:
        assert await store.take("e", "c", "a", NOW) == Taken(Claim.OURS, None, 1)
        assert await store.take("e", "c", "b", NOW + 1) == Taken(Claim.BUSY)
        await store.answered("e", "c", "a", "state", NOW + 2)
        assert await store.take("e", "c", "b", NOW + 3) == Taken(Claim.ANSWERED)
        assert await store.take("e", "c", "b", NOW + CLAIM_EXPIRES_AFTER * 2) == Taken(Claim.ANSWERED)

    play(scene)


def test_an_event_given_back_is_free_at_once(play: Play) -> None:
    async def scene(store: Store) -> None:
        await store.take("e", "c", "a", NOW)
        await store.give_back("e", "c", "a")
        assert (await store.take("e", "c", "b", NOW)).claim is Claim.OURS
        await store.give_back("e", "c", "a")
        assert (await store.take("e", "c", "c", NOW)).claim is Claim.BUSY, "only its owner gives it back"
        assert await store.leaving("e", "c", "b", NOW)
        await store.give_back("e", "c", "b")
        assert (await store.take("e", "c", "c", NOW)).claim is Claim.OURS, "what did not leave after all"

    play(scene)


def test_what_may_have_left_is_never_taken_again(play: Play) -> None:
    async def scene(store: Store) -> None:
        await store.take("e", "c", "a", NOW)
        assert await store.leaving("e", "c", "a", NOW)
        for later in (0.0, CLAIM_EXPIRES_AFTER * 3, 3600.0):
            assert (await store.take("e", "c", "b", NOW + later)).claim is Claim.ANSWERED

    play(scene)


def test_only_one_of_two_owners_may_let_it_leave(play: Play) -> None:
    async def scene(store: Store) -> None:
        await store.take("e", "c", "slow", NOW)
        assert await store.leaving("e", "c", "slow", NOW)
        assert not await store.leaving("e", "c", "other", NOW)
        assert await store.leaving("never taken", "c", "a", NOW), "as after a time without the store"

    play(scene)


def test_many_at_once_make_one_owner(play: Play) -> None:
    async def scene(store: Store) -> None:
        claims = await asyncio.gather(*(store.take("e", "c", f"owner {n}", NOW) for n in range(50)))
        assert [taken.claim for taken in claims].count(Claim.OURS) == 1

    play(scene)


def test_state_is_kept_word_for_word_and_erased_without_a_trace(play: Play) -> None:
    state = json.dumps({"choice": "pt", "context": "小牧市 é đ '\" \\ \n"})

    async def scene(store: Store) -> None:
        await answer(store, "1", "c", state)
        await answer(store, "2", "other", "other state")
        assert (await store.take("3", "c", "a", NOW)).state == state
        await store.answered("3", "c", "a", None, NOW)
        assert (await store.take("4", "c", "a", NOW)).state is None
        assert (await store.take("5", "other", "a", NOW)).state == "other state"

    play(scene)


def test_one_process_at_a_time_has_the_turn_in_a_chat(play: Play) -> None:
    async def scene(store: Store) -> None:
        assert (await store.take("1", "c", "a", NOW)).count == 1
        assert await store.take("2", "c", "b", NOW) == Taken(Claim.LATER)
        assert (await store.take("3", "c", "a", NOW)).count == 2, "its owner orders its own events"
        assert (await store.take("4", "other", "b", NOW)).claim is Claim.OURS
        await store.answered("1", "c", "a", "state", NOW)
        assert await store.take("2", "c", "b", NOW) == Taken(Claim.OURS, "state", 3)
        await store.give_back("3", "c", "a")
        assert await store.take("5", "c", "a", NOW) == Taken(Claim.LATER), "only its owner ends a turn"
        await store.give_back("2", "c", "b")
        assert (await store.take("5", "c", "a", NOW)).claim is Claim.OURS

    play(scene)


def test_what_the_platform_refused_is_taken_but_has_not_left(play: Play) -> None:
    async def scene(store: Store) -> None:
        await store.take("e", "c", "a", NOW)
        await store.leaving("e", "c", "a", NOW)
        await store.not_left("e", "c", "b", NOW)
        assert (await store.take("e", "c", "b", NOW)).claim is Claim.ANSWERED, "only its owner knows"
        await store.not_left("e", "c", "a", NOW)
        assert (await store.take("e", "c", "b", NOW)).claim is Claim.BUSY
        assert await store.leaving("e", "c", "a", NOW)

    play(scene)


def test_messages_are_counted_by_chat_and_minute(play: Play) -> None:
    minute = NOW - NOW % 60

    async def scene(store: Store) -> None:
        counts = [(await store.take(f"{n}", "c", "a", minute + n)).count for n in range(3)]
        assert counts == [1, 2, 3]
        assert (await store.take("x", "other", "a", minute)).count == 1
        assert (await store.take("y", "c", "a", minute + 60)).count == 1

    play(scene)


def test_the_journal_adds_up(play: Play) -> None:
    async def scene(store: Store) -> None:
        await store.count({KOMAKI: 2, NAGOYA: 1})
        await store.count({KOMAKI: 3})
        await store.count({KOMAKI._replace(day="2027-01-17"): 7})
        assert await store.counts("2027-01-14", "2027-01-16") == [(KOMAKI, 5), (NAGOYA, 1)]
        assert await store.counts("2027-01-16", "2027-01-17") == [(KOMAKI._replace(day="2027-01-17"), 7)]

    play(scene)


def test_misunderstood_texts_come_back_in_order(play: Play) -> None:
    texts = [Misunderstood("2027-01-15", "vi", "học ở đâu"), Misunderstood("2027-01-15", "en", "“what”?")]

    async def scene(store: Store) -> None:
        await store.keep_misunderstood(texts)
        assert await store.misunderstood("2027-01-15", "2027-01-15") == texts
        assert await store.misunderstood("2027-01-16", "2027-01-20") == []

    play(scene)


def test_it_answers_a_ping(play: Play) -> None:
    async def scene(store: Store) -> None:
        await store.ping()
        await store.sweep(NOW)

    play(scene)


# Redis does the following by its own clock: see test_redis_lets_everything_expire.
by_our_clock = pytest.mark.parametrize("url", ["memory", "sqlite"], indirect=True)


@by_our_clock
def test_the_claim_of_a_dead_process_expires(play: Play) -> None:
    async def scene(store: Store) -> None:
        await store.take("e", "c", "dead", NOW)
        assert (await store.take("e", "c", "b", NOW + CLAIM_EXPIRES_AFTER - 1)).claim is Claim.BUSY
        assert (await store.take("e", "c", "b", NOW + CLAIM_EXPIRES_AFTER)).claim is Claim.OURS
        assert not await store.leaving("e", "c", "dead", NOW + CLAIM_EXPIRES_AFTER), (
            "it lives after all, too late"
        )
        assert await store.leaving("e", "c", "b", NOW + CLAIM_EXPIRES_AFTER)

    play(scene)


@by_our_clock
def test_a_clock_that_jumps_back_locks_nothing_up(play: Play) -> None:
    async def scene(store: Store) -> None:
        await store.take("e", "c", "dead", NOW)
        assert (await store.take("e", "c", "b", NOW - 3600)).claim is Claim.OURS

    play(scene)


@by_our_clock
def test_what_is_old_is_swept_out(play: Play) -> None:
    async def scene(store: Store) -> None:
        await answer(store, "e", "c", "state")
        await store.count({KOMAKI: 1})
        await store.keep_misunderstood([Misunderstood(KOMAKI.day, "en", "?")])
        await store.sweep(NOW + ANSWERED_KEPT_FOR - 60)
        assert (await store.take("e", "c", "a", NOW)).claim is Claim.ANSWERED
        await store.sweep(NOW + ANSWERED_KEPT_FOR + 1)
        taken = await store.take("e", "c", "a", NOW)
        assert taken == Taken(Claim.OURS, "state", 1)
        await store.sweep(NOW + TEXTS_KEPT_FOR * DAY)
        assert len(await store.misunderstood(KOMAKI.day, KOMAKI.day)) == 1
        await store.sweep(NOW + TEXTS_KEPT_FOR * DAY + DAY)
        assert await store.misunderstood(KOMAKI.day, KOMAKI.day) == []
        await store.sweep(NOW + STATE_KEPT_FOR + 1)
        assert (await store.take("f", "c", "a", NOW)).state is None
        assert len(await store.counts(KOMAKI.day, KOMAKI.day)) == 1
        await store.sweep(NOW + COUNTS_KEPT_FOR * DAY + DAY)
        assert await store.counts(KOMAKI.day, KOMAKI.day) == []

    play(scene)


def test_redis_lets_everything_expire(redis: RedisServer) -> None:
    from redis.asyncio import Redis

    async def scene() -> None:
        store = open_store(redis.url)
        server = Redis.from_url(redis.url, decode_responses=True)
        await server.flushall()
        await store.take("taken", "c", "a", NOW)
        await answer(store, "answered", "c", "state")
        await store.take("leaving", "c", "a", NOW)
        await store.leaving("leaving", "c", "a", NOW)
        await store.count({KOMAKI: 1})
        await store.keep_misunderstood([Misunderstood(KOMAKI.day, "en", "?")])
        await store.ping()
        lives = {key: await server.ttl(key) for key in await server.keys("*")}
        assert lives.pop("doko:ping") <= 1
        assert lives == {
            "doko:event:taken": pytest.approx(CLAIM_EXPIRES_AFTER, abs=2),
            "doko:event:answered": pytest.approx(ANSWERED_KEPT_FOR, abs=2),
            "doko:event:leaving": pytest.approx(ANSWERED_KEPT_FOR, abs=2),
            "doko:state:c": pytest.approx(STATE_KEPT_FOR, abs=2),
            f"doko:spent:c:{int(NOW // 60)}": pytest.approx(120, abs=2),
            "doko:turn:c": pytest.approx(CLAIM_EXPIRES_AFTER, abs=2),
            "doko:asked:2027-01-15": pytest.approx(COUNTS_KEPT_FOR * DAY, abs=2),
            "doko:misunderstood:2027-01-15": pytest.approx(TEXTS_KEPT_FOR * DAY, abs=2),
        }
        for key in ("doko:event:taken", "doko:turn:c"):
            await server.pexpire(key, 1)
        await asyncio.sleep(0.01)
        assert (await store.take("taken", "c", "b", NOW)).claim is Claim.OURS
        assert not await store.leaving("taken", "c", "a", NOW)
        await server.aclose()
        await store.close()

    asyncio.run(scene())


@pytest.mark.parametrize("url", ["sqlite", "redis"], indirect=True)
def test_a_store_on_disk_or_in_redis_outlives_its_process(url: str) -> None:
    async def scene() -> None:
        first = open_store(url)
        await answer(first, "e", "c", "state")
        await first.count({KOMAKI: 1})
        await first.close()
        second = open_store(url)
        assert (await second.take("e", "c", "b", NOW)).claim is Claim.ANSWERED
        assert (await second.take("f", "c", "b", NOW)).state == "state"
        assert await second.counts(KOMAKI.day, KOMAKI.day) == [(KOMAKI, 1)]
        await second.close()

    asyncio.run(scene())


def test_sqlite_files_are_for_their_owner_only(tmp_path: Path) -> None:
    (tmp_path / "bot.db").touch(mode=0o644)

    def modes() -> dict[str, int]:
        return {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}

    async def scene() -> None:
        store = open_store(f"sqlite:///{tmp_path}/bot.db")
        await answer(store, "e", "c", "state")
        assert modes() == {"bot.db": 0o600, "bot.db-wal": 0o600, "bot.db-shm": 0o600}
        await store.close()

    asyncio.run(scene())


def test_what_is_asked_for_at_once_is_one_transaction_of_sqlite(tmp_path: Path) -> None:
    def in_the_file(connection: sqlite3.Connection) -> int:
        (number,) = connection.execute("SELECT count(*) FROM chat_turn").fetchone()
        return int(number)

    async def scene() -> None:
        store = open_store(f"sqlite:///{tmp_path}/bot.db")
        await store.ping()
        reader = sqlite3.connect(tmp_path / "bot.db")
        before = in_the_file(reader)
        seen = []

        async def take(number: int) -> None:
            await store.take(f"e{number}", f"c{number}", "a", NOW)
            seen.append(in_the_file(reader))

        await asyncio.gather(*(take(number) for number in range(5)))
        assert seen == [before + 5] * 5, "each is told once all are in the file"
        reader.close()
        await store.close()

    asyncio.run(scene())


def test_one_that_cannot_be_done_undoes_no_other(tmp_path: Path) -> None:
    async def scene() -> None:
        store = open_store(f"sqlite:///{tmp_path}/bot.db")
        results = await asyncio.gather(
            *(store.answered(event, event, "a", "state", NOW) for event in ("1", "\ud800", "2")),
            return_exceptions=True,
        )
        assert [type(result) for result in results] == [type(None), UnicodeEncodeError, type(None)]
        assert (await store.take("1", "1", "a", NOW)).claim is Claim.ANSWERED
        assert (await store.take("3", "2", "a", NOW)).state == "state"
        await store.close()

    asyncio.run(scene())


def test_who_stops_waiting_has_asked_all_the_same(tmp_path: Path) -> None:
    """An answer that has left must be remembered, even where the process is told to stop just then."""

    async def scene() -> None:
        store = open_store(f"sqlite:///{tmp_path}/bot.db")
        stopped = asyncio.ensure_future(store.answered("e", "c", "a", "state", NOW))
        await asyncio.sleep(0)
        stopped.cancel()
        await store.close()
        assert (await store.take("e", "c", "a", NOW)).claim is Claim.ANSWERED
        await store.close()

    asyncio.run(scene())


def test_a_turn_that_is_under_way_is_not_swept_out(tmp_path: Path) -> None:
    minute = NOW - NOW % 60

    async def scene() -> None:
        store = open_store(f"sqlite:///{tmp_path}/bot.db")
        await store.take("e", "c", "a", minute + 59)
        await store.sweep(minute + 60)
        assert (await store.take("e", "c", "b", minute + 61)).claim is Claim.BUSY
        await store.close()

    asyncio.run(scene())


def test_a_file_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "bot.db")
    old.executescript("""
        CREATE TABLE state (chat TEXT PRIMARY KEY, state TEXT NOT NULL, seen REAL NOT NULL) WITHOUT ROWID;
        CREATE TABLE event (event TEXT PRIMARY KEY, step INTEGER NOT NULL, owner TEXT NOT NULL,
            since REAL NOT NULL) WITHOUT ROWID;
        CREATE TABLE turn (chat TEXT PRIMARY KEY, minute INTEGER NOT NULL, count INTEGER NOT NULL,
            owner TEXT NOT NULL, since REAL NOT NULL) WITHOUT ROWID;
        CREATE INDEX event_since ON event (since);
        CREATE INDEX state_seen ON state (seen);
        INSERT INTO state VALUES ('c', 'state', 1800000000.0);
        INSERT INTO event VALUES ('answered', 1, '', 1800000000.0), ('taken', 0, 'dead', 1800000000.0);
    """)
    old.close()

    async def scene() -> None:
        for _ in range(2):
            store = open_store(f"sqlite:///{tmp_path}/bot.db")
            assert (await store.take("answered", "c", "a", NOW)).claim is Claim.ANSWERED
            assert await store.take("taken", "c", "a", NOW) == Taken(Claim.OURS, "state", 1)
            await store.give_back("taken", "c", "a")
            await store.sweep(NOW + 60)
            await store.close()
            tables = sqlite3.connect(tmp_path / "bot.db")
            assert tables.execute("SELECT 1 FROM sqlite_master WHERE name = 'turn'").fetchone() is None
            tables.close()

    asyncio.run(scene())


@pytest.mark.parametrize(
    "url", ["", "sqlite:", "sqlite://", "sqlite:///", "redis://", "mysql://host", "memory"]
)
def test_other_urls_are_refused(url: str) -> None:
    assert not is_store_url(url)
    with pytest.raises(ValueError, match="sqlite:///FILE"):
        open_store(url)


# What happens while a store is down.


class Switch(MemoryStore):
    """A store that can be down; it remembers how often it was asked while it was."""

    def __init__(self) -> None:
        super().__init__()
        self.is_down = False
        self.asked_in_vain = 0

    def _check(self) -> None:
        if self.is_down:
            self.asked_in_vain += 1
            raise StoreDownError("switched off")

    async def take(self, event: str, chat: str, owner: str, now: float) -> Taken:
        self._check()
        return await super().take(event, chat, owner, now)

    async def leaving(self, event: str, chat: str, owner: str, now: float) -> bool:
        self._check()
        return await super().leaving(event, chat, owner, now)

    async def answered(self, event: str, chat: str, owner: str, state: str | None, now: float) -> None:
        self._check()
        await super().answered(event, chat, owner, state, now)


def play_down(scene: Callable[[FallbackStore, Switch, list[float]], Awaitable[None]]) -> None:
    behind, clock = Switch(), [0.0]
    asyncio.run(_play(scene(FallbackStore(behind, clock=lambda: clock[0]), behind, clock)))


async def _play(scene: Awaitable[None]) -> None:
    await scene


def test_without_its_store_the_bot_still_answers_each_event_once() -> None:
    async def scene(store: FallbackStore, behind: Switch, clock: list[float]) -> None:
        behind.is_down = True
        assert (await store.take("e", "c", "a", NOW)).claim is Claim.OURS
        assert await store.leaving("e", "c", "a", NOW)
        await store.answered("e", "c", "a", "state", NOW)
        assert (await store.take("e", "c", "a", NOW)).claim is Claim.ANSWERED
        assert (await store.take("f", "c", "a", NOW)).state == "state"
        assert store.is_down
        assert behind.asked_in_vain == 1, "after one failure it is left alone for a while"

    play_down(scene)


def test_a_store_that_comes_back_learns_what_it_missed() -> None:
    async def scene(store: FallbackStore, behind: Switch, clock: list[float]) -> None:
        await answer(store, "1", "forgets", "secret")
        await answer(store, "2", "goes on", "old")
        behind.is_down = True
        await answer(store, "3", "forgets", None)
        await answer(store, "4", "goes on", "new")
        behind.is_down, clock[0] = False, 2.0
        await store.take("5", "somebody", "a", NOW)
        assert not store.is_down
        assert (await behind.take("6", "forgets", "a", NOW)).state is None
        assert (await behind.take("7", "goes on", "a", NOW)).state == "new"
        assert (await behind.take("3", "forgets", "a", NOW)).claim is Claim.ANSWERED

    play_down(scene)


def test_a_store_lost_in_the_middle_of_an_event_stops_no_answer() -> None:
    async def scene(store: FallbackStore, behind: Switch, clock: list[float]) -> None:
        await store.take("e", "c", "a", NOW)
        behind.is_down = True
        assert await store.leaving("e", "c", "a", NOW)
        await store.answered("e", "c", "a", "state", NOW)
        assert (await store.take("e", "c", "a", NOW)).claim is Claim.ANSWERED

    play_down(scene)


def test_while_it_hangs_only_one_message_at_a_time_waits_for_the_store() -> None:
    async def scene(store: FallbackStore, behind: Switch, clock: list[float]) -> None:
        behind.is_down = True
        await store.take("first", "c", "a", NOW)
        clock[0] = 5.0
        await asyncio.gather(*(store.take(f"{n}", "c", "a", NOW) for n in range(20)))
        assert behind.asked_in_vain == 2

    play_down(scene)


@pytest.mark.parametrize("frozen", [False, True], ids=["killed", "frozen"])
def test_a_redis_that_is_gone_says_so_in_time_and_is_found_again(frozen: bool) -> None:
    need_redis()

    async def scene(redis: RedisServer) -> None:
        store = open_store(redis.url)
        await store.ping()
        redis.freeze() if frozen else redis.kill()
        async with asyncio.timeout(3):
            with pytest.raises(StoreDownError):
                await store.take("e", "c", "a", NOW)
        redis.thaw() if frozen else redis.start()
        assert (await store.take("f", "c", "a", NOW)).claim is Claim.OURS
        await store.close()

    with RedisServer() as redis:
        asyncio.run(scene(redis))


def test_sqlite_in_a_folder_that_is_not_there_is_down_and_no_more(tmp_path: Path) -> None:
    async def scene() -> None:
        store = open_store(f"sqlite:///{tmp_path}/missing/bot.db")
        with pytest.raises(StoreDownError):
            await store.ping()
        (tmp_path / "missing").mkdir()
        await store.ping()
        await store.close()

    asyncio.run(scene())

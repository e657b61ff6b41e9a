"""LINE: our server beside the line-bot-sdk way and the bare floor, with one worker and two, SQLite and Redis."""

from __future__ import annotations

from contextlib import ExitStack

from tests.bench import contenders, messages
from tests.bench.contenders import Contender, Loops
from tests.bench.figures import Runs
from tests.bench.line_chats import LineChats
from tests.bench.programs import BOTH
from tests.redis_server import RedisServer

OURS = Contender("ours", contenders.OURS)
_IN_FLIGHT, _RATE = 32, 1000


async def measure(runs: int, seconds: float) -> str:
    """The tables of all contenders, interleaved; each run measures each of them for `seconds` in each loop."""
    figures = Runs()
    chats = LineChats(messages.usual(10_000), contenders.USERS)
    with ExitStack() as stack:
        redis = stack.enter_context(RedisServer())
        async with chats.platform:
            for run in range(runs):
                for contender in _contenders(redis.url):
                    await contenders.measure(
                        contender, chats, figures, Loops(seconds, _IN_FLIGHT, _RATE), run
                    )
    share = chats.flex / chats.replies
    about = (
        f"Messages of tests/utterances/open from {contenders.USERS:,} users; {share:.0%} of the replies hold a card, "
        f"{chats.reply_bytes / chats.replies / 1024:.1f} KiB on average; answered twice: {chats.twice}."
    )
    return "\n\n".join([about, *contenders.tables(figures, OURS.name, _RATE)])


def _contenders(redis: str) -> list[Contender]:
    serve = contenders.OURS
    return [
        OURS,
        Contender("the line-bot-sdk way", ("-m", "tests.bench.bots.line_sdk"), keeps_up=False),
        Contender("the bare floor", ("-m", "tests.bench.bots.line_floor")),
        Contender("ours with Redis", serve, {"STORE_URL": redis}),
        Contender("ours, 1 worker on both cores", serve, cores=BOTH),
        Contender("ours, 2 workers on both cores", (*serve, "--workers", "2"), cores=BOTH),
    ]

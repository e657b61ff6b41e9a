"""Telegram: our server by webhook and by polling, beside python-telegram-bot's own way and the bare floor."""

from __future__ import annotations

from tests.bench import contenders, messages
from tests.bench.contenders import Contender, Loops
from tests.bench.figures import Runs
from tests.bench.telegram_chats import TelegramChats

#: Telegram calls a webhook up to 40 times at once unless told otherwise; polling hands out 100 at once.
_IN_FLIGHT = {True: 40, False: 200}
_RATE = 500

_UNPACED = ("-m", "tests.bench.bots.unpaced", "serve")
_LIBRARY = ("-m", "tests.bench.bots.telegram_library")

OURS = Contender("ours by webhook", _UNPACED)
_CONTENDERS = (
    OURS,
    Contender("ours by polling", _UNPACED, by_webhook=False),
    Contender("python-telegram-bot's way by webhook", _LIBRARY, keeps_up=False),
    Contender("python-telegram-bot's way by polling", _LIBRARY, by_webhook=False, keeps_up=False),
    Contender("the bare floor", ("-m", "tests.bench.bots.telegram_floor")),
)


async def measure(runs: int, seconds: float) -> str:
    """The tables of all contenders, interleaved; each run measures each of them for `seconds` in each loop."""
    figures = Runs()
    texts = messages.usual(10_000)
    updates = sent = 0
    for run in range(runs):
        for contender in _CONTENDERS:
            chats = TelegramChats(texts, contenders.USERS, by_webhook=contender.by_webhook)
            loops = Loops(seconds, _IN_FLIGHT[contender.by_webhook], _RATE)
            async with chats.platform:
                await contenders.measure(contender, chats, figures, loops, run)
            if contender is OURS:
                updates += chats.next_number() - 1
                sent += chats.sent
    about = (
        f"Messages of tests/utterances/open from {contenders.USERS:,} users; {sent / updates:.2f} sendMessage calls "
        "an update (an answer whose location button needs a keyboard of its own takes two)."
    )
    return "\n\n".join([about, *contenders.tables(figures, OURS.name, _RATE)])

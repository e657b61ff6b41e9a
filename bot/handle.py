"""Carries one event through claim, conversation and sending, so that it is answered once.

Knows no platform, no queue and no wording.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from bot.channels.errors import ChannelRefused
from bot.conversation import Conversation, Turn
from bot.journal import Journal, is_misunderstood
from bot.metrics import Metrics
from bot.model import Delivery, Incoming, Kind, Leaving, Reply
from bot.state import UserState, from_json, to_json
from bot.stores import CLAIM_EXPIRES_AFTER, Claim, Store, Taken
from bot.userkeys import UserKeys

_LOG = logging.getLogger(__name__)

#: Messages a minute of one chat that are answered; the first beyond them is told so, the others are not.
MESSAGES_A_MINUTE = 30

#: Seconds for which an event waits while another process answers its chat, and between two looks.
_TURN_WITHIN = 2 * CLAIM_EXPIRES_AFTER
_TURN_PAUSE = 0.02

#: Seconds that the platform may take to tell a new user's language.
_HINT_WITHIN = 1.0


class Sender(Protocol):
    """The sending half of a channel."""

    async def hint(self, incoming: Incoming) -> str:
        """The user's language as the platform knows it, "" if it does not tell."""

    async def send(self, incoming: Incoming, reply: Reply, leaving: Leaving) -> Delivery:
        """Sends an answer. Raises ChannelRefused where the platform refuses our credentials."""

    async def acknowledge(self, incoming: Incoming) -> None:
        """Called instead of `send` for an event that gets no answer."""


class Handler:
    """Answers events of any channel. `limit` is in messages a minute of one chat."""

    def __init__(
        self,
        conversation: Conversation,
        store: Store,
        keys: UserKeys,
        metrics: Metrics,
        journal: Journal,
        *,
        clock: Callable[[], float] = time.time,
        limit: int = MESSAGES_A_MINUTE,
    ) -> None:
        self._conversation = conversation
        self._store = store
        self._keys = keys
        self._metrics = metrics
        self._journal = journal
        self._clock = clock
        self._limit = limit
        self._owner = secrets.token_hex(8)

    def use(self, conversation: Conversation) -> None:
        """Answers with other facts and words from the next event on."""
        self._conversation = conversation

    async def handle(self, incoming: Incoming, sender: Sender) -> bool:
        """Whether the event is done with; False means that it must come again."""
        started = time.perf_counter()
        event, chat = self._keys.event(incoming), self._keys.chat(incoming)
        taken = await self._take(event, chat)
        if taken.claim is not Claim.OURS:
            return taken.claim is Claim.ANSWERED
        departure = _Departure(self._store, event, chat, self._owner, self._clock)
        state = from_json(taken.state) if taken.state else UserState()
        try:
            turn = await self._turn(incoming, sender, state, taken.count)
            delivery = await _deliver(incoming, sender, turn.reply, departure)
        except BaseException as error:
            if isinstance(error, Exception) and not isinstance(error, ChannelRefused):
                return await self._poisoned(error, event, chat, taken.state)
            if not departure.has_begun:
                await self._store.give_back(event, chat, self._owner)
            raise
        self._metrics.delivered(incoming.channel, delivery, time.perf_counter() - started)
        if delivery is Delivery.FAILED:
            await self._store.give_back(event, chat, self._owner)
            return False
        if delivery is Delivery.REFUSED:
            _LOG.error("%s refused an answer", incoming.channel)
        new_state = taken.state if incoming.kind is Kind.INLINE else _kept(turn, delivery)
        await self._store.answered(event, chat, self._owner, new_state, self._clock())
        self._note(incoming, turn)
        return True

    async def _take(self, event: str, chat: str) -> Taken:
        """Claims the event, once no other process answers the same chat; BUSY if that takes too long."""
        end = time.monotonic() + _TURN_WITHIN
        while True:
            taken = await self._store.take(event, chat, self._owner, self._clock())
            if taken.claim is not Claim.LATER:
                return taken
            if time.monotonic() > end:
                return Taken(Claim.BUSY)
            await asyncio.sleep(_TURN_PAUSE)

    async def _turn(self, incoming: Incoming, sender: Sender, state: UserState, count: int) -> Turn:
        if incoming.kind is Kind.STARTED and not incoming.hint:
            incoming = replace(incoming, hint=await _hint(incoming, sender))
        if count > self._limit and incoming.kind is not Kind.INLINE:
            return self._over_limit(incoming, state, count)
        try:
            return self._conversation.turn(incoming, state, self._clock())
        except Exception as error:  # The user still gets an answer.
            self._failed("conversation", error)
            return Turn(self._conversation.apology(incoming, state), state)

    def _over_limit(self, incoming: Incoming, state: UserState, count: int) -> Turn:
        self._metrics.limited(incoming.channel)
        if incoming.kind in (Kind.FORGET, Kind.GONE):
            return Turn(None, None)  # To be forgotten is a right, not a favour.
        reply = self._conversation.busy(incoming, state) if count == self._limit + 1 else None
        return Turn(reply, state)

    async def _poisoned(self, error: Exception, event: str, chat: str, state: str | None) -> bool:
        """It would fail again and again: done with, so that it costs no other event anything."""
        self._failed("sending", error)
        await self._store.answered(event, chat, self._owner, state, self._clock())
        return True

    def _failed(self, step: str, error: Exception) -> None:
        self._metrics.failure(step)
        _LOG.error("no answer, in %s: %s at %s", step, type(error).__name__, _where(error))

    def _note(self, incoming: Incoming, turn: Turn) -> None:
        if turn.understood is None or turn.reply is None or incoming.kind is Kind.INLINE:
            return
        channel, language, understood = incoming.channel, turn.reply.language, turn.understood
        self._metrics.understood(channel, language, understood.intent, is_misunderstood(understood))
        self._journal.note(self._clock(), channel, language, understood, incoming.text)


class _Departure:
    """The one moment at which an answer leaves: noted in the store before, however often it is tried."""

    def __init__(self, store: Store, event: str, chat: str, owner: str, clock: Callable[[], float]) -> None:
        self._store = store
        self._event = event
        self._chat = chat
        self._owner = owner
        self._clock = clock
        self.has_begun = False

    async def __call__(self) -> bool:
        if not self.has_begun:
            self.has_begun = await self._store.leaving(self._event, self._chat, self._owner, self._clock())
        return self.has_begun

    async def undo(self) -> None:
        if self.has_begun:
            self.has_begun = False
            await self._store.not_left(self._event, self._chat, self._owner, self._clock())


def _kept(turn: Turn, delivery: Delivery) -> str | None:
    """What is remembered of the chat; nothing of somebody who has gone."""
    return None if delivery is Delivery.GONE or turn.state is None else to_json(turn.state)


async def _deliver(incoming: Incoming, sender: Sender, reply: Reply | None, leaving: Leaving) -> Delivery:
    if reply is None:
        await sender.acknowledge(incoming)
        return Delivery.SENT
    return await sender.send(incoming, reply, leaving)


async def _hint(incoming: Incoming, sender: Sender) -> str:
    try:
        async with asyncio.timeout(_HINT_WITHIN):
            return await sender.hint(incoming)
    except TimeoutError:
        return ""


def _where(error: Exception) -> str:
    """File and line of an error, without the values that its message may quote."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else "?"

"""Carries each event through claim, state, conversation and sending: in order within a chat, chats not
waiting for each other, each event answered once. Knows no platform; a Sender does the sending.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.conversation import Conversation
from bot.model import Delivery, Incoming, Kind, Reply
from bot.state import UserState, from_json, to_json
from bot.stores import Claim, Store, StoreDownError
from bot.stores.memory import MemoryStore
from bot.userkeys import UserKeys

_LOG = logging.getLogger(__name__)

#: Messages a minute of one chat that are answered; the first beyond them is told so, the others are not.
MESSAGES_A_MINUTE = 30


class Sender(Protocol):
    """The sending half of a channel."""

    async def hint(self, incoming: Incoming) -> str:
        """The user's language as the platform knows it, "" if it does not tell."""

    async def send(self, incoming: Incoming, reply: Reply) -> Delivery: ...

    async def acknowledge(self, incoming: Incoming) -> None:
        """Called instead of `send` for an event that gets no answer."""


class QueueFullError(Exception):
    """Too much is waiting: the platform should bring the event again later."""


@dataclass(slots=True)
class _Chat:
    waiting: deque[tuple[Incoming, Sender, asyncio.Future[bool]]] = field(default_factory=deque)


class Dispatcher:
    """Hands events to one conversation. Use it inside one running loop."""

    def __init__(
        self,
        conversation: Conversation,
        store: Store,
        keys: UserKeys,
        *,
        clock: Callable[[], float] = time.time,
        most_waiting: int = 5000,
        messages_a_minute: int = MESSAGES_A_MINUTE,
    ) -> None:
        self._conversation = conversation
        self._store = store
        self._without_store = MemoryStore()
        self._keys = keys
        self._clock = clock
        self._most_waiting = most_waiting
        self._messages_a_minute = messages_a_minute
        self._chats: dict[tuple[str, str], _Chat] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.waiting = 0

    def submit(self, incoming: Incoming, sender: Sender) -> asyncio.Future[bool]:
        """Queues an event behind the others of its chat.

        The future tells whether the event is done with; False means that it must come again. It raises
        ChannelRefused where the platform refuses our credentials. Raises QueueFullError at once when full.
        """
        if self.waiting >= self._most_waiting:
            raise QueueFullError
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.waiting += 1
        key = (incoming.channel, incoming.chat)
        chat = self._chats.get(key)
        if chat is None:
            chat = self._chats[key] = _Chat()
            task = asyncio.create_task(self._work(key, chat))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        chat.waiting.append((incoming, sender, future))
        return future

    async def drain(self, seconds: float) -> None:
        """Lets what is queued finish, for so long at most; what is left is given back unanswered."""
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=seconds)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    async def _work(self, key: tuple[str, str], chat: _Chat) -> None:
        try:
            while chat.waiting:
                incoming, sender, future = chat.waiting.popleft()
                try:
                    done = await self._handle(incoming, sender)
                except asyncio.CancelledError:
                    future.cancel()
                    raise
                except Exception as error:
                    _settle(future, error)
                else:
                    _settle(future, done)
                finally:
                    self.waiting -= 1
        finally:
            del self._chats[key]
            for _, _, future in chat.waiting:
                self.waiting -= 1
                future.cancel()

    async def _handle(self, incoming: Incoming, sender: Sender) -> bool:
        event = self._keys.event(incoming)
        store = self._store
        try:
            claim = await store.claim(event, self._clock())
        except StoreDownError:
            store = self._without_store
            claim = await store.claim(event, self._clock())
        if claim is not Claim.OURS:
            return claim is Claim.ANSWERED
        done = False
        try:
            done = await self._answer(incoming, sender, store)
        finally:
            await self._finish(store, event, done)
        return done

    async def _finish(self, store: Store, event: str, done: bool) -> None:
        try:
            if done:
                await store.answered(event, self._clock())
            else:
                await store.release(event)
        except StoreDownError:
            await self._without_store.answered(event, self._clock())

    async def _answer(self, incoming: Incoming, sender: Sender, store: Store) -> bool:
        key = self._keys.chat(incoming)
        if incoming.kind is Kind.STARTED and not incoming.hint:
            incoming = replace(incoming, hint=await sender.hint(incoming))
        state = await self._load(store, key)
        reply: Reply | None
        count = await self._spend(store, key, incoming)
        if count > self._messages_a_minute:
            reply = self._conversation.busy(incoming, state) if count == self._messages_a_minute + 1 else None
            new_state: UserState | None = state
        else:
            reply, new_state = self._turn(incoming, state)
        if reply is None:
            await sender.acknowledge(incoming)
            delivery = Delivery.SENT
        else:
            delivery = await sender.send(incoming, reply)
        if delivery is Delivery.FAILED:
            return False
        if delivery is Delivery.REFUSED:
            _LOG.error("%s refused an answer", incoming.channel)
        if incoming.kind is not Kind.INLINE:
            await self._save(store, key, None if delivery is Delivery.GONE else new_state)
        return True

    def _turn(self, incoming: Incoming, state: UserState) -> tuple[Reply | None, UserState | None]:
        try:
            turn = self._conversation.turn(incoming, state, self._clock())
        except Exception as error:  # One message must never cost the others; the user still gets an answer.
            _LOG.error("no answer could be made: %s in %s", type(error).__name__, _where(error))
            return self._conversation.apology(incoming, state), state
        return turn.reply, turn.state

    async def _spend(self, store: Store, key: str, incoming: Incoming) -> int:
        if incoming.kind in (Kind.GONE, Kind.FORGET, Kind.INLINE):
            return 0
        try:
            return await store.spend(key, self._clock())
        except StoreDownError:
            return await self._without_store.spend(key, self._clock())

    async def _load(self, store: Store, key: str) -> UserState:
        try:
            text = await store.load(key)
        except StoreDownError:
            text = await self._without_store.load(key)
        return from_json(text) if text else UserState()

    async def _save(self, store: Store, key: str, state: UserState | None) -> None:
        for place in (store, self._without_store):
            try:
                if state is None:
                    await place.forget(key)
                else:
                    await place.save(key, to_json(state), self._clock())
                return
            except StoreDownError:
                continue


def _settle(future: asyncio.Future[bool], result: bool | Exception) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)


def _where(error: Exception) -> str:
    """File and line of an error, without the values that its message may quote."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}" if trace else "?"

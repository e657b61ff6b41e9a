"""Turns platform ids into keys for the store, so that what is kept names nobody."""

from __future__ import annotations

import hmac

from bot.model import Incoming


class UserKeys:
    """Keys by HMAC-SHA256 with a secret: without it nobody can tell whose a key is."""

    def __init__(self, secret: str) -> None:
        self._keyed = hmac.new(secret.encode(), digestmod="sha256")

    def chat(self, incoming: Incoming) -> str:
        """The key of a conversation: 32 hexadecimal digits."""
        return self._key("chat", incoming.channel, incoming.chat)

    def event(self, incoming: Incoming) -> str:
        """The key of an event, by which it is answered once."""
        return self._key("event", incoming.channel, incoming.event)

    def _key(self, *parts: str) -> str:
        text = "\x00".join(parts).encode("utf-8", "surrogatepass")
        digest = self._keyed.copy()  # A third of the time that beginning with the secret again takes.
        digest.update(text)
        return digest.hexdigest()[:32]

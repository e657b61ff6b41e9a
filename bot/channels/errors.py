"""What a channel raises when it cannot work at all. Holds no token, no user and no text."""

from __future__ import annotations


class ChannelRefused(Exception):
    """The platform refuses the bot's credentials: nothing can be sent until the operator mends them."""


class OtherPoller(Exception):
    """Somebody else fetches the bot's updates: another process, or a webhook that is still set."""

"""LINE as a sender of answers: renders a reply and sends it with the event's reply token."""

from __future__ import annotations

from bot.channels.line import LineAddress
from bot.channels.line_api import LineApi
from bot.channels.line_render import Renderer
from bot.model import Delivery, Incoming, Leaving, Reply


class LineChannel:
    """`names` are what a group may call the bot, known after `identify`."""

    def __init__(self, api: LineApi) -> None:
        self._api = api
        self._renderer = Renderer()
        self.names: tuple[str, ...] = ()

    async def identify(self) -> None:
        """Learns the bot's name. Raises ChannelRefused on a wrong access token."""
        info = await self._api.bot_info()
        if info is not None:
            self.names = (info.name,)

    async def hint(self, incoming: Incoming) -> str:
        """The language of the user's LINE, "" if LINE does not tell."""
        user_id = _address(incoming).user_id
        return await self._api.profile_language(user_id) if user_id else ""

    async def send(self, incoming: Incoming, reply: Reply, leaving: Leaving) -> Delivery:
        """`leaving` is not needed: LINE itself takes one reply to an event and refuses any other."""
        address = _address(incoming)
        if not address.reply_token:
            return Delivery.SENT  # unsend and the like: done, and nobody is told
        delivery = await self._api.reply(address, self._renderer.json(reply, group=incoming.group))
        if reply.menu and delivery is Delivery.SENT and address.user_id and not incoming.group:
            await self._api.show_menu(address.user_id, reply.language)
        return delivery

    async def show_loading(self, incoming: Incoming) -> None:
        """Shows that an answer is being made; only a one-on-one chat can show it."""
        user_id = _address(incoming).user_id
        if user_id and not incoming.group:
            await self._api.loading(user_id)

    async def acknowledge(self, incoming: Incoming) -> None:
        """LINE wants nothing for an event without an answer."""


def _address(incoming: Incoming) -> LineAddress:
    if not isinstance(incoming.address, LineAddress):
        raise TypeError("not an event of LINE")
    return incoming.address

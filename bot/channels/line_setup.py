"""Sets a LINE channel up through line-bot-sdk, again and again with the same result: rich menus with their
aliases, and the webhook. Serving does not need it. Knows no words: the menus are given to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linebot.v3.messaging import (
    ApiClient,
    Configuration,
    CreateRichMenuAliasRequest,
    MessagingApi,
    MessagingApiBlob,
    RichMenuAliasResponse,
    RichMenuRequest,
    RichMenuResponse,
    SetWebhookEndpointRequest,
    TestWebhookEndpointRequest,
    UpdateRichMenuAliasRequest,
)
from linebot.v3.messaging.exceptions import ApiException, NotFoundException
from urllib3.exceptions import HTTPError

from bot.channels.errors import ChannelRefused
from bot.channels.line_api import BASE_URL, menu_alias
from bot.channels.line_menu import Menu

_TIMEOUT = 20.0  # seconds a call


class SetupError(Exception):
    """LINE cannot be reached, or does not do what was asked of it."""


@dataclass(frozen=True, slots=True)
class MenuMade:
    """The menu of a language: new, or as it was."""

    language: str
    changed: bool


@dataclass(frozen=True, slots=True)
class WebhookSet:
    """The webhook: new, or as it was; and what LINE's own test of it said. `active` is whether the operator
    has switched it on in the console.
    """

    changed: bool
    active: bool
    works: bool
    reason: str


class LineSetup:
    """The set-up calls of one channel. They raise ChannelRefused on a wrong access token, else SetupError."""

    def __init__(self, base_url: str, token: str) -> None:
        # The SDK knows LINE's two hosts by itself, but sends everything to any other that it is given.
        host = None if base_url.rstrip("/") == BASE_URL else base_url.rstrip("/")
        self._client = ApiClient(Configuration(host=host, access_token=token))
        self._api = MessagingApi(self._client)
        self._pictures = MessagingApiBlob(self._client)

    def menus(self, menus: Sequence[Menu]) -> list[MenuMade]:
        """Makes the menus that are missing or have changed, and takes away those that they replace. The first
        is the one that everybody sees who has chosen no language.
        """
        try:
            there = {menu.name: menu.rich_menu_id for menu in self._list_menus()}
            aliases = {alias.rich_menu_alias_id: alias.rich_menu_id for alias in self._list_aliases()}
            made = [self._menu(menu, there, aliases) for menu in menus]
            if menus and self._default() != there[menus[0].name]:
                self._api.set_default_rich_menu(there[menus[0].name], _request_timeout=_TIMEOUT)
            self._remove_replaced(menus, there)
        except (ApiException, HTTPError) as error:
            raise _understood(error) from None
        return made

    def webhook(self, endpoint: str) -> WebhookSet:
        """Points LINE at the endpoint (https) and has LINE test it."""
        try:
            before = self._endpoint()
            changed = before != endpoint
            if changed:
                request = SetWebhookEndpointRequest(endpoint=endpoint)
                self._api.set_webhook_endpoint(request, _request_timeout=_TIMEOUT)
            active = bool(self._api.get_webhook_endpoint(_request_timeout=_TIMEOUT).active)
            test = self._api.test_webhook_endpoint(TestWebhookEndpointRequest(), _request_timeout=_TIMEOUT)
        except (ApiException, HTTPError) as error:
            raise _understood(error) from None
        return WebhookSet(
            changed, active, works=bool(test.success), reason=f"{test.reason} {test.detail}".strip()
        )

    def _menu(self, menu: Menu, there: dict[str, str], aliases: dict[str, str]) -> MenuMade:
        """Makes the menu and adds it to `there`, unless it is there: the name tells whether it changed."""
        alias = menu_alias(menu.language)
        if menu.name in there and aliases.get(alias) == there[menu.name]:
            return MenuMade(menu.language, changed=False)
        request = RichMenuRequest.from_dict(menu.description())
        name = self._api.create_rich_menu(request, _request_timeout=_TIMEOUT).rich_menu_id
        self._pictures.set_rich_menu_image(
            name, menu.picture, _headers={"Content-Type": "image/png"}, _request_timeout=_TIMEOUT
        )
        if alias in aliases:
            change = UpdateRichMenuAliasRequest(richMenuId=name)
            self._api.update_rich_menu_alias(alias, change, _request_timeout=_TIMEOUT)
        else:
            new = CreateRichMenuAliasRequest(richMenuAliasId=alias, richMenuId=name)
            self._api.create_rich_menu_alias(new, _request_timeout=_TIMEOUT)
        there[menu.name] = name
        return MenuMade(menu.language, changed=True)

    def _remove_replaced(self, menus: Sequence[Menu], there: dict[str, str]) -> None:
        """Takes away our earlier menus in these languages, also halves of a set-up that was broken off."""
        kept = {there[menu.name] for menu in menus}
        ours = tuple(f"{menu_alias(menu.language)} " for menu in menus)
        for menu in self._list_menus():
            if menu.name.startswith(ours) and menu.rich_menu_id not in kept:
                self._api.delete_rich_menu(menu.rich_menu_id, _request_timeout=_TIMEOUT)

    def _list_menus(self) -> list[RichMenuResponse]:
        return list(self._api.get_rich_menu_list(_request_timeout=_TIMEOUT).richmenus)

    def _list_aliases(self) -> list[RichMenuAliasResponse]:
        return list(self._api.get_rich_menu_alias_list(_request_timeout=_TIMEOUT).aliases)

    def _default(self) -> str | None:
        try:
            return str(self._api.get_default_rich_menu_id(_request_timeout=_TIMEOUT).rich_menu_id)
        except NotFoundException:
            return None

    def _endpoint(self) -> str | None:
        try:
            return str(self._api.get_webhook_endpoint(_request_timeout=_TIMEOUT).endpoint)
        except NotFoundException:
            return None


def _understood(error: ApiException | HTTPError) -> Exception:
    """The SDK's error in few words; its own may show headers."""
    if isinstance(error, HTTPError):
        return SetupError(f"LINE cannot be reached: {type(error).__name__}")
    if error.status in (401, 403):
        return ChannelRefused(
            f"LINE refuses the channel access token ({error.status}): check LINE_CHANNEL_ACCESS_TOKEN"
        )
    return SetupError(f"LINE answered {error.status} {error.reason}: {error.body}")

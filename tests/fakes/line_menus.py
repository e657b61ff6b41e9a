"""The rich menus of a fake LINE: menus, their pictures, aliases, the default and what each user sees."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.line_rules import ALIAS, menu_problems, picture_problems


@dataclass
class Menus:
    """All by id. `shown` is the menu of each user, `aliases` the menu of each alias."""

    menus: dict[str, dict[str, Any]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    default: str = ""
    made: int = 0

    def add_routes(self, router: web.UrlDispatcher) -> None:
        menu, alias = "/v2/bot/richmenu", "/v2/bot/richmenu/alias"
        router.add_post(menu, self._create)
        router.add_get(f"{menu}/list", self._list)
        router.add_post(alias, self._create_alias)
        router.add_get(f"{alias}/list", self._list_aliases)
        router.add_get(alias + "/{alias}", self._get_alias)
        router.add_post(alias + "/{alias}", self._update_alias)
        router.add_delete(alias + "/{alias}", self._delete_alias)
        router.add_get(menu + "/{menu}", self._get)
        router.add_delete(menu + "/{menu}", self._delete)
        router.add_post(menu + "/{menu}/content", self._draw)
        router.add_get(menu + "/{menu}/content", self._picture)
        router.add_get("/v2/bot/user/all/richmenu", self._get_default)
        router.add_post("/v2/bot/user/all/richmenu/{menu}", self._set_default)
        router.add_get("/v2/bot/user/{user}/richmenu", self._shown)
        router.add_post("/v2/bot/user/{user}/richmenu/{menu}", self._show)
        router.add_delete("/v2/bot/user/{user}/richmenu", self._hide)

    async def _create(self, request: web.Request) -> web.Response:
        asked = json.loads(await request.read())
        problems = menu_problems(asked)
        if problems:
            return _refusal(400, "; ".join(problems))
        self.made += 1
        name = f"richmenu-{self.made:032x}"
        self.menus[name] = asked
        return web.json_response({"richMenuId": name})

    async def _list(self, request: web.Request) -> web.Response:
        menus = [{"richMenuId": name, **menu} for name, menu in self.menus.items()]
        return web.json_response({"richmenus": menus})

    async def _get(self, request: web.Request) -> web.Response:
        name = request.match_info["menu"]
        if name not in self.menus:
            return _refusal(404, "richmenu not found")
        return web.json_response({"richMenuId": name, **self.menus[name]})

    async def _delete(self, request: web.Request) -> web.Response:
        name = request.match_info["menu"]
        if self.menus.pop(name, None) is None:
            return _refusal(404, "richmenu not found")
        self.pictures.pop(name, None)
        self.shown = {user: menu for user, menu in self.shown.items() if menu != name}
        self.default = "" if self.default == name else self.default
        return web.json_response({})

    async def _draw(self, request: web.Request) -> web.Response:
        name = request.match_info["menu"]
        content = await request.read()
        if name not in self.menus:
            return _refusal(404, "richmenu not found")
        if name in self.pictures:
            return _refusal(400, "An image has already been uploaded to the richmenu")
        problems = picture_problems(content, request.content_type)
        if problems:
            return _refusal(400, "; ".join(problems))
        self.pictures[name] = content
        return web.json_response({})

    async def _picture(self, request: web.Request) -> web.Response:
        content = self.pictures.get(request.match_info["menu"])
        if content is None:
            return _refusal(404, "Not found")
        return web.Response(body=content, content_type="image/png")

    async def _create_alias(self, request: web.Request) -> web.Response:
        asked = json.loads(await request.read())
        alias, menu = str(asked.get("richMenuAliasId")), str(asked.get("richMenuId"))
        if not ALIAS.fullmatch(alias) or menu not in self.pictures:
            return _refusal(400, "Invalid alias, or a richmenu without an image")
        if alias in self.aliases:
            return _refusal(400, "conflict richmenu alias id")
        self.aliases[alias] = menu
        return web.json_response({})

    async def _update_alias(self, request: web.Request) -> web.Response:
        alias = request.match_info["alias"]
        menu = str(json.loads(await request.read()).get("richMenuId"))
        if alias not in self.aliases:
            return _refusal(404, "richmenu alias not found")
        if menu not in self.pictures:
            return _refusal(400, "richmenu not found")
        self.aliases[alias] = menu
        return web.json_response({})

    async def _delete_alias(self, request: web.Request) -> web.Response:
        if self.aliases.pop(request.match_info["alias"], None) is None:
            return _refusal(404, "richmenu alias not found")
        return web.json_response({})

    async def _get_alias(self, request: web.Request) -> web.Response:
        alias = request.match_info["alias"]
        if alias not in self.aliases:
            return _refusal(404, "richmenu alias not found")
        return web.json_response({"richMenuAliasId": alias, "richMenuId": self.aliases[alias]})

    async def _list_aliases(self, request: web.Request) -> web.Response:
        aliases = [{"richMenuAliasId": alias, "richMenuId": menu} for alias, menu in self.aliases.items()]
        return web.json_response({"aliases": aliases})

    async def _get_default(self, request: web.Request) -> web.Response:
        if not self.default:
            return _refusal(404, "no default richmenu")
        return web.json_response({"richMenuId": self.default})

    async def _set_default(self, request: web.Request) -> web.Response:
        menu = request.match_info["menu"]
        if menu not in self.pictures:
            return _refusal(400, "must upload richmenu image before applying it to user")
        self.default = menu
        return web.json_response({})

    async def _shown(self, request: web.Request) -> web.Response:
        menu = self.shown.get(request.match_info["user"])
        return web.json_response({"richMenuId": menu}) if menu else _refusal(404, "the user has no richmenu")

    async def _show(self, request: web.Request) -> web.Response:
        menu = request.match_info["menu"]
        if menu not in self.pictures:
            return _refusal(400, "must upload richmenu image before applying it to user")
        self.shown[request.match_info["user"]] = menu
        return web.json_response({})

    async def _hide(self, request: web.Request) -> web.Response:
        self.shown.pop(request.match_info["user"], None)
        return web.json_response({})


def _refusal(status: int, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status)

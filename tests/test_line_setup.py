"""Setting a LINE channel up: menus as LINE takes them, made once, changed when they change."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image

from bot.channels import line_menu
from bot.channels.errors import ChannelRefused
from bot.channels.line_api import LineApi
from bot.channels.line_menu import LOCATION_URL, Menu, NoFontError, find_font, missing_letters
from bot.channels.line_setup import LineSetup, MenuMade, SetupError, WebhookSet
from bot.model import AskLocation, Copy, Say
from tests.fakes.line import FakeLine
from tests.fakes.line_faults import Fault
from tests.fakes.line_rules import menu_problems, picture_problems

ENGLISH = Menu(
    "en",
    "Menu",
    (
        Say("Find a class", "class"),
        AskLocation("Near me"),
        Say("All cities", "cities"),
        Say("Language", "language"),
    ),
)
VIETNAMESE = Menu(
    "vi",
    "Menu",
    (
        Say("Tìm lớp", "tìm lớp"),
        AskLocation("Gần tôi"),
        Say("Tất cả thành phố", "các thành phố"),
        Say("Ngôn ngữ", "ngôn ngữ"),
    ),
)


def _can_draw() -> bool:
    try:
        return bool(find_font("Tất cả thành phố"))
    except NoFontError:
        return False


pytestmark = pytest.mark.skipif(
    not _can_draw(), reason="no font here has Vietnamese letters (fonts-noto-cjk)"
)
ENDPOINT = "https://doko.example/webhook/line"


def play(scene: Callable[[FakeLine], Awaitable[None]]) -> FakeLine:
    async def run() -> FakeLine:
        async with FakeLine() as line:
            await scene(line)
            return line

    return asyncio.run(run())


async def menus(line: FakeLine, *wanted: Menu) -> list[MenuMade]:
    return await asyncio.to_thread(lambda: LineSetup(line.url, line.token).menus(wanted))


async def webhook(line: FakeLine) -> WebhookSet:
    return await asyncio.to_thread(lambda: LineSetup(line.url, line.token).webhook(ENDPOINT))


@pytest.mark.parametrize("menu", [ENGLISH, VIETNAMESE], ids=lambda menu: menu.language)
def test_a_menu_and_its_picture_are_as_line_takes_them(menu: Menu) -> None:
    assert menu_problems(menu.description()) == []
    assert picture_problems(menu.picture, "image/png") == []
    assert Image.open(io.BytesIO(menu.picture)).size == (1600, 1080)


def test_the_location_button_opens_lines_location_screen() -> None:
    near = ENGLISH.description()["areas"][1]["action"]  # type: ignore[index]
    assert near == {"type": "uri", "label": "Near me", "uri": LOCATION_URL}


def test_a_menu_has_another_name_as_soon_as_anything_in_it_differs() -> None:
    others = [
        Menu("en", "Open", ENGLISH.buttons),
        Menu("en", "Menu", (Say("Find a class", "classes"), *ENGLISH.buttons[1:])),
        Menu("vi", "Menu", ENGLISH.buttons),
    ]
    assert len({menu.name for menu in (ENGLISH, *others)}) == 4
    assert Menu("en", "Menu", ENGLISH.buttons).name == ENGLISH.name


def test_the_picture_shows_its_labels() -> None:
    bare = Menu("en", "Menu", tuple(Say(" ", "class") for _ in range(4)))
    picture = Image.open(io.BytesIO(ENGLISH.picture)).convert("RGB")
    empty = Image.open(io.BytesIO(bare.picture)).convert("RGB")
    for left in (0, 800):
        for top in (0, 540):
            box = (left + 60, top + 60, left + 740, top + 480)
            assert len(picture.crop(box).getcolors(1 << 20) or []) > 1
            assert len(empty.crop(box).getcolors(1 << 20) or []) == 1


def test_a_font_without_the_letters_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    font = find_font("Tất cả thành phố Ngôn ngữ")
    assert missing_letters(font, "Tất cả thành phố") == ""
    assert missing_letters(font, "\u13a0\U0001f9ff") != ""
    monkeypatch.setattr(line_menu, "_FONT_FOLDERS", (str(Path(__file__).parent / "fakes"),))
    with pytest.raises(NoFontError):
        find_font("abc")


def test_a_button_that_no_menu_can_have_is_told() -> None:
    with pytest.raises(ValueError, match="Copy"):
        Menu("en", "Menu", (Copy("Copy", "x" * 1001),)).description()


def test_menus_are_made_once_and_the_first_is_everybodys() -> None:
    async def scene(line: FakeLine) -> None:
        assert await menus(line, ENGLISH, VIETNAMESE) == [MenuMade("en", True), MenuMade("vi", True)]
        before = len(line.calls)
        assert await menus(line, ENGLISH, VIETNAMESE) == [MenuMade("en", False), MenuMade("vi", False)]
        assert {call.method for call in line.calls[before:]} == {"GET"}

    line = play(scene)
    assert set(line.menus.aliases) == {"doko-en", "doko-vi"}
    assert line.menus.default == line.menus.aliases["doko-en"]
    assert line.menus.pictures[line.menus.default] == ENGLISH.picture
    assert all(call.status == 200 or call.method == "GET" for call in line.calls)


def test_a_changed_menu_replaces_the_old_one_and_no_other() -> None:
    async def scene(line: FakeLine) -> None:
        line.menus.menus["richmenu-of-somebody-else"] = {**ENGLISH.description(), "name": "campaign"}
        await menus(line, ENGLISH, VIETNAMESE)
        changed = Menu("en", "Open", ENGLISH.buttons)
        assert await menus(line, changed, VIETNAMESE) == [MenuMade("en", True), MenuMade("vi", False)]
        names = {menu["name"] for menu in line.menus.menus.values()}
        assert names == {"campaign", changed.name, VIETNAMESE.name}
        assert line.menus.default == line.menus.aliases["doko-en"]

    play(scene)


def test_a_set_up_that_was_broken_off_is_finished_by_the_next() -> None:
    async def scene(line: FakeLine) -> None:
        line.faults.append(Fault(500, path="/v2/bot/richmenu/alias"))
        with pytest.raises(SetupError, match="500"):
            await menus(line, ENGLISH)
        assert await menus(line, ENGLISH) == [MenuMade("en", True)]
        assert len(line.menus.menus) == 1
        assert await menus(line, ENGLISH) == [MenuMade("en", False)]

    play(scene)


def test_a_user_sees_the_menu_of_the_language_chosen() -> None:
    async def scene(line: FakeLine) -> None:
        await menus(line, ENGLISH, VIETNAMESE)
        api = LineApi(line.url, line.token)
        assert await api.show_menu("U1", "vi")
        assert line.menus.shown == {"U1": line.menus.aliases["doko-vi"]}
        assert not await api.show_menu("U1", "ja")
        await menus(line, ENGLISH, Menu("vi", "Mở", VIETNAMESE.buttons))
        assert not await api.show_menu("U1", "vi")
        assert await api.show_menu("U1", "vi")
        assert line.menus.shown == {"U1": line.menus.aliases["doko-vi"]}
        api.close()

    play(scene)


def test_the_webhook_is_set_once_and_tested_each_time() -> None:
    async def scene(line: FakeLine) -> None:
        first, second = await webhook(line), await webhook(line)
        assert (first.changed, second.changed) == (True, False)
        assert not second.works
        assert "COULD_NOT_CONNECT" in second.reason

    line = play(scene)
    assert line.endpoint == ENDPOINT
    assert sum(call.path == "/v2/bot/channel/webhook/test" for call in line.calls) == 2


def test_a_wrong_token_is_told_without_it() -> None:
    async def scene(line: FakeLine) -> None:
        right, line.token = line.token, "another"
        setup = LineSetup(line.url, right)
        with pytest.raises(ChannelRefused, match="LINE_CHANNEL_ACCESS_TOKEN") as caught:
            await asyncio.to_thread(setup.menus, [ENGLISH])
        assert right not in repr(caught.value)

    play(scene)


def test_a_line_that_is_not_there_is_told() -> None:
    async def closed() -> str:
        async with FakeLine() as line:
            return line.url

    url = asyncio.run(closed())
    with pytest.raises(SetupError, match="cannot be reached"):
        LineSetup(url, "line-token").menus([])

"""`links`: what a page's server may do, and that no host is ever asked twice at once."""

from __future__ import annotations

import asyncio
import io
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from aiohttp import web

from bot import link_health
from bot.link_health import Failure, LinkHealth
from bot.links import Result, check_links, collect, remember, write_json, write_table
from bot.locales import load_locales
from bot.members import load_members
from bot.settings import ROOT

TODAY = date(2026, 11, 24)


class Pages:
    """A web server on loopback; `seen` are its requests, `most` the most that were open at once."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.most = 0
        self._open = 0
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append((request.method, request.path))
        self._open += 1
        self.most = max(self.most, self._open)
        try:
            await asyncio.sleep(0.02)
            return await self._answer(request)
        finally:
            self._open -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        match request.path.split("/")[1:]:
            case ["status", status]:
                return web.Response(status=int(status))
            case ["head", status]:
                return web.Response(status=int(status) if request.method == "HEAD" else 200)
            case ["to", status, *rest]:
                return web.Response(status=int(status), headers={"Location": "/" + "/".join(rest)})
            case ["circle"]:
                return web.Response(status=302, headers={"Location": "/circle"})
            case ["hang"]:
                await asyncio.sleep(30)
            case ["reset"]:
                assert request.transport is not None
                request.transport.abort()
        return web.Response(text="a page")


@asynccontextmanager
async def serving() -> AsyncIterator[Pages]:
    pages = Pages()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", pages.answer)
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    pages.url = f"http://{host}:{port}"
    try:
        yield pages
    finally:
        await runner.cleanup()


def run(test: Callable[[Pages], Awaitable[None]]) -> None:
    async def with_pages() -> None:
        async with serving() as pages:
            await test(pages)

    asyncio.run(with_pages())


async def results(pages: Pages, *paths: str, seconds: float = 2.0) -> list[Result]:
    urls: dict[str, tuple[str, ...]] = {pages.url + path: ("Komaki",) for path in paths}
    return await check_links(urls, seconds=seconds, pause=0)


@pytest.mark.parametrize(
    ("path", "status", "failure", "note", "moved_to"),
    [
        ("/", 200, "", "", ""),
        ("/head/405", 200, "", "", ""),
        ("/head/404", 200, "", "", ""),
        ("/head/500", 200, "", "", ""),
        ("/status/404", 404, "there is no such page any more (404)", "", ""),
        ("/status/410", 410, "there is no such page any more (410)", "", ""),
        ("/status/503", 503, "the server answers with an error (503)", "", ""),
        ("/status/403", 403, "", "does not want to be read by a program; please look yourself", ""),
        ("/to/301/", 200, "", "has moved for good", "/"),
        ("/to/302/", 200, "", "", ""),
        ("/to/301/to/302/", 200, "", "", ""),
        ("/to/301/status/404", 404, "there is no such page any more (404)", "", "/status/404"),
        ("/circle", 0, "it leads round in a circle", "", ""),
        ("/reset", 0, "the connection failed", "", ""),
    ],
)
def test_what_a_server_may_answer(path: str, status: int, failure: str, note: str, moved_to: str) -> None:
    async def test(pages: Pages) -> None:
        (result,) = await results(pages, path)
        assert (result.status, result.failure, result.note) == (status, failure, note)
        assert result.moved_to == (pages.url + moved_to if moved_to else "")
        assert result.where == ("Komaki",)

    run(test)


def test_a_server_that_hangs_costs_its_time_and_no_more() -> None:
    async def test(pages: Pages) -> None:
        (result,) = await results(pages, "/hang", seconds=0.3)
        assert result.failure.startswith("no answer within")
        assert result.seconds < 2

    run(test)


def test_a_page_that_answers_to_head_is_not_fetched() -> None:
    async def test(pages: Pages) -> None:
        await results(pages, "/", "/head/405")
        assert pages.seen == [("HEAD", "/"), ("HEAD", "/head/405"), ("GET", "/head/405")]

    run(test)


def test_bad_tls_and_no_server_at_all() -> None:
    async def test(pages: Pages) -> None:
        # Whoever speaks plain HTTP has no valid certificate.
        secure = pages.url.replace("http:", "https:")
        found = await check_links({secure: (), "http://127.0.0.1:9/": ()}, seconds=2, pause=0)
        assert [result.failure for result in found] == [
            "its certificate is not valid, so browsers warn of it",
            "the connection failed",
        ]

    run(test)


def test_one_request_at_a_time_for_each_host_also_where_redirects_lead() -> None:
    async def test(pages: Pages) -> None:
        async with serving() as other:
            urls = {f"{pages.url}/{n}": () for n in range(6)}
            urls |= {f"{other.url}/{n}": () for n in range(6)}
            told: list[tuple[int, int]] = []
            found = await check_links(urls, lambda *done: told.append(done), pause=0)
            assert all(result.status == 200 for result in found)
            assert pages.most == other.most == 1
            assert Counter(map(len, (pages.seen, other.seen))) == {6: 2}
            assert told[-1] == (12, 12)
            assert len(told) == 12

    run(test)


def test_every_url_of_the_table_is_tried_once() -> None:
    members = load_members(ROOT / "data")
    urls = collect(members, load_locales(ROOT / "locales"), {"https://a.example/": "the study site"})
    table = (ROOT / "data" / "members.tsv").read_text(encoding="utf-8")
    assert urls["http://www.komakikia.jp/"] == ("Komaki",)
    assert urls["https://a.example/"] == ("the study site",)
    assert all(url in table for url, where in urls.items() if where[0] in {m.name for m in members.all})
    assert table.count("http") == sum(table.count(url + end) for url in urls for end in "\t\n ")


def test_urls_in_the_locales_are_found(tmp_path: Path) -> None:
    for path in (ROOT / "locales").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        text = text.replace('name: "English"', "name: English").replace(
            'empty: "Please', 'empty: "See https://b.example/x. Please'
        )
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    urls = collect(load_members(ROOT / "data"), load_locales(tmp_path), {})
    assert urls["https://b.example/x"] == ("en.yaml: empty",)


def test_a_page_is_marked_after_three_checks_and_forgiven_at_once(tmp_path: Path) -> None:
    path = tmp_path / "links.json"
    dead, alive = (
        Result("http://a.jp", (), 404, 0.1, failure="gone (404)"),
        Result("http://a.jp", (), 200, 0.1),
    )
    assert link_health.load(path).note_for("http://a.jp") is None
    for day in (20, 21, 22):
        assert link_health.load(path).note_for("http://a.jp") is None
        remember(path, [dead], date(2026, 11, day))
    health = link_health.load(path)
    assert health.note_for("http://a.jp") == date(2026, 11, 22)
    assert health.failures["http://a.jp"] == Failure(3, "2026-11-20", "2026-11-22", "gone (404)")
    remember(path, [alive], TODAY)
    assert link_health.load(path).note_for("http://a.jp") is None


@pytest.mark.parametrize(
    "content", ["", "[]", '{"a": 1}', '{"a": {"count": 9}}', '{"a": {"count": 9, "since": "x"']
)
def test_a_broken_file_marks_nothing(tmp_path: Path, content: str) -> None:
    path = tmp_path / "links.json"
    path.write_text(content, encoding="utf-8")
    assert link_health.load(path) == LinkHealth()


def test_the_two_kinds_of_output() -> None:
    found = [
        Result("http://a.jp/", ("Komaki",), 200, 0.1),
        Result("http://b.jp/", ("Ueda",), 404, 0.1, failure="there is no such page any more (404)"),
    ]
    health = LinkHealth({"http://b.jp/": Failure(4, "2026-11-20", "2026-11-24", "gone")})
    out = io.StringIO()
    write_table(found, health, out)
    lines = out.getvalue().splitlines()
    assert lines[1].split()[:3] == ["404", "http://b.jp/", "Ueda"]
    assert "failed 4 checks in a row, since 2026-11-20; answers say so" in lines[1]
    assert lines[-1] == "2 pages, 1 of them dead."
    out = io.StringIO()
    write_json(found, health, out)
    assert [(row["url"], row["failed_checks"]) for row in json.loads(out.getvalue())] == [
        ("http://a.jp/", 0),
        ("http://b.jp/", 4),
    ]

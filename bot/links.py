"""`links`: asks every page of the table and the locales whether it is there, one by one at each host."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TextIO
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.link_health import LinkHealth, load, save
from bot.locales import Locales
from bot.members import Members

_SENTENCE_URL = re.compile(r"https?://[^\s{}]+")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_EVER = frozenset({301, 308})
_REDIRECTS_AT_MOST = 8
#: The page is there, but does not want a program to read it.
_REFUSALS = frozenset({401, 403, 429})
_HOSTS_AT_ONCE = 16
_WHO = {"User-Agent": "nihongo-doko link check (one request at a time)", "Accept": "text/html, */*"}

#: Told how many of how many pages have been tried.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Result:
    """One page: `status` is its HTTP status (0 where none came), `moved_to` where it lives now for good,
    `failure` why it counts as dead ("" if it does not), `note` what else is worth a look.
    """

    url: str
    where: tuple[str, ...]
    status: int
    seconds: float
    moved_to: str = ""
    failure: str = ""
    note: str = ""


def collect(members: Members, locales: Locales, more: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Every URL with the places that name it; `more` are URLs from elsewhere, with their place."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for member in members.all:
        for page in (*member.pages, *(site for office in member.offices for site in office.sites)):
            found[page.url][member.name] = None
    for locale in locales.by_code.values():
        for key, sentence in locale.items():
            for url in _SENTENCE_URL.findall(sentence):
                found[url.rstrip(".,)")][f"{locale.code}.yaml: {key}"] = None
    for url, where in more.items():
        found[url][where] = None
    return {url: tuple(places) for url, places in found.items()}


async def check_links(
    urls: Mapping[str, tuple[str, ...]],
    progress: Progress | None = None,
    seconds: float = 20.0,
    pause: float = 1.0,
) -> list[Result]:
    """Tries every URL. `seconds` is the time for one request, `pause` the rest between two at one host."""
    visitor = _Visitor(seconds, pause)
    connector = aiohttp.TCPConnector(limit=_HOSTS_AT_ONCE)
    done = 0
    async with aiohttp.ClientSession(connector=connector, headers=_WHO) as session:

        async def one(url: str, where: tuple[str, ...]) -> Result:
            nonlocal done
            result = await visitor.visit(session, url)
            done += 1
            if progress is not None:
                progress(done, len(urls))
            return replace(result, where=where)

        return list(await asyncio.gather(*(one(url, where) for url, where in urls.items())))


class _Visitor:
    """Makes the requests; one at a time for each host, wherever redirects lead."""

    def __init__(self, seconds: float, pause: float) -> None:
        self._seconds = seconds
        self._pause = pause
        self._hosts: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def visit(self, session: aiohttp.ClientSession, url: str) -> Result:
        start = time.monotonic()
        try:
            status, moved_to = await self._follow(session, url)
        except TimeoutError:
            return _failed(url, start, f"no answer within {self._seconds:.0f} seconds")
        except aiohttp.ClientSSLError:
            return _failed(url, start, "its certificate is not valid, so browsers warn of it")
        except aiohttp.ClientConnectorDNSError:
            return _failed(url, start, "no such host is known")
        except (aiohttp.ClientError, OSError):
            return _failed(url, start, "the connection failed")
        except ValueError as error:
            return _failed(url, start, str(error))
        result = Result(url, (), status, time.monotonic() - start, moved_to)
        if status in _REFUSALS:
            return replace(result, note="does not want to be read by a program; please look yourself")
        if status >= 400:
            return replace(result, failure=_in_words(status))
        return replace(result, note="has moved for good" if moved_to else "")

    async def _follow(self, session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
        """The last status, and the new address where every step on the way there was for ever."""
        at, for_ever = url, True
        for _ in range(_REDIRECTS_AT_MOST):
            status, location = await self._ask(session, "HEAD", at)
            if status >= 400:
                # Many servers answer HEAD wrongly; only a GET counts.
                status, location = await self._ask(session, "GET", at)
            if status not in _REDIRECTS or not location:
                return status, at if for_ever and at != url else ""
            for_ever = for_ever and status in _FOR_EVER
            at = urljoin(at, location)
        raise ValueError("it leads round in a circle")

    async def _ask(self, session: aiohttp.ClientSession, method: str, url: str) -> tuple[int, str]:
        async with self._hosts[urlsplit(url).netloc]:
            timeout = aiohttp.ClientTimeout(total=self._seconds)
            async with session.request(method, url, allow_redirects=False, timeout=timeout) as response:
                answer = response.status, response.headers.get("Location", "")
            await asyncio.sleep(self._pause)
            return answer


def _failed(url: str, start: float, reason: str) -> Result:
    return Result(url, (), 0, time.monotonic() - start, failure=reason)


def _in_words(status: int) -> str:
    if status in (404, 410):
        return f"there is no such page any more ({status})"
    return f"the server answers with an error ({status})"


def remember(path: Path, results: Sequence[Result], today: date) -> LinkHealth:
    """Counts the failures in the file that the answers look into."""
    health = load(path).after(((result.url, result.failure) for result in results), today)
    save(path, health)
    return health


def write_json(results: Sequence[Result], health: LinkHealth, out: TextIO) -> None:
    """One JSON list; `failed_checks` counts the checks in a row that failed."""
    rows = []
    for result in results:
        failure = health.failures.get(result.url)
        rows.append({**asdict(result), "failed_checks": failure.count if failure else 0})
    json.dump(rows, out, ensure_ascii=False, indent=1)
    out.write("\n")


def write_table(results: Sequence[Result], health: LinkHealth, out: TextIO) -> None:
    """For people: a table, dead pages first, with what is wrong in words."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=out, highlight=False)
    if not console.is_terminal:
        console.width = 160
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Status")
    table.add_column("Page", overflow="fold")
    table.add_column("Named by")
    table.add_column("What", overflow="fold")
    for result in sorted(results, key=lambda found: (not found.failure, not found.note)):
        style = "red" if result.failure else "yellow" if result.note else "green"
        what = result.failure or result.note
        failure = health.failures.get(result.url)
        if failure and failure.count > 1:
            what += f"; failed {failure.count} checks in a row, since {failure.since}"
        if health.note_for(result.url):
            what += "; answers say so"
        if result.moved_to:
            what += f": {result.moved_to}"
        status = str(result.status) if result.status else "none"
        table.add_row(Text(status, style=style), Text(result.url), Text(", ".join(result.where)), Text(what))
    console.print(table)
    dead = sum(bool(result.failure) for result in results)
    console.print(f"\n{len(results)} pages, {dead} of them dead.", style="bold")

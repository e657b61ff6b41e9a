"""A whole session with marked secrets, users and texts, good and bad; then everything written is searched."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests.fakes import line_events
from tests.fakes.line import FakeLine
from tests.fakes.line_faults import DROPPED, RATE_LIMIT, SERVER_ERROR
from tests.fakes.line_faults import Fault as LineFault
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_faults import Fault
from tests.processes import Bot, serving, until

LINE_SECRET = "a1markedlinesecret0000000000000a"
LINE_TOKEN = "MARKEDLINETOKEN/+abcdefghijklmnopqrstuvwxyz="
TELEGRAM_TOKEN = "7654321098:AAmarkedTELEGRAMtokenMARKEDtokenMARK"
METRICS_TOKEN = "marked-metrics-token-000"
USER_KEY_SECRET = "marked-user-key-secret-000"
PASSWORD = "markedpassword"

USER = "U" + "5ecdeadbeef5ecdeadbeef5ecdeadbee"
GROUP = "C" + "5ecdeadbeef5ecdeadbeef5ecdeadbef"
CHAT = 8765432101
NAME = "Marked Surname"
TEXTS = (
    "Where can I learn Japanese in Xyzmarkedville?",
    "my phone is 090-8765-4321 and my mail is marked.person@example.org",
    "MARKEDTEXT quero morrer",
    "MARKEDTEXT" * 400,
    "MARKEDTEXT \u0000 <b>&amp; {0} %s",
    "/start MARKEDTEXT",
    "Komaki MARKEDTEXT",
)

#: What must stand nowhere, whole or in part.
MARKS = (
    LINE_SECRET,
    LINE_TOKEN,
    TELEGRAM_TOKEN,
    TELEGRAM_TOKEN.partition(":")[2],
    METRICS_TOKEN,
    USER_KEY_SECRET,
    PASSWORD,
    USER[1:],
    GROUP[1:],
    str(CHAT),
    "5ecdeadbeef",
    "Surname",
    "markedville",
    "MARKEDTEXT",
    "marked.person",
    "8765-4321",
)


async def misuse(bot: Bot) -> list[str]:
    """What strangers hear who try this and that, with secrets in wrong places."""
    heard = []
    async with aiohttp.ClientSession() as session:
        for method, path, headers, body in (
            ("POST", "/webhook/line", {"x-line-signature": LINE_SECRET}, TEXTS[1]),
            ("POST", f"/webhook/line?token={LINE_TOKEN}", {}, TEXTS[1]),
            ("POST", f"/bot{TELEGRAM_TOKEN}/getMe", {}, TEXTS[1]),
            ("GET", "/metrics", {"Authorization": f"Bearer {METRICS_TOKEN}x"}, ""),
            ("GET", f"/metrics?token={METRICS_TOKEN}", {}, ""),
            ("BREW", f"/{USER}", {"Cookie": TELEGRAM_TOKEN}, ""),
            ("GET", "/metrics", {"Authorization": f"Bearer {METRICS_TOKEN}"}, ""),
            ("GET", "/readyz", {}, ""),
        ):
            url = bot.url + path
            async with session.request(method, url, headers=headers, data=body or None) as response:
                heard.append(f"{response.headers} {await response.text()}")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(bot.url.rpartition(":")[2]))
    writer.write(f"GET /{TELEGRAM_TOKEN} HTP/1.1\r\n{USER}\r\n\r\n".encode())
    heard.append((await reader.read()).decode("latin-1").replace(f"{USER}", ""))
    writer.close()
    return heard


async def on_line(line: FakeLine) -> None:
    users = [USER[:-2] + f"{n:02x}" for n in range(40)]
    faults = [LineFault(), SERVER_ERROR, RATE_LIMIT, DROPPED, LineFault(status=400), LineFault(status=404)]
    for number, text in enumerate(TEXTS):
        line.faults.extend(faults[number : number + 1])
        await line.deliver(line_events.text(text, user=users[number]))
        await line.deliver(line_events.text(text, user=users[number], group=GROUP))
    for broken in (b'{"events": [{"source": "MARKEDTEXT"}]}', b'"MARKEDTEXT', b'{"events": "MARKEDTEXT"}'):
        await line.deliver_raw(broken, line_events.signature(line.secret, broken))
        await line.deliver_raw(broken, line_events.signature("wrong", broken))
    await line.deliver(line_events.event("unsend", user=users[0], unsend={"messageId": "1"}))
    await line.deliver(line_events.event("follow", user=users[20], replyToken="f" * 32))


async def on_telegram(telegram: FakeTelegram) -> None:
    faults = (Fault(403), Fault(400), Fault(500), Fault(429, retry_after=1), Fault(drop=True))
    for number, text in enumerate(TEXTS):
        chat = CHAT * 100 + number
        if number < len(faults):
            telegram.fail(faults[number], "sendMessage", chat)
        said = {"message_id": number, "date": 1790000000, "text": text, "from": _person(chat)}
        telegram.push(message={**said, "chat": {"id": chat, "type": "private"}})
    telegram.push(message={"message_id": "MARKEDTEXT", "chat": CHAT})
    telegram.push(callback_query={"id": "1", "from": _person(CHAT), "data": "MARKEDTEXT"})
    await until(lambda: len(telegram.pending) <= 1, seconds=20)


def _person(chat: int) -> dict[str, object]:
    return {"id": chat, "is_bot": False, "first_name": NAME, "username": "marked_person_surname"}


@pytest.mark.parametrize(("log_format", "store"), [("text", "sqlite"), ("json", "redis that is down")])
def test_nothing_that_is_written_names_a_secret_a_user_or_a_text(
    log_format: str, store: str, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with (
            FakeLine(LINE_SECRET, LINE_TOKEN, oracle=False) as line,
            FakeTelegram(TELEGRAM_TOKEN) as telegram,
        ):
            environment = {
                "LINE_CHANNEL_SECRET": LINE_SECRET,
                "LINE_CHANNEL_ACCESS_TOKEN": LINE_TOKEN,
                "LINE_API_URL": line.url,
                "TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
                "TELEGRAM_API_URL": telegram.url,
                "METRICS_TOKEN": METRICS_TOKEN,
                "USER_KEY_SECRET": USER_KEY_SECRET,
                "LOG_FORMAT": log_format,
                "PYTHONASYNCIODEBUG": "1",
            }
            if store != "sqlite":
                environment["STORE_URL"] = f"redis://:{PASSWORD}@127.0.0.1:9/0"
            async with serving(tmp_path, environment) as bot:
                line.webhook = f"{bot.url}/webhook/line"
                await asyncio.gather(on_line(line), on_telegram(telegram))
                heard = await misuse(bot)
                assert await bot.stop() == 0
            assert len(line.replies) >= 5
            assert len(telegram.called("sendMessage")) >= 3
            _search({"answer": "\n".join(heard).encode(), **_files(tmp_path)})

    asyncio.run(scene())


def test_with_misunderstood_texts_kept_they_are_masked_and_name_nobody(tmp_path: Path) -> None:
    async def scene() -> None:
        async with FakeLine(LINE_SECRET, LINE_TOKEN, oracle=False) as line:
            environment = {
                "LINE_CHANNEL_SECRET": LINE_SECRET,
                "LINE_CHANNEL_ACCESS_TOKEN": LINE_TOKEN,
                "LINE_API_URL": line.url,
                "KEEP_MISUNDERSTOOD": "1",
            }
            async with serving(tmp_path, environment) as bot:
                line.webhook = f"{bot.url}/webhook/line"
                text = (
                    "Where can I learn Japanese in Qwertzville? call 090-8765-4321, marked.person@example.org"
                )
                await line.deliver(line_events.text(text, user=USER))
                assert await bot.stop() == 0
            kept = b"".join(_files(tmp_path).values())
            assert b"Where can I learn Japanese in Qwertzville? call 000-0000-0000, [email]" in kept
            for mark in ("8765-4321", "marked.person", USER[1:]):
                assert mark.encode() not in kept

    asyncio.run(scene())


def _files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def _search(written: dict[str, bytes]) -> None:
    assert {"answer", "out.txt", "err.txt"} <= written.keys()
    assert b"WARNING" in written["err.txt"] or b"warning" in written["err.txt"], "there was something to say"
    for name, content in written.items():
        for mark in MARKS:
            assert mark.encode() not in content, f"{mark} stands in {name}: {_around(content, mark)}"


def _around(content: bytes, mark: str) -> str:
    at = content.index(mark.encode())
    return content[max(0, at - 300) : at + 200].decode("utf-8", "replace")

"""What is fuzzed: each target takes bytes and raises where the program does what it must not do.

Whatever it may raise by its own contract is caught here; everything else is a finding.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from hypothesis import given

from bot.app import load_conversation
from bot.channels import line, telegram
from bot.channels.limits import utf16_length
from bot.channels.line_render import render as line_messages
from bot.channels.telegram_html import render as telegram_messages
from bot.channels.telegram_text import is_visible
from bot.conversation import Conversation
from bot.journal import mask
from bot.locales import PHRASES_FILE, load_locales
from bot.members import load_members
from bot.model import Incoming, Kind, Location, Reply
from bot.problems import BadData
from bot.settings import ROOT
from bot.state import UserState, from_json, to_json
from bot.table import read_table
from intents import phrases
from tests.fakes.line_rules import reply_problems
from tests.fakes.telegram_refusal import Refusal
from tests.fakes.telegram_rules import check as check_call
from tests.replies import replies

Target = Callable[[bytes], None]

_PAYLOADS = ROOT / "tests" / "payloads"


def line_webhook(data: bytes) -> None:
    """Bodies of LINE's webhook."""
    line.verify("secret", data, data[:44].decode("latin-1"))
    try:
        events = line.receive(data, ("Nihongo Doko",))
    except ValueError:
        return
    for event in events:
        _check_event(event)


def telegram_webhook(data: bytes) -> None:
    """Bodies of Telegram's webhook."""
    telegram.verify("secret", data[:60].decode("latin-1"))
    try:
        event = telegram.receive(data, "nihongo_doko_bot", "Nihongo Doko")
    except ValueError:
        return
    if event is not None:
        _check_event(event)


def message(data: bytes) -> None:
    """Texts, a line a message of one conversation, answered on both platforms; a line may be a location."""
    conversation, state = _conversation(), UserState()
    for number, words in enumerate(data[:6000].decode("utf-8", "replace").split("\n")[:4]):
        incoming = Incoming("line", "chat", str(number), Kind.TEXT, words, hint=words[:5])
        if (point := _point(words)) is not None:
            incoming = Incoming("line", "chat", str(number), Kind.LOCATION, location=point)
        turn = conversation.turn(incoming, state, 1_800_000_000.0 + number)
        assert turn.reply is not None, "words are always answered"
        assert turn.reply.text.strip()
        assert conversation.speaks(turn.reply.language)
        _check_reply(turn.reply)
        state = turn.state or UserState()
        _check_state(state)


def table(data: bytes) -> None:
    """The council's table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "members.tsv"
        path.write_bytes(data)
        try:
            rows = read_table(path)
        except BadData as error:
            _check_problems(error)
            return
        source = data.decode("utf-8-sig")
        for row in rows:
            for page in (*row.sites, *row.pages):
                assert page.url in source, "byte for byte"


def locale_file(data: bytes) -> None:
    """A locale, instead of the English one and beside it."""
    for name in ("en.yaml", "xx.yaml"):
        with _english_locale() as folder:
            (folder / name).write_bytes(data)
            try:
                load_locales(folder)
            except BadData as error:
                _check_problems(error)


def places_file(data: bytes) -> None:
    """data/places.yaml."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "members.tsv").write_bytes(_shipped("data/members.tsv"))
        (folder / "places.yaml").write_bytes(data)
        try:
            load_members(folder)
        except BadData as error:
            _check_problems(error)


def phrases_file(data: bytes) -> None:
    """intents/xx.yaml."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "xx.yaml").write_bytes(data)
        try:
            phrases.load(Path(name))
        except (phrases.BadPhrases, BadData):
            return


def kept_state(data: bytes) -> None:
    """What a store gives back as a conversation's state."""
    _check_state(from_json(data.decode("utf-8", "replace")))


def masked_text(data: bytes) -> None:
    """What is kept of a text that was not understood."""
    kept = mask(data.decode("utf-8", "replace"))
    assert "\n" not in kept
    assert not re.search(r"[1-9]|[a-z]://\S|\S@\S", kept), kept


@given(replies)
def _render(reply: Reply) -> None:
    _check_reply(reply)


def renderers(data: bytes) -> None:
    """Replies of any shape, which the bytes describe to hypothesis."""
    _render.hypothesis.fuzz_one_input(data)  # type: ignore[attr-defined]


TARGETS: dict[str, Target] = {
    "line_webhook": line_webhook,
    "telegram_webhook": telegram_webhook,
    "message": message,
    "table": table,
    "locale_file": locale_file,
    "places_file": places_file,
    "phrases_file": phrases_file,
    "kept_state": kept_state,
    "masked_text": masked_text,
    "renderers": renderers,
}


def seeds(name: str) -> Iterator[bytes]:
    """Good inputs to begin with, and those that were bad once."""
    match name:
        case "line_webhook":
            yield from _files(_PAYLOADS / "line")
        case "telegram_webhook":
            yield from _files(_PAYLOADS / "telegram")
        case "table":
            yield _shipped("data/members.tsv")
        case "locale_file":
            yield _shipped("locales/pt.yaml")
        case "places_file":
            yield _shipped("data/places.yaml")
        case "phrases_file":
            yield _shipped("intents/pt.yaml")
        case "kept_state":
            yield b'{"choice":"pt","seen":1,"context":{"places":[["member","komaki","23219","Komaki"]]}}'
        case "renderers":
            yield from (random.Random(number).randbytes(3000) for number in range(20))  # noqa: S311
        case _:
            yield from (text.encode() for text in _QUESTIONS)
    yield from _files(ROOT / "tests" / "fuzz" / "regressions" / name)


_QUESTIONS = (
    "Where can I learn Japanese in Hamamatsu?\nand the phone?\nKomaki\nthe second one",
    "Onde posso aprender japonês em Komaki?\nquanto custa?\nPortuguês",
    "học tiếng nhật ở ueda\ntiếng Anh\n35.2,136.9",
    "浜松市で日本語を習いたい\nOtta\n<b>&amp;\n\u200d\ufeff😀",
    "my phone is 090-1234-5678, mail me@example.org, see https://example.org/x?y=1",
)


def _check_problems(error: BadData) -> None:
    assert error.problems
    for problem in error.problems:
        str(problem).encode()


def _check_event(event: Incoming) -> None:
    event.text.encode()
    event.chat.encode()
    assert event.event is not None
    assert event.channel in ("line", "telegram")


def _check_reply(reply: Reply) -> None:
    messages = line_messages(reply)
    assert messages or not reply.text.strip(), "there is something to say"
    if messages:
        assert not (problems := reply_problems({"replyToken": "0" * 32, "messages": messages})), problems
    for private in (True, False):
        for sent in telegram_messages(reply, private):
            params: dict[str, object] = {
                "chat_id": 7 if private else -7,
                "text": sent.html,
                "parse_mode": "HTML",
            }
            if sent.markup is not None:
                params["reply_markup"] = sent.markup
            try:
                check_call("sendMessage", params)
            except Refusal as refusal:
                # Python's own table of letters, which the fake goes by, is older than that of `regex`.
                if "is empty" not in refusal.description or not is_visible(re.sub("<[^>]*>", "", sent.html)):
                    raise
            assert utf16_length(sent.html) < 40_000


def _check_state(state: UserState) -> None:
    once = to_json(state)
    once.encode()
    json.loads(once)
    assert to_json(from_json(once)) == once


def _point(words: str) -> Location | None:
    found = re.fullmatch(r"(-?\d{1,2}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)", words, re.ASCII)
    return Location(float(found[1]), float(found[2])) if found else None


@cache
def _conversation() -> Conversation:
    return load_conversation(ROOT / "data", ROOT / "locales", ROOT / "intents")


@cache
def _shipped(name: str) -> bytes:
    return (ROOT / name).read_bytes()


@contextmanager
def _english_locale() -> Iterator[Path]:
    """A folder with what every set of locales needs."""
    with tempfile.TemporaryDirectory() as name:
        for file in ("en.yaml", PHRASES_FILE):
            (Path(name) / file).write_bytes(_shipped(f"locales/{file}"))
        yield Path(name)


def _files(folder: Path) -> Iterator[bytes]:
    if folder.is_dir():
        yield from (file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file())

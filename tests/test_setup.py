"""`setup line` and `setup telegram` as whole processes against the fakes: once, and then nothing left to do."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.channels.line_menu import NoFontError, find_font
from bot.settings import ROOT
from tests.facts import LANGUAGES
from tests.fakes.line import FakeLine
from tests.fakes.telegram import FakeTelegram


async def run(folder: Path, environment: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of one command with nothing but this environment."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), 60)
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def test_telegram_gets_every_language_once(tmp_path: Path) -> None:
    async def scene() -> None:
        async with FakeTelegram() as telegram:
            environment = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}
            code, out, err = await run(tmp_path, environment, "setup", "telegram")
            assert (code, err) == (0, "")
            for language in LANGUAGES:
                assert f"commands {language}: set" in out
            assert "@BotFather" in out
            code, out, err = await run(tmp_path, environment, "setup", "telegram")
            assert (code, err) == (0, "")
            assert "nothing to change" in out

    asyncio.run(scene())


def test_line_gets_a_menu_for_every_language_once(tmp_path: Path) -> None:
    try:
        find_font("ệ漢")
    except NoFontError:
        if os.environ.get("CI"):
            raise
        pytest.skip("no font here has Vietnamese and Japanese letters (fonts-noto-cjk)")

    async def scene() -> None:
        async with FakeLine() as line:
            environment = {
                "LINE_CHANNEL_SECRET": line.secret,
                "LINE_CHANNEL_ACCESS_TOKEN": line.token,
                "LINE_API_URL": line.url,
            }
            code, out, err = await run(tmp_path, environment, "setup", "line")
            assert (code, err) == (0, "")
            for language in LANGUAGES:
                assert f"menu {language}: made" in out
            assert "Webhook redelivery" in out
            code, out, err = await run(tmp_path, environment, "setup", "line")
            assert (code, err) == (0, "")
            for language in LANGUAGES:
                assert f"menu {language}: as it was" in out

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("platform", "variable"), [("line", "LINE_CHANNEL_SECRET"), ("telegram", "TELEGRAM_BOT_TOKEN")]
)
def test_without_a_channel_it_names_the_variable(tmp_path: Path, platform: str, variable: str) -> None:
    code, out, err = asyncio.run(run(tmp_path, {}, "setup", platform))
    assert (code, out) == (2, "")
    assert variable in err


def test_a_wrong_token_is_told_in_one_line(tmp_path: Path) -> None:
    async def scene() -> tuple[int, str, str]:
        async with FakeTelegram() as telegram:
            environment = {"TELEGRAM_BOT_TOKEN": "1:wrong-token-of-nobody", "TELEGRAM_API_URL": telegram.url}
            return await run(tmp_path, environment, "setup", "telegram")

    code, out, err = asyncio.run(scene())
    assert (code, out) == (2, "")
    assert "TELEGRAM_BOT_TOKEN" in err
    assert len(err.splitlines()) == 1
    assert "wrong-token" not in err

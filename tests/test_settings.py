"""The environment: good values arrive, bad ones are named, and no message repeats what they held."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.problems import BadData
from bot.settings import Settings, load_settings

TOKEN = "123456:ABCdef-ghi"


def read(tmp_path: Path, **environment: str) -> Settings:
    return load_settings(environment, tmp_path / ".env")


def complaints(tmp_path: Path, **environment: str) -> str:
    with pytest.raises(BadData) as caught:
        read(tmp_path, **environment)
    return "\n".join(str(problem) for problem in caught.value.problems)


def test_nothing_set_is_fine_and_serves_nobody(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert not settings.has_line
    assert not settings.has_telegram
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.store_url == "sqlite:///nihongo-doko.db"
    assert not settings.keep_misunderstood
    assert settings.log_format == "text"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"PORT=1234\nTELEGRAM_BOT_TOKEN={TOKEN}\nHOST=\n", "utf-8")
    settings = read(tmp_path, PORT="5678", KEEP_MISUNDERSTOOD="1")
    assert (settings.port, settings.telegram_bot_token, settings.host) == (5678, TOKEN, "127.0.0.1")
    assert settings.keep_misunderstood


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LINE_API_URL", "ftp://secret-word"),
        ("LINE_CHANNEL_SECRET", "secret word"),
        ("LINE_CHANNEL_ACCESS_TOKEN", "sécret-word"),
        ("TELEGRAM_BOT_TOKEN", "secret-word"),
        ("TELEGRAM_API_URL", "secret-word"),
        ("TELEGRAM_WEBHOOK_SECRET", "secret-word!!!!!!"),
        ("PUBLIC_URL", "secret-word"),
        ("PORT", "secret-word"),
        ("PORT", "65536"),
        ("PORT", "٣"),
        ("STORE_URL", "mysql://secret-word"),
        ("USER_KEY_SECRET", "secret-word"),
        ("KEEP_MISUNDERSTOOD", "secret-word"),
        ("METRICS_TOKEN", "secret-word"),
        ("DATA_DIR", "/secret-word"),
        ("LOCALES_DIR", "/secret-word"),
        ("INTENTS_DIR", "/secret-word"),
        ("LOG_FORMAT", "secret-word"),
    ],
)
def test_a_bad_value_is_named_and_not_repeated(name: str, value: str, tmp_path: Path) -> None:
    said = complaints(tmp_path, **{name: value})
    assert name in said
    assert "secret" not in said.replace("must know a secret", "").replace("LINE needs the secret", "")
    assert value not in said


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    said = complaints(tmp_path, PORT="x", LOG_FORMAT="y", STORE_URL="z")
    assert all(name in said for name in ("PORT", "LOG_FORMAT", "STORE_URL"))


def test_half_a_channel_is_refused(tmp_path: Path) -> None:
    assert "LINE_CHANNEL_ACCESS_TOKEN" in complaints(tmp_path, LINE_CHANNEL_SECRET="s")
    assert "LINE_CHANNEL_SECRET" in complaints(tmp_path, LINE_CHANNEL_ACCESS_TOKEN="t")
    webhook = {"TELEGRAM_BOT_TOKEN": TOKEN, "PUBLIC_URL": "https://bot.example.org"}
    assert "TELEGRAM_WEBHOOK_SECRET" in complaints(tmp_path, **webhook)
    assert read(tmp_path, **webhook, TELEGRAM_WEBHOOK_SECRET="s" * 16).has_telegram

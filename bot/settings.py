"""Reads and checks the environment (and a .env file). A bad value names its variable, never what it held."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.problems import BadData, Problem
from bot.stores import is_store_url

ROOT = Path(__file__).resolve().parent.parent

_TELEGRAM_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)
#: Telegram allows 1 to 256 of these in a secret token (setWebhook).
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_LINE_BASIC_ID = re.compile(r"@[a-z0-9._-]{1,30}", re.IGNORECASE)
#: Telegram: 5 to 32 letters, digits and underscores; those of bots end in "bot".
_TELEGRAM_BOT_NAME = re.compile(r"[A-Za-z]\w{1,28}bot", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every variable that the program reads; the field's name is the variable's in lower case."""

    line_channel_secret: str
    line_channel_access_token: str
    line_api_url: str
    telegram_bot_token: str
    telegram_api_url: str
    telegram_webhook_secret: str
    public_url: str
    host: str
    port: int
    store_url: str
    user_key_secret: str
    keep_misunderstood: bool
    metrics_token: str
    data_dir: Path
    locales_dir: Path
    intents_dir: Path
    links_file: Path
    line_basic_id: str
    telegram_bot_name: str
    log_format: str

    @property
    def has_line(self) -> bool:
        return bool(self.line_channel_secret)

    @property
    def has_telegram(self) -> bool:
        return bool(self.telegram_bot_token)


def load_settings(environment: Mapping[str, str] | None = None, env_file: Path | None = None) -> Settings:
    """The settings of the environment, which wins over the .env file. BadData names each bad variable."""
    file = env_file or Path(".env")
    from_file = _read_env_file(file) if file.is_file() else {}
    values = {**from_file, **(os.environ if environment is None else environment)}
    problems: list[Problem] = []

    def read(name: str, default: str = "", valid: Callable[[str], bool] | None = None, must: str = "") -> str:
        value = values.get(name, "").strip() or default
        if value and valid is not None and not valid(value):
            problems.append(Problem("environment", name, f"must be {must}."))
            return default
        return value

    settings = Settings(
        line_channel_secret=read("LINE_CHANNEL_SECRET", valid=_is_printable, must="plain letters and digits"),
        line_channel_access_token=read(
            "LINE_CHANNEL_ACCESS_TOKEN", valid=_is_printable, must="plain letters and digits"
        ),
        line_api_url=read("LINE_API_URL", "https://api.line.me", _is_url, "a web address"),
        telegram_bot_token=read(
            "TELEGRAM_BOT_TOKEN",
            valid=lambda value: bool(_TELEGRAM_TOKEN.fullmatch(value)),
            must="like 123456:ABC-def, as BotFather gave it",
        ),
        telegram_api_url=read("TELEGRAM_API_URL", "https://api.telegram.org", _is_url, "a web address"),
        telegram_webhook_secret=read(
            "TELEGRAM_WEBHOOK_SECRET",
            valid=lambda value: bool(_WEBHOOK_SECRET.fullmatch(value)),
            must="16 to 256 of A-Z, a-z, 0-9, _ and -",
        ),
        public_url=read("PUBLIC_URL", valid=_is_url, must="a web address such as https://bot.example.org"),
        host=read("HOST", "127.0.0.1"),
        port=int(read("PORT", "8080", _is_port, "a number from 0 to 65535")),
        store_url=read(
            "STORE_URL",
            "sqlite:///nihongo-doko.db",
            is_store_url,
            "memory:, sqlite:///FILE or redis://HOST:PORT/DB",
        ),
        user_key_secret=read(
            "USER_KEY_SECRET", valid=lambda value: len(value) >= 16, must="at least 16 characters"
        ),
        keep_misunderstood=read("KEEP_MISUNDERSTOOD", "0", lambda value: value in ("0", "1"), "0 or 1")
        == "1",
        metrics_token=read(
            "METRICS_TOKEN", valid=lambda value: len(value) >= 16, must="at least 16 characters"
        ),
        data_dir=Path(read("DATA_DIR", str(ROOT / "data"), _is_folder, "a folder")),
        locales_dir=Path(read("LOCALES_DIR", str(ROOT / "locales"), _is_folder, "a folder")),
        intents_dir=Path(read("INTENTS_DIR", str(ROOT / "intents"), _is_folder, "a folder")),
        links_file=Path(read("LINKS_FILE", "links.json")),
        line_basic_id=read(
            "LINE_BASIC_ID",
            valid=lambda value: bool(_LINE_BASIC_ID.fullmatch(value)),
            must="like @123abcde, as the LINE Official Account Manager shows it",
        ),
        telegram_bot_name=read(
            "TELEGRAM_BOT_NAME",
            valid=lambda value: bool(_TELEGRAM_BOT_NAME.fullmatch(value)),
            must="the bot's user name, like NihongoDokoBot",
        ),
        log_format=read("LOG_FORMAT", "text", lambda value: value in ("text", "json"), "text or json"),
    )
    if bool(settings.line_channel_secret) != bool(settings.line_channel_access_token):
        missing = "LINE_CHANNEL_ACCESS_TOKEN" if settings.line_channel_secret else "LINE_CHANNEL_SECRET"
        problems.append(
            Problem("environment", missing, "is missing: LINE needs the secret and the access token.")
        )
    if settings.has_telegram and settings.public_url and not settings.telegram_webhook_secret:
        what = "is missing: with PUBLIC_URL set, Telegram calls a webhook, which must know a secret."
        problems.append(Problem("environment", "TELEGRAM_WEBHOOK_SECRET", what))
    if problems:
        raise BadData(problems)
    return settings


def _read_env_file(file: Path) -> dict[str, str]:
    from dotenv import dotenv_values

    return {key: value or "" for key, value in dotenv_values(file).items()}


def _is_printable(value: str) -> bool:
    return value.isascii() and value.isprintable() and " " not in value


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and _is_printable(value)
    except ValueError:
        return False


def _is_port(value: str) -> bool:
    return value.isascii() and value.isdigit() and int(value) <= 65535


def _is_folder(value: str) -> bool:
    return Path(value).is_dir()

"""`setup line` and `setup telegram`: registers menus, commands, descriptions and webhook with the platform.

Sets only what differs, shows what changed, and says what is left for the operator to do in the console.
"""

from __future__ import annotations

import asyncio
import sys

from bot.channels.errors import ChannelRefused
from bot.locales import Locale, Locales, load_locales
from bot.members import Members, load_members
from bot.model import AskLocation, Say
from bot.settings import Settings

#: The commands that bot/channels/telegram_speech.py understands, in the order of the menu.
_COMMANDS = ("start", "help", "cities", "language", "forget")

_LINE_CONSOLE = """Left for you to do, in the LINE Developers Console (Messaging API):
  - switch on “Use webhook” and “Webhook redelivery” (without it, messages are lost while the bot restarts);
  - allow “Join group chats” if the bot may be invited into groups;
and in the LINE Official Account Manager (Response settings):
  - switch off “Auto-response messages” and “Greeting messages”: the bot greets by itself."""

_TELEGRAM_BOTFATHER = """Left for you to do, with @BotFather:
  - /setinline, if people may share places in other chats by typing @ and the bot's name;
  - /setuserpic, if the bot shall have a picture. Leave the privacy mode of groups on."""


def setup_line(settings: Settings) -> int:
    """Registers LINE's rich menus and, with PUBLIC_URL, its webhook; the exit code."""
    if not settings.has_line:
        return _missing("LINE_CHANNEL_SECRET and LINE_CHANNEL_ACCESS_TOKEN")
    from bot.channels.line_menu import Menu, NoFontError
    from bot.channels.line_setup import LineSetup, SetupError

    locales = load_locales(settings.locales_dir)
    line = LineSetup(settings.line_api_url, settings.line_channel_access_token)
    menus = [Menu(own.code, own("menu.bar"), _menu_buttons(own)) for own in _default_first(locales)]
    try:
        for made in line.menus(menus):
            print(f"menu {made.language}: {'made' if made.changed else 'as it was'}")
        if settings.public_url:
            endpoint = settings.public_url.rstrip("/") + "/webhook/line"
            webhook = line.webhook(endpoint)
            print(f"webhook {endpoint}: {'set' if webhook.changed else 'as it was'}")
            works = "LINE reaches it" if webhook.works else f"LINE's test call failed: {webhook.reason}"
            print(
                f"webhook: {works}" + ("" if webhook.active else "; it is still switched off in the console")
            )
        else:
            print("webhook: PUBLIC_URL is not set, so it was left alone")
    except (ChannelRefused, SetupError, NoFontError) as error:
        print(error, file=sys.stderr)
        return 2
    print(_LINE_CONSOLE)
    return 0


def setup_telegram(settings: Settings) -> int:
    """Registers Telegram's commands, descriptions and, with PUBLIC_URL, its webhook; the exit code."""
    if not settings.has_telegram:
        return _missing("TELEGRAM_BOT_TOKEN")
    locales = load_locales(settings.locales_dir)
    members = load_members(settings.data_dir)
    return asyncio.run(_setup_telegram(settings, locales, members))


async def _setup_telegram(settings: Settings, locales: Locales, members: Members) -> int:
    from telegram.error import TelegramError

    from bot.channels.telegram_api import TelegramApi
    from bot.channels.telegram_setup import Profile, set_up, set_up_webhook, webhook_trouble

    api = TelegramApi(settings.telegram_bot_token, settings.telegram_api_url)
    await api.open()
    try:
        await api.identify()
        profiles = {
            own.code: Profile(
                name=api.name,
                description=own("commands.description", count=str(len(members.all))),
                short_description=own("commands.short"),
                commands=tuple((command, own(f"commands.{command}")) for command in _COMMANDS),
            )
            for own in locales.by_code.values()
        }
        changes = await set_up(api, profiles, locales.default)
        url = settings.public_url.rstrip("/") + "/webhook/telegram" if settings.public_url else ""
        changes += await set_up_webhook(api, url, settings.telegram_webhook_secret)
        for change in changes:
            print(f"{change.what}{f' {change.language}' if change.language else ''}: set")
        print("everything else: as it was" if changes else "nothing to change")
        if trouble := await webhook_trouble(api):
            print(f"webhook: when Telegram last called it: {trouble}")
    except ChannelRefused as error:
        print(error, file=sys.stderr)
        return 2
    except TelegramError as error:
        print(f"Telegram: the set-up broke off ({type(error).__name__}); run it again", file=sys.stderr)
        return 2
    finally:
        await api.close()
    print(_TELEGRAM_BOTFATHER)
    return 0


def _menu_buttons(locale: Locale) -> tuple[Say | AskLocation, ...]:
    return (
        Say(locale("menu.find"), locale("words.find")),
        AskLocation(locale("menu.near")),
        Say(locale("menu.list"), locale("words.list")),
        Say(locale("menu.language"), locale("words.language")),
    )


def _default_first(locales: Locales) -> list[Locale]:
    """LINE shows the first menu to whoever has not chosen a language."""
    return sorted(locales.by_code.values(), key=lambda locale: locale.code != locales.default)


def _missing(variable: str) -> int:
    print(f"{variable}: not set, so there is nothing to set up", file=sys.stderr)
    return 2

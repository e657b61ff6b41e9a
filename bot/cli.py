"""The commands. Exit codes: 0 fine, 1 problems found, 2 wrong usage or configuration; never a traceback."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.collector import nothing_to_collect
from bot.operators import add_commands
from bot.problems import BadData
from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.conversation import Conversation

_NOTHING_CONFIGURED = """No channel is configured, so there is nobody to serve.
Telegram: talk to @BotFather in Telegram, send /newbot, and put the token into TELEGRAM_BOT_TOKEN.
LINE: in the LINE Developers Console open your Messaging API channel, and put the channel secret into
LINE_CHANNEL_SECRET and a long-lived channel access token into LINE_CHANNEL_ACCESS_TOKEN.
A file named .env in this folder may hold them. To try the bot without any account: make chat"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings()
        code: int = options.run(options, settings)
        return code
    except BadData as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read our output is gone; nothing more can be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="doko", description="Where can I learn Japanese in Japan?")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    chat = commands.add_parser("chat", help="talk to the bot in the terminal")
    chat.add_argument("--language", default="", metavar="xx", help="the language of the first words")
    chat.set_defaults(run=_chat)

    ask = commands.add_parser("ask", help="answer one question")
    ask.add_argument("text", nargs="*", metavar="TEXT")
    ask.add_argument("--jsonl", action="store_true", help="JSON lines in, JSON lines out")
    ask.add_argument("--explain", action="store_true", help="show how the question was understood")
    ask.set_defaults(run=_ask)

    serve = commands.add_parser("serve", help="run every channel that is configured")
    serve.add_argument("--workers", type=int, default=1, metavar="N", help="processes that share the port")
    serve.set_defaults(run=_serve)

    add_commands(commands)
    return parser


def _conversation(settings: Settings) -> Conversation:
    with nothing_to_collect(for_good=True):
        from bot.app import conversation_of

        return conversation_of(settings)


def _chat(options: argparse.Namespace, settings: Settings) -> int:
    conversation = _conversation(settings)
    from bot.terminal import chat

    if options.language and not conversation.speaks(options.language):
        print(f"--language: there is no locales/{options.language}.yaml", file=sys.stderr)
        return 2
    chat(conversation, sys.stdin, sys.stdout, options.language)
    return 0


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    text = " ".join(options.text)
    if options.jsonl == bool(text) or (options.jsonl and options.explain):
        print("ask: give either a question or --jsonl", file=sys.stderr)
        return 2
    conversation = _conversation(settings)
    from bot.terminal import ask, ask_jsonl

    if options.jsonl:
        ask_jsonl(conversation, sys.stdin, sys.stdout)
    elif options.explain:
        print(conversation.explain(text))
    else:
        ask(conversation, text, sys.stdout)
    return 0


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    if not (settings.has_line or settings.has_telegram):
        print(_NOTHING_CONFIGURED, file=sys.stderr)
        return 2
    if options.workers < 1:
        print("--workers: must be at least 1", file=sys.stderr)
        return 2
    if options.workers > 1 and settings.store_url == "memory:":
        print("--workers: several need a STORE_URL that they can share, not memory:", file=sys.stderr)
        return 2
    with nothing_to_collect(for_good=True):
        from bot.logs import set_up_logging
        from bot.serve import serve

    set_up_logging(settings.log_format)
    return serve(settings, options.workers)

"""The README is true: its conversation, its commands, its variables, its files."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields

import pytest

from bot.channels import console
from bot.cli import _parser
from bot.model import Action
from bot.settings import ROOT, Settings
from bot.state import UserState
from tests.facts import conversation

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_conversation_is_what_the_bot_says() -> None:
    (shown,) = re.findall(r"^```text\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    asked = [line[2:] for line in shown.splitlines() if line.startswith("> ")]
    assert len(asked) >= 3
    said: list[str] = []
    state, choices = UserState(), tuple[Action, ...]()
    for number, question in enumerate(asked):
        turn = conversation().turn(console.receive(question, number, choices), state, 1.8e9)
        assert turn.reply is not None
        assert turn.state is not None
        state, choices = turn.state, turn.reply.choices
        said.append(f"> {question}\n{console.render(turn.reply)}")
    assert "\n".join(said).rstrip() == shown.rstrip()


@pytest.mark.parametrize("line", sorted(set(re.findall(r"-m bot ([^`|\n]+)", README))))
def test_every_command_exists(line: str) -> None:
    assert callable(_parser().parse_args(shlex.split(line)).run)


def test_every_command_is_shown() -> None:
    shown = set(re.findall(r"-m bot ([a-z-]+)", README)) | set(re.findall(r"make ([a-z]+)", README))
    known = set(re.findall(r"^    (\S+) +\S", _parser().format_help(), re.MULTILINE))
    assert known
    assert known <= shown


def test_every_make_target_exists() -> None:
    for target in set(re.findall(r"make ([a-z]+)\b", README)) - {"a"}:
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE), target


def test_every_variable_is_shown_and_every_shown_one_exists() -> None:
    known = {field.name.upper() for field in fields(Settings)}
    table = README[README.index("| variable |") :].split("\n\n")[0]
    assert set(re.findall(r"`([A-Z_]{3,})`", table)) == known


def test_every_linked_file_exists() -> None:
    linked = re.findall(r"\]\(([\w./-]+)\)|src=\"([\w./-]+)\"", README)
    assert len(linked) > 5
    for path in (first or second for first, second in linked):
        assert (ROOT / path).exists(), path

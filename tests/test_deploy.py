"""The files for operators agree with the program: variables, commands, metrics, units, paths."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import fields

import pytest
import yaml

from bot.cli import _parser
from bot.metrics import Metrics
from bot.settings import ROOT, Settings

OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DEPLOY = ROOT / "deploy"
VARIABLES = {field.name.upper() for field in fields(Settings)}
#: Variables of Caddy and Docker, not of ours.
_OTHERS = {"DOMAIN", "BOTS", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
_ASSIGNED = re.compile(r"\b([A-Z][A-Z_]{3,})=")


def commands(text: str) -> Iterator[list[str]]:
    """The arguments of each `python -m bot ...` that stands in a code block."""
    for block in re.findall(r"^```(?:sh)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if found := re.search(r"-m bot (.*)", line):
                yield shlex.split(found.group(1), comments=True)


@pytest.mark.parametrize("words", [*commands(OPERATIONS), *commands(CONTRIBUTING)], ids=" ".join)
def test_every_command_of_the_pages_is_one(words: list[str]) -> None:
    assert callable(_parser().parse_args(words).run)


def test_the_pages_show_the_commands_of_operators() -> None:
    shown = {words[0] for words in [*commands(OPERATIONS), *commands(CONTRIBUTING)]}
    assert {"check", "import", "report", "poster", "add-language"} <= shown
    assert "`links`" in OPERATIONS


def test_every_variable_is_known() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    unit = (DEPLOY / "nihongo-doko.service").read_text(encoding="utf-8")
    named = {name for text in (OPERATIONS, dockerfile, unit) for name in _ASSIGNED.findall(text)}
    assert {"STORE_URL", "USER_KEY_SECRET", "PUBLIC_URL"} <= named
    assert named - _OTHERS <= VARIABLES
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert set(compose["x-bot"]["environment"]) <= VARIABLES


def test_every_alert_watches_a_metric_that_exists_and_is_explained() -> None:
    groups = yaml.safe_load((DEPLOY / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    exposed = Metrics().text(0, store_up=True).decode()
    assert len(rules) >= 10
    for rule in rules:
        assert f"`{rule['alert']}`" in OPERATIONS
        names = re.findall(r"doko_[a-z_]+", rule["expr"])
        for name in names:
            assert f"# TYPE {name.removesuffix('_bucket')} " in exposed, name


def test_every_metric_is_explained_and_every_explained_one_exists() -> None:
    exposed = set(re.findall(r"^# TYPE (\S+)", Metrics().text(0, store_up=True).decode(), re.MULTILINE))
    assert exposed == set(re.findall(r"`(doko_[a-z_]+)`", OPERATIONS))


def test_the_services_run_what_is_there() -> None:
    for unit in DEPLOY.glob("*.service"):
        text = unit.read_text(encoding="utf-8")
        (start,) = re.findall(
            r"^ExecStart=/opt/nihongo-doko/.venv/bin/python -m bot (.*)$", text, re.MULTILINE
        )
        assert callable(_parser().parse_args(start.split()).run)
        assert "User=nihongo-doko" in text
        assert "StateDirectory=nihongo-doko" in text
    for name in re.findall(r"deploy/([\w.-]+\.\w+)", OPERATIONS):
        assert (DEPLOY / name).is_file() or "*" in name, name


def test_only_the_webhooks_are_open_to_the_public() -> None:
    caddyfile = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    assert "@webhooks path /webhook/line /webhook/telegram\n" in caddyfile
    assert caddyfile.count("{") == caddyfile.count("}")
    assert "handle {\n\t\trespond 404\n\t}" in caddyfile
    assert "/metrics" not in "".join(line for line in caddyfile.splitlines() if "#" not in line)


def test_the_image_runs_without_root_and_holds_no_secret() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER 10001$", dockerfile, re.MULTILINE)
    assert "HEALTHCHECK" in dockerfile
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*"
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.*)$", dockerfile, re.MULTILINE)
        for name in line.split()[:-1]
    }
    assert {f"!{name}" for name in copied} == set(ignored) - {"*", "**/__pycache__"}
    assert all((ROOT / name).exists() for name in copied)


def test_links_inside_the_pages_lead_somewhere() -> None:
    for text, folder in ((OPERATIONS, ROOT / "docs"), (CONTRIBUTING, ROOT)):
        headings = {
            re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
            for line in text.splitlines()
            if line.startswith("#")
        }
        for target in re.findall(r"\]\(([^)]+)\)", text):
            file, _, anchor = target.partition("#")
            assert (folder / file).exists() if file else anchor in headings, target

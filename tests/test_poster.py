"""`poster`: what the codes open, in which languages, and that nothing on the page comes from elsewhere."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import segno

from bot.cli import main
from bot.locales import load_locales
from bot.members import load_members
from bot.poster import Accounts, find_member, line_link, poster, telegram_link
from bot.problems import BadData
from bot.settings import ROOT

MEMBERS = load_members(ROOT / "data")
LOCALES = load_locales(ROOT / "locales")
BOTH = Accounts("@123abcde", "NihongoDokoBot")


def page(place: str, *languages: str, accounts: Accounts = BOTH) -> str:
    return poster(find_member(MEMBERS, place), languages, LOCALES, accounts)


def links(html: str) -> list[str]:
    return [unescape(url) for url in re.findall(r'<a href="([^"]+)"', html)]


def test_the_codes_open_the_chat_with_the_question_in_its_language() -> None:
    html = page("komaki", "vi", "pt")
    line, telegram = links(html)[:2]
    assert urlsplit(line).path == "/R/oaMessage/%40123abcde/"
    assert unquote(urlsplit(line).query) == LOCALES.get("vi")("words.example", place="Komaki")
    assert telegram == "https://t.me/NihongoDokoBot?start=vi_komaki"
    assert links(html)[3] == "https://t.me/NihongoDokoBot?start=pt_komaki"


def test_each_code_is_that_of_the_link_around_it() -> None:
    for url, svg in re.findall(r'<a href="([^"]+)">(<svg.*?</svg>)', page("ueda", "en"), re.DOTALL):
        drawn = segno.make(unescape(url), error="m", micro=False).svg_inline(omitsize=True, border=4)
        assert svg == drawn


@pytest.mark.parametrize("language", sorted(LOCALES.by_code))
def test_every_language_says_its_own_sentences(language: str) -> None:
    html = unescape(page("hamamatsu", language))
    locale = LOCALES.by_code[language]
    for key in ("question", "promise"):
        assert locale(f"poster.{key}", place="Hamamatsu") in html
    for key in ("about", "line", "telegram"):
        assert locale(f"poster.{key}") in html
    assert "浜松市 · Hamamatsu" in html
    assert LOCALES.phrases("poster.staff", city="浜松市") in html
    assert f'<html lang="{language}">' in html


def test_the_page_needs_nothing_from_elsewhere() -> None:
    html = page("komaki", *LOCALES.by_code)
    assert not re.search(r"<(script|link|img|iframe)|url\(|@import", html)
    assert html.count("<svg") == 2 * len(LOCALES.by_code)


def test_a_bot_that_is_on_one_app_only_shows_one_code() -> None:
    assert page("komaki", "en", accounts=Accounts("", "NihongoDokoBot")).count("<svg") == 1
    with pytest.raises(BadData, match="nothing to scan"):
        page("komaki", "en", accounts=Accounts())


def test_names_on_the_page_are_no_html() -> None:
    html = page("komaki", "en", accounts=Accounts('@a"><script>'))
    assert "<script>" not in html


@pytest.mark.parametrize("name", ["komaki", "Komaki", " KOMAKI ", "小牧市", "小牧"])
def test_a_place_by_any_of_its_names(name: str) -> None:
    assert find_member(MEMBERS, name).id == "komaki"


def test_what_is_not_there_is_told_with_what_is() -> None:
    with pytest.raises(BadData, match="“Nagoya” is not in the table. These are: ota, isesaki"):
        page("Nagoya", "en")
    with pytest.raises(BadData, match="does not speak “xx”. It speaks: en, es, ja, pt, vi"):
        page("komaki", "en", "xx")


@pytest.mark.parametrize("language", sorted(LOCALES.by_code))
def test_links_stay_within_what_the_apps_allow(language: str) -> None:
    for member in MEMBERS.all:
        start = urlsplit(telegram_link("ABot", f"{language}_{member.id}")).query.removeprefix("start=")
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", start)
        link = line_link("@123abcde", LOCALES.get(language)("words.example", place=member.name))
        assert len(link) <= 1000
        assert link.isascii()


def test_the_command_writes_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LINE_BASIC_ID", "@123abcde")
    file = tmp_path / "page.html"
    assert main(["poster", "Soja", "--language", "vi", "--language", "vi", "--output", str(file)]) == 0
    assert "print it on A4" in capsys.readouterr().out
    html = file.read_text(encoding="utf-8")
    assert html.count("<section") == 1
    assert html.startswith("<!DOCTYPE html>")
    monkeypatch.delenv("LINE_BASIC_ID")
    assert main(["poster", "Soja"]) == 2
    assert "LINE_BASIC_ID, TELEGRAM_BOT_NAME: the bot's name is missing" in capsys.readouterr().err

"""`poster`: a page for a notice board whose QR codes open the chat with a place's question already asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bot.locales import Locale, Locales
from bot.members import Member, Members
from bot.pages import fill
from bot.problems import BadData, Problem


@dataclass(frozen=True, slots=True)
class Accounts:
    """The bot's LINE basic id (@123abcde) and Telegram user name; "" where it is not."""

    line_basic_id: str = ""
    telegram_bot_name: str = ""


def find_member(members: Members, name: str) -> Member:
    """The member with that id, name or Japanese name. BadData if there is none."""
    wanted = name.strip().casefold()
    for member in members.all:
        if wanted in (member.id, member.name.casefold(), member.japanese, member.japanese[:-1]):
            return member
    known = ", ".join(member.id for member in members.all)
    raise BadData([Problem("poster", "", f"“{name}” is not in the table.", f"These are: {known}.")])


def poster(member: Member, languages: Sequence[str], locales: Locales, accounts: Accounts) -> str:
    """The page as HTML that needs nothing else, one A4 sheet. BadData where it could not be made."""
    if not (accounts.line_basic_id or accounts.telegram_bot_name):
        what = "the bot's name is missing on both LINE and Telegram, so there is nothing to scan."
        mend = "Give --line @123abcde or --telegram NihongoDokoBot, or set the variables of these names."
        raise BadData([Problem("poster", "LINE_BASIC_ID, TELEGRAM_BOT_NAME", what, mend)])
    if unknown := [code for code in languages if not locales.has(code)]:
        what = f"the bot does not speak “{unknown[0]}”."
        raise BadData([Problem("poster", "--language", what, f"It speaks: {', '.join(locales.by_code)}.")])
    shape = "only" if len(languages) == 1 else ""
    sections = [_section(member, locales.by_code[code], accounts, shape) for code in languages]
    return fill(
        "poster",
        html={"sections": "\n".join(sections)},
        language=languages[0],
        title=f"{member.japanese} {member.name}",
        place=f"{member.japanese} · {member.name}",
        density="one" if len(languages) == 1 else "few" if len(languages) <= 3 else "many",
        staff=locales.phrases("poster.staff", city=member.japanese),
    )


def _section(member: Member, locale: Locale, accounts: Accounts, shape: str) -> str:
    return fill(
        "poster-section",
        html={"codes": "\n".join(_codes(member, locale, accounts))},
        language=locale.code,
        shape=shape,
        question=locale("poster.question", place=member.name),
        promise=locale("poster.promise", place=member.name),
        about=locale("poster.about"),
    )


def _codes(member: Member, locale: Locale, accounts: Accounts) -> Iterator[str]:
    if accounts.line_basic_id:
        url = line_link(accounts.line_basic_id, locale("words.example", place=member.name))
        yield _code("LINE", url, locale("poster.line"))
    if accounts.telegram_bot_name:
        url = telegram_link(accounts.telegram_bot_name, f"{locale.code}_{member.id}")
        yield _code("Telegram", url, locale("poster.telegram"))


def _code(app: str, url: str, caption: str) -> str:
    import segno

    # Medium error correction: a notice board gets rain and thumbtacks.
    code = segno.make(url, error="m", micro=False).svg_inline(omitsize=True, border=4)
    return fill("poster-code", html={"code": code}, url=url, app=app, caption=caption)


def line_link(basic_id: str, words: str) -> str:
    """Opens the chat on LINE with these words typed (LINE URL scheme oaMessage)."""
    return f"https://line.me/R/oaMessage/{quote(basic_id, safe='')}/?{quote(words, safe='')}"


def telegram_link(bot_name: str, start: str) -> str:
    """Opens the chat on Telegram, whose START button sends this payload (at most 64 of A-Z a-z 0-9 _ -)."""
    return f"https://t.me/{bot_name}?start={start}"

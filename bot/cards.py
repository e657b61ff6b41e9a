"""Cards: what the table says of one member, set out for one purpose. Pure; no state, no platform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from bot.choices import say_contact
from bot.locales import Locale
from bot.members import Member, Near, Office
from bot.model import Action, Block, Card, Copy, Line, Open
from bot.table import Page

#: Google Translate's link to a whole page; the cities' pages are in Japanese.
_TRANSLATED = "https://translate.google.com/translate?sl=ja&tl={language}&u={url}"


def block(*parts: str | Line) -> Block:
    """A block of lines; a web or e-mail address alone on its line is marked as such."""
    lines: list[Line] = []
    for part in parts:
        if isinstance(part, Line):
            lines.append(part)
        else:
            lines += [Line(line, _style(line)) for line in part.split("\n")]
    return Block(tuple(lines))


def paragraphs(text: str) -> tuple[Block, ...]:
    """A block for each part of a text between blank lines."""
    return tuple(block(part) for part in text.strip().split("\n\n"))


def heading(text: str) -> Line:
    return Line(text, "heading")


def _style(line: str) -> str:
    if line.startswith(("http://", "https://")):
        return "link"
    return "email" if "@" in line and " " not in line else ""


def member_title(member: Member, locale: Locale) -> str:
    return locale("title.member", place=member.name, japanese=member.japanese)


def class_card(member: Member, locale: Locale, nearest: Near | None, alone: bool) -> Card:
    """The class pages and whom to ask; `nearest` is the nearest member with a page, where this one has none.

    `alone` adds how to ask about prices; in an answer of many cards that would stand there many times.
    """
    if member.pages:
        blocks = _page_blocks(member, locale)
        blocks += office_blocks(member.offices, locale, locale("find_class.office"))
    else:
        blocks = [block(locale("find_class.none", place=member.name))]
        blocks += office_blocks(member.offices, locale)
        if nearest is not None:
            blocks.append(_nearest(nearest, locale))
    if alone and member.pages:
        words = locale("words.topic.price", place=member.name)
        blocks.append(block(locale("find_class.more", words=words)))
    label = locale("label.page") if not nearest else locale("label.page_of", place=nearest.member.name)
    pages = nearest.member.pages if nearest else member.pages
    actions = [*_page_actions(pages, label, locale), say_contact(member, locale)]
    return Card(member.id, member_title(member, locale), tuple(blocks), tuple(actions))


def contact_card(member: Member, locale: Locale) -> Card:
    """Department, e-mail and web site of every office, and what the table lacks."""
    title = locale("find_contact.one" if len(member.offices) == 1 else "find_contact.many")
    blocks = office_blocks(member.offices, locale, title)
    words = locale("words.write", place=member.name)
    blocks.append(block(locale("find_contact.lacking", words=words)))
    sites = tuple(dict.fromkeys(page.url for office in member.offices for page in office.sites))
    emails = _emails(member)
    actions: list[Action] = [Copy(locale("label.copy_email"), email) for email in emails[:1]]
    actions += [
        Open(locale("label.translated"), translated(url, locale))
        for url in sites[:1]
        if _can_translate(locale)
    ]
    return Card(member.id, member_title(member, locale), tuple(blocks), tuple(actions))


def details_card(member: Member, topics: tuple[str, ...], locale: Locale, phrases: Locale) -> Card:
    """Says that the table lacks it, whom to ask, and the question in Japanese."""
    lacking = (locale(f"class_details.lacking.{topic}") for topic in topics or ("any",))
    blocks = [block(*lacking, locale("class_details.ask"))]
    if member.pages:
        blocks.append(_pages(member, locale("class_details.page"), locale))
    blocks += office_blocks(member.offices, locale, locale("find_class.office"))
    sentences = question_lines(topics, locale, phrases) or counter_lines(locale, phrases)
    blocks.append(block(heading(locale("class_details.question")), *sentences))
    japanese = "\n".join(line.text for line in sentences if line.style == "japanese")
    actions: list[Action] = [Copy(locale("label.copy"), japanese)]
    actions += [say_contact(member, locale)]
    return Card(member.id, member_title(member, locale), tuple(blocks), tuple(actions))


def write_card(member: Member, topics: tuple[str, ...], locale: Locale, phrases: Locale) -> Card:
    """A whole e-mail in Japanese, ready to copy, and what it means."""
    emails = _emails(member)
    questions = [phrases(f"question.{topic}.text") for topic in topics]
    subject = phrases("email.subject")
    if questions:
        body = phrases("email.body_with_question", city=member.japanese, question="\n".join(questions))
        meant = "\n".join(locale(f"question.{topic}") for topic in topics)
        meaning = locale("write.text_with_question", place=member.name, question=meant)
    else:
        body = phrases("email.body", city=member.japanese)
        meaning = locale("write.text", place=member.name)
    blocks = [
        block(locale("write.intro_one" if len(emails) == 1 else "write.intro_many"), *emails),
        block(heading(locale("write.subject")), Line(subject, "japanese")),
        block(heading(locale("write.body")), Line(body, "japanese")),
        block(heading(locale("write.meaning")), meaning),
    ]
    actions: list[Action] = [Copy(locale("label.copy_email"), email) for email in emails[:1]]
    actions.append(Copy(locale("label.copy"), body))
    return Card(member.id, member_title(member, locale), tuple(blocks), tuple(actions))


def show_card(member: Member, topics: tuple[str, ...], locale: Locale, phrases: Locale) -> Card:
    """One sentence in Japanese for the counter, how it is read, and what it means."""
    text, reading, meaning = phrases("counter.text"), phrases("counter.reading"), locale("show.text")
    for topic in topics:
        text += phrases(f"question.{topic}.text")
        reading += "\n" + phrases(f"question.{topic}.reading")
        meaning += "\n" + locale(f"question.{topic}")
    blocks = (
        block(heading(locale("show.intro")), Line(text, "japanese")),
        block(heading(locale("show.reading")), reading),
        block(heading(locale("show.meaning")), meaning),
    )
    actions = (Copy(locale("label.copy"), text), say_contact(member, locale))
    return Card(member.id, member_title(member, locale), blocks, actions)


def question_lines(topics: tuple[str, ...], locale: Locale, phrases: Locale) -> list[Line]:
    lines = []
    for topic in topics:
        lines.append(Line(phrases(f"question.{topic}.text"), "japanese"))
        lines.append(Line(phrases(f"question.{topic}.reading")))
        lines.append(Line(locale(f"question.{topic}"), "note"))
    return lines


def counter_lines(locale: Locale, phrases: Locale) -> list[Line]:
    return [
        Line(phrases("counter.text"), "japanese"),
        Line(phrases("counter.reading")),
        Line(locale("show.text"), "note"),
    ]


def translated(url: str, locale: Locale) -> str:
    """The link that opens a Japanese page in the reader's language."""
    return _TRANSLATED.format(language=locale("translate"), url=quote(url, safe=""))


def _can_translate(locale: Locale) -> bool:
    return bool(locale("translate"))


def _emails(member: Member) -> tuple[str, ...]:
    return tuple(dict.fromkeys(office.email for office in member.offices if office.email))


def office_blocks(offices: Iterable[Office], locale: Locale, title: str = "") -> list[Block]:
    """A block an office: department, e-mail, web sites, as the table gives them; the title on the first."""
    blocks: list[Block] = []
    for office in offices:
        lines: list[str | Line] = [heading(title)] if title and not blocks else []
        lines += [office.department] if office.department else []
        lines += [office.email] if office.email else []
        for site in office.sites:
            lines += _page_lines(site, locale)
        blocks.append(block(*lines))
    return blocks


def _pages(member: Member, title: str, locale: Locale) -> Block:
    lines: list[str | Line] = [heading(title)]
    for page in member.pages:
        lines += _page_lines(page, locale)
    return block(*lines)


def _page_lines(page: Page, locale: Locale) -> Iterator[str | Line]:
    """Whose page it is, where it is, and whether it has not answered for some time."""
    if page.organisation:
        yield page.organisation
    yield page.url
    if page.unanswered is not None:
        year, month, day = page.unanswered.isoformat().split("-")
        checked = locale("date", year=year, month=month, day=day)
        yield Line(locale("unanswered", date=checked), "note")


def _page_blocks(member: Member, locale: Locale) -> list[Block]:
    count = "one" if len(member.pages) == 1 else "many"
    pages = _pages(member, locale(f"find_class.page_{count}"), locale)
    note = Line(locale(f"find_class.page_note_{count}"), "note")
    return [Block((*pages.lines, note))]


def _page_actions(pages: tuple[Page, ...], label: str, locale: Locale) -> list[Action]:
    actions: list[Action] = []
    for page in pages[:1]:
        actions.append(Open(label, page.url))
        if _can_translate(locale):
            actions.append(Open(locale("label.translated"), translated(page.url, locale)))
    return actions


def _nearest(near: Near, locale: Locale) -> Block:
    lines = (
        heading(locale("find_class.nearest")),
        member_title(near.member, locale),
        locale("find_class.distance", km=whole_km(near.km)),
    )
    return block(*lines, *(page.url for page in near.member.pages))


def whole_km(km: float) -> str:
    return str(max(1, round(km)))

"""The buttons under an answer: places, languages, the list, the location. Every label is a locale's."""

from __future__ import annotations

from collections.abc import Iterable

from bot.locales import Locale, Locales
from bot.members import Member, Members
from bot.model import Action, AskLocation, Say

#: With the location button they fill LINE's 13 quick replies.
_PLACES_AT_MOST = 12


def say_names(members: Iterable[Member]) -> tuple[Say, ...]:
    return tuple(Say(member.name, member.name) for member in members)


def say_list(locale: Locale) -> Say:
    return Say(locale("label.list"), locale("words.list"))


def say_contact(member: Member, locale: Locale) -> Say:
    return Say(locale("label.contact"), locale("words.contact", place=member.name))


def ask_location(locale: Locale) -> AskLocation:
    return AskLocation(locale("label.location"))


def languages(locales: Locales) -> tuple[Say, ...]:
    return tuple(Say(locale.name, locale.name) for locale in locales.by_code.values())


def every_place(members: Members, locale: Locale) -> tuple[Action, ...]:
    """The location button behind every member, or behind the prefectures where the members are too many."""
    if len(members.all) <= _PLACES_AT_MOST:
        return (*say_names(members.all), ask_location(locale))
    prefectures = (Say(found.name, found.japanese) for found in members.prefectures[:_PLACES_AT_MOST])
    return (*prefectures, ask_location(locale))


def next_steps(member: Member, topics: tuple[str, ...], locale: Locale) -> tuple[Action, ...]:
    """What else can be asked about one place; `topics` have just been answered."""
    steps = [
        Say(
            locale(f"label.topic.{topic}", place=member.name),
            locale(f"words.topic.{topic}", place=member.name),
        )
        for topic in ("price", "schedule")
        if topic not in topics
    ]
    steps.append(Say(locale("label.write"), locale("words.write", place=member.name)))
    steps.append(Say(locale("label.show"), locale("words.show", place=member.name)))
    steps.append(Say(locale("label.other"), locale("words.list")))
    return tuple(steps)

"""(Understanding, facts, locale) -> Answer. Pure: the same question in one language gets the same answer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from bot.answer import Answer
from bot.cards import block, heading, office_blocks, paragraphs
from bot.choices import ask_location, every_place, languages, say_list
from bot.locales import Locale, Locales
from bot.members import Member, Members
from bot.model import Action, Block, Location, Reply, Say
from bot.place_answers import PlaceAnswers
from intents.gazetteer import Gazetteer
from intents.model import Understanding

_ABOUT_PLACES = frozenset({"find_class", "find_contact", "class_details"})

#: Sentences under which the places to choose from help; the others end a matter.
_WITH_PLACES = frozenset({"greet", "unreadable", "empty", "too_long"})


#: Answers of each kind that are kept to be given again.
_KEPT = 256


class Answers:
    """Every answer of the bot. Holds the facts and the locales, and no state. The answers asked for most are
    kept: the same one is the same object.
    """

    def __init__(
        self, members: Members, gazetteer: Gazetteer, locales: Locales, keeps_texts: bool = False
    ) -> None:
        """`keeps_texts`: whether the operator keeps masked texts that were not understood."""
        self.members = members
        self.locales = locales
        self._about = "about_keeping" if keeps_texts else "about"
        self._places = PlaceAnswers(members, gazetteer, locales)
        self._note = lru_cache(_KEPT)(self._make_note)
        self._change_language = lru_cache(_KEPT)(self._make_change_language)
        self._list = lru_cache(_KEPT)(self._make_list)
        self._off_topic = lru_cache(_KEPT)(self._make_off_topic)

    def answer(self, understood: Understanding, language: str) -> Answer:
        """The answer to one understood message, in `language` (English where that has no locale)."""
        locale = self.locales.get(language)
        if understood.intent in _ABOUT_PLACES:
            return self._places.about(understood, locale)
        if understood.intent == "list_places":
            return self._places.about(understood, locale) if understood.places else Answer(self._list(locale))
        if understood.intent == "change_language":
            return Answer(self._change_language(understood.target_language, locale))
        if understood.intent == "out_of_scope":
            return Answer(self._out_of_scope(understood, locale))
        return Answer(self.note(self._about if understood.intent == "about" else understood.intent, language))

    def at(self, where: Location, understood: Understanding, language: str) -> Answer:
        """The answer to a shared location; `understood` holds the question that is still open."""
        return self._places.at(where, understood, self.locales.get(language))

    def to_share(self, members: Iterable[Member], language: str) -> Reply:
        """A card for each member, to be sent into another chat."""
        return self._places.to_share(members, self.locales.get(language))

    def note(self, key: str, language: str) -> Reply:
        """A sentence of its own: greet, thanks, help, forgotten, unreadable ... KeyError if there is none."""
        return self._note(key, self.locales.get(language))

    def _make_note(self, key: str, locale: Locale) -> Reply:
        place = self.members.example.name
        text = locale(
            key,
            example=self._example(locale),
            contact=locale("words.contact", place=place),
            price=locale("words.topic.price", place=place),
            list=locale("words.list"),
            forget=locale("words.forget"),
        )
        choices = every_place(self.members, locale) if key in _WITH_PLACES else (say_list(locale),)
        return Reply(locale.code, paragraphs(text), choices=choices)

    def welcome(self, language: str) -> Reply:
        """The first words in a chat: the greeting, with every language to choose from."""
        locale = self.locales.get(language)
        choices: tuple[Action, ...] = (*languages(self.locales), ask_location(locale), say_list(locale))
        return Reply(locale.code, paragraphs(locale("greet")), choices=choices, menu=True)

    def _make_list(self, locale: Locale) -> Reply:
        lines = []
        for prefecture in self.members.prefectures:
            names = locale("list_places.join").join(member.name for member in self.members.inside(prefecture))
            lines.append(locale("list_places.item", prefecture=prefecture.name, places=names))
        lead = (block(heading(locale("list_places.intro")), *lines), block(locale("list_places.choose")))
        return Reply(locale.code, lead, choices=every_place(self.members, locale))

    def _make_change_language(self, target: str, locale: Locale) -> Reply:
        if self.locales.has(target):
            new = self.locales.get(target)
            lead = (block(new("change_language.done")), block(new("ask_place")))
            return Reply(new.code, lead, choices=every_place(self.members, new), menu=True)
        intro = locale("change_language.lacking" if target else "change_language.which")
        names = [known.name for known in self.locales.by_code.values()]
        return Reply(locale.code, (block(intro, *names),), choices=languages(self.locales))

    def _out_of_scope(self, understood: Understanding, locale: Locale) -> Reply:
        member = next((m for place in understood.mentioned if (m := self._places.member_of(place))), None)
        return self._off_topic(member.id if member else "", locale)

    def _make_off_topic(self, member_id: str, locale: Locale) -> Reply:
        lead: list[Block] = [block(locale("out_of_scope.plain"))]
        member = self.members.get(member_id)
        if member is not None:
            lead += office_blocks(member.offices, locale, locale("out_of_scope.office", place=member.name))
        example = self._example(locale)
        lead.append(block(locale("out_of_scope.example", example=example)))
        choices = (Say(self.members.example.name, example), say_list(locale))
        return Reply(locale.code, tuple(lead), choices=choices)

    def _example(self, locale: Locale) -> str:
        return locale("words.example", place=self.members.example.name)

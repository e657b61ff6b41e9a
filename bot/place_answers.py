"""Answers about places: members, prefectures, places outside the table, points on the map. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from rapidfuzz import fuzz, process

from bot import cards
from bot.answer import Answer, joined
from bot.cards import block, heading, member_title, paragraphs, whole_km
from bot.choices import ask_location, every_place, next_steps, say_list, say_names
from bot.locales import Locale, Locales
from bot.members import Member, Members, Near
from bot.model import Action, Block, Card, Location, Reply, Say
from intents.gazetteer import Gazetteer, Municipality
from intents.model import Place, Understanding

#: つながるひろがる にほんごでのくらし, the free national study site (of the Ministry of Education, MEXT).
STUDY_SITE = "https://tsunagarujp.mext.go.jp/"

#: Words in Japanese that can be wanted, rather than an answer.
_WORDS = ("write", "show")

#: What can be asked about classes that has a sentence in Japanese (locales/japanese-phrases.yaml).
TOPICS = ("price", "schedule", "level", "children", "online", "registration", "childcare")

_NEAREST_SHOWN = 3
_SIMILAR_SHOWN = 4
_SIMILAR_AT_LEAST = 70  # of rapidfuzz's 100
#: Below this, what looks like a question about classes may be none, so the bot asks whether it is one.
_DOUBTFUL = 0.5
_QUOTED_AT_MOST = 40
#: Answers of each kind that are kept to be given again; one takes some 10 KB with what channels make of it.
_KEPT = 256
_KEPT_ABOUT_MEMBERS = 512


class PlaceAnswers:
    """Holds the facts and no state. The answers asked for most are kept: the same one is the same object."""

    def __init__(self, members: Members, gazetteer: Gazetteer, locales: Locales) -> None:
        self.members = members
        self.gazetteer = gazetteer
        self.phrases = locales.phrases
        self._folded_names = [member.name.casefold() for member in members.all]
        self._about_members = lru_cache(_KEPT_ABOUT_MEMBERS)(self._make_about_members)
        self._about_municipality = lru_cache(_KEPT)(self._make_about_municipality)
        self._question = lru_cache(_KEPT)(self._make_question)

    def about(self, understood: Understanding, locale: Locale) -> Answer:
        """The answer about the understood places, or the question which place."""
        if not understood.places:
            return self._ask_place(understood, locale)
        unsure = next((place for place in understood.places if not place.sure), None)
        if unsure is not None:
            return self._did_you_mean(unsure, locale)
        members = [member for place in understood.places if (member := self.member_of(place))]
        others = [place for place in understood.places if self.member_of(place) is None]
        answers = [self._for_members(list(dict.fromkeys(members)), understood, locale)] if members else []
        answers += [self._for_other_place(place, understood, locale) for place in others]
        return answers[0] if len(answers) == 1 else joined(answers)

    def at(self, where: Location, understood: Understanding, locale: Locale) -> Answer:
        """The answer to a shared location: the member it lies in, else the nearest ones."""
        if not self.gazetteer.near_japan(where.lat, where.lon):
            lead = (block(locale("location.outside")),)
            return Answer(Reply(locale.code, lead, choices=every_place(self.members, locale)))
        member = self.members.get(self.gazetteer.locate(where.lat, where.lon) or "")
        if member is not None:
            answer = self._for_members([member], understood, locale)
            inside = block(locale("location.inside", place=member_title(member, locale)))
            reply = replace(answer.reply, lead=(inside, *answer.reply.lead))
            return Answer(reply, places=(_place(member),))
        return self._nearest(where.lat, where.lon, (), locale("location.near"), locale)

    def to_share(self, members: Iterable[Member], locale: Locale) -> Reply:
        """The class card of each member."""
        made = (cards.class_card(m, locale, self._nearest_with_page(m), alone=False) for m in members)
        return Reply(locale.code, cards=tuple(made))

    def member_of(self, place: Place) -> Member | None:
        return self.members.get(place.id) if place.kind == "member" else None

    # -- members

    def _for_members(self, members: list[Member], understood: Understanding, locale: Locale) -> Answer:
        topics = tuple(topic for topic in TOPICS if topic in understood.topics)
        purpose = next((topic for topic in _WORDS if topic in understood.topics), understood.intent)
        return self._about_members(tuple(member.id for member in members), topics, purpose, locale)

    def _make_about_members(
        self, ids: tuple[str, ...], topics: tuple[str, ...], purpose: str, locale: Locale
    ) -> Answer:
        members = [member for member_id in ids if (member := self.members.get(member_id))]
        alone = len(members) == 1
        made = tuple(self._card(member, topics, purpose, locale, alone) for member in members)
        choices = next_steps(members[0], topics, locale) if alone else (say_list(locale),)
        return Answer(Reply(locale.code, cards=made, choices=choices))

    def _card(
        self, member: Member, topics: tuple[str, ...], purpose: str, locale: Locale, alone: bool
    ) -> Card:
        """`purpose` is an intent, or the words in Japanese that are wanted."""
        if purpose == "write":
            return cards.write_card(member, topics, locale, self.phrases)
        if purpose == "show":
            return cards.show_card(member, topics, locale, self.phrases)
        if purpose == "find_contact":
            return cards.contact_card(member, locale)
        if purpose == "class_details":
            return cards.details_card(member, topics, locale, self.phrases)
        return cards.class_card(member, locale, self._nearest_with_page(member), alone)

    def _nearest_with_page(self, member: Member) -> Near | None:
        if member.pages:
            return None
        return next(iter(self.members.nearest(member.lat, member.lon, 1, only_with_pages=True)), None)

    # -- no place, or not sure which

    def _ask_place(self, understood: Understanding, locale: Locale) -> Answer:
        keys = {"find_contact": "ask_contact_place", "class_details": "class_details.which"}
        key = keys.get(understood.intent, "ask_place")
        if understood.intent == "find_class" and understood.score < _DOUBTFUL:
            key = "did_you_ask"
        for topic in _WORDS:
            if topic in understood.topics:
                key = f"{topic}.which"
        return self._question(key, locale)

    def _make_question(self, key: str, locale: Locale) -> Answer:
        lead = paragraphs(locale(key))
        return Answer(Reply(locale.code, lead, choices=every_place(self.members, locale)))

    def _did_you_mean(self, place: Place, locale: Locale) -> Answer:
        readings = [
            (title, self._words(reading))
            for reading in (place, *place.rivals)
            if (title := self._title(reading, locale))
        ]
        titles = [title for title, _ in readings]
        if len(readings) == 1:
            lead = (block(locale("did_you_mean", place=titles[0])),)
        else:
            lead = (block(heading(locale("did_you_mean_many")), *titles),)
        choices = tuple(Say(title, words) for title, words in readings)
        return Answer(Reply(locale.code, lead, choices=(*choices, say_list(locale))))

    def _title(self, place: Place, locale: Locale) -> str:
        """A heading such as "Ota · 太田市", or "" for a place that nothing is known of."""
        member = self.member_of(place)
        if member is not None:
            return member_title(member, locale)
        known = self._known(place)
        if known is None:
            return ""
        kind = "prefecture" if known.kind == "prefecture" else "elsewhere"
        return locale(f"title.{kind}", place=known.name, japanese=known.japanese)

    def _words(self, place: Place) -> str:
        """Words that name just this place: a member by its name, others by their Japanese name."""
        member, known = self.member_of(place), self._known(place)
        if member is not None:
            return member.name
        return known.japanese if known else place.text

    def _known(self, place: Place) -> Municipality | None:
        return self.gazetteer.by_code(place.code) if place.code else None

    # -- places that are not members

    def _for_other_place(self, place: Place, understood: Understanding, locale: Locale) -> Answer:
        prefecture = self.members.prefecture(place.id) if place.kind == "prefecture" else None
        if prefecture is not None:
            inside = self.members.inside(prefecture)
            if len(inside) == 1:
                return self._for_members(list(inside), understood, locale)
            title = locale("title.prefecture", place=prefecture.name, japanese=prefecture.japanese)
            names = [member_title(member, locale) for member in inside]
            lead = (
                block(heading(title)),
                block(locale("prefecture.many"), *names),
                block(locale("prefecture.choose")),
            )
            reply = Reply(locale.code, lead, choices=(*say_names(inside), say_list(locale)))
            return Answer(reply, listed=tuple(map(_place, inside)))
        if place.kind == "unknown" or self._known(place) is None:
            return self._unknown(place, locale)
        return self._about_municipality(place.code, locale)

    def _make_about_municipality(self, code: str, locale: Locale) -> Answer:
        known = self.gazetteer.by_code(code)
        if known is None:
            raise KeyError(code)
        key = "elsewhere.prefecture" if known.kind == "prefecture" else "elsewhere.intro"
        intro = block(locale(key, place=known.name, japanese=known.japanese))
        return self._nearest(known.lat, known.lon, (intro,), locale("elsewhere.nearest"), locale)

    def _nearest(
        self, lat: float, lon: float, intro: tuple[Block, ...], title: str, locale: Locale
    ) -> Answer:
        near = self.members.nearest(lat, lon, _NEAREST_SHOWN)
        lines = [locale("elsewhere.item", place=n.member.name, km=whole_km(n.km)) for n in near]
        study = block(locale("elsewhere.study", link=STUDY_SITE))
        lead = (*intro, block(heading(title), *lines), study)
        choices = (*say_names(n.member for n in near), say_list(locale))
        offered = tuple(_place(n.member) for n in near)
        return Answer(Reply(locale.code, lead, choices=choices), offered)

    def _unknown(self, place: Place, locale: Locale) -> Answer:
        text = _shortened(place.text)
        sentence = locale("unknown.named", text=text) if text else locale("unknown.unnamed")
        similar = self._similar(text)
        lead = [block(sentence)]
        if similar:
            lead.append(block(heading(locale("unknown.similar")), *(member.name for member in similar)))
        choices: tuple[Action, ...] = (*say_names(similar), say_list(locale), ask_location(locale))
        return Answer(Reply(locale.code, tuple(lead), choices=choices), listed=tuple(map(_place, similar)))

    def _similar(self, text: str) -> tuple[Member, ...]:
        found = process.extract(
            text.casefold(),
            self._folded_names,
            scorer=fuzz.ratio,
            limit=_SIMILAR_SHOWN,
            score_cutoff=_SIMILAR_AT_LEAST,
        )
        return tuple(self.members.all[index] for _, _, index in found)


def _place(member: Member) -> Place:
    return Place("member", member.id, member.code, member.name)


def _shortened(text: str) -> str:
    """A quoted name on one line, cut where nobody would take it for a name any more."""
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED_AT_MOST else text[: _QUOTED_AT_MOST - 1].rstrip() + "…"

"""Tells names of people and companies from places: "Mr Ota", "Ueda-san", "the Toyota plant"."""

from __future__ import annotations

from intents.places.cues import BIT
from intents.places.draft import Draft
from intents.places.evidence import LIKELY
from intents.places.japan import Japan
from intents.places.message import SOFT, Message

_PERSON_BEFORE, _PERSON_AFTER, _I_AM = BIT["person_before"], BIT["person_after"], BIT["i_am"]
_COMPANY_BEFORE, _COMPANY_AFTER = BIT["company_before"], BIT["company_after"]
_AT, _TO, _LIVE, _WANT = BIT["at"], BIT["to"], BIT["live"], BIT["want"]


class People:
    """`members` are the keys of member names, `common` words that are no first names."""

    def __init__(self, japan: Japan, members: frozenset[str], common: frozenset[str]) -> None:
        self._surnames = japan.surnames
        self._only_places = members - japan.surnames
        self._companies = japan.companies
        self._common = common

    def is_person(self, message: Message, draft: Draft) -> bool:
        if not draft.is_latin or draft.name in self._only_places:
            return False
        if draft.touching & _I_AM and draft.name in self._surnames and message.gaps[draft.last] != SOFT:
            return True
        if draft.touching & _PERSON_BEFORE and message.is_capital(draft.first) >= message.mixed_case:
            return True
        if draft.cues_after & _PERSON_AFTER and not draft.touching & (_AT | _TO):
            return True
        return self._follows_first_name(message, draft)

    def _follows_first_name(self, message: Message, draft: Draft) -> bool:
        """Whether a family name stands behind another capitalised word: "Carla Ueda"."""
        if draft.name not in self._surnames or draft.cues_before & (_AT | _LIVE) or draft.evidence >= LIKELY:
            return False
        name, first = draft.first, draft.first - 1
        if first < 0 or message.gaps[name] != SOFT or not message.mixed_case:
            return False
        if not message.is_capital(name) or not message.is_capital(first):
            return False
        is_acronym = message.text[message.starts[first] : message.ends[first]].isupper()
        opens = message.opens_sentence(message.starts[first])
        return not (is_acronym or opens or message.words[first] in self._common)

    def bears_company(self, draft: Draft) -> bool:
        """Whether a company bears the name of this place."""
        return draft.reading is not None and draft.reading.id in self._companies

    def is_company(self, draft: Draft) -> bool:
        if not self.bears_company(draft):
            return False
        if draft.cues_after & _COMPANY_AFTER:
            return True
        return bool(draft.touching & _COMPANY_BEFORE) and not draft.cues_before & (_WANT | _LIVE)

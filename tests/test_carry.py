"""What carries over from one message to the next, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from intents.carry import Said, after, resolve
from intents.model import Context, Place, Understanding
from tests.accuracy import Offers, judge_dialogues
from tests.labelled import dialogues
from tests.test_intents import matcher

OPEN = Path(__file__).resolve().parent / "utterances" / "open"

OTA, OIZUMI, UEDA, KOMAKI, TOYOTA = (
    Place("member", name) for name in ("ota", "oizumi", "ueda", "komaki", "toyota")
)
NAGOYA = Place("elsewhere", "nagoya")
IN_UEDA = Context(language="en", intent="find_contact", places=(UEDA,), recent=(UEDA,))


def said(intent: str, *places: Place, concepts: str = "", **others: bool | float) -> Said:
    return Said(intent, places, frozenset(concepts.split()), short=True, **others)  # type: ignore[arg-type]


def test_a_question_without_a_place_keeps_the_place() -> None:
    assert resolve(said("class_details", concepts="price"), IN_UEDA) == ("class_details", (UEDA,))


def test_a_bare_place_keeps_the_question() -> None:
    assert resolve(said("find_class", KOMAKI), IN_UEDA) == ("find_contact", (KOMAKI,))


def test_a_place_with_a_question_of_its_own_asks_that() -> None:
    assert resolve(said("find_class", KOMAKI, concepts="class japanese"), IN_UEDA) == (
        "find_class",
        (KOMAKI,),
    )


def test_a_place_after_the_list_asks_for_classes() -> None:
    context = Context(intent="list_places")
    assert resolve(said("find_class", KOMAKI), context) == ("find_class", (KOMAKI,))


def test_the_first_message_carries_nothing() -> None:
    assert resolve(said("class_details", concepts="price"), Context()) == ("class_details", ())


@pytest.mark.parametrize("intent", ["out_of_scope", "greet", "thanks", "about", "help", "change_language"])
def test_other_intents_take_no_place(intent: str) -> None:
    assert resolve(said(intent), IN_UEDA) == (intent, ())
    assert resolve(said(intent, KOMAKI), Context()) == (intent, ())


@pytest.mark.parametrize(
    ("concept", "places"),
    [
        ("first", (OTA,)),
        ("second", (OIZUMI,)),
        ("last_one", (OIZUMI,)),
        ("nearest", (TOYOTA,)),
        ("other_one", (OIZUMI,)),
        ("both", (UEDA, OTA)),
        ("all_of_them", (OTA, OIZUMI)),
    ],
)
def test_places_that_are_only_pointed_at(concept: str, places: tuple[Place, ...]) -> None:
    context = Context(
        intent="find_class", places=(OTA,), listed=(OTA, OIZUMI), recent=(OTA, UEDA), nearest=(TOYOTA, KOMAKI)
    )
    assert resolve(said("find_contact", concepts=f"{concept} email"), context) == ("find_contact", places)


def test_the_third_of_two_keeps_the_place() -> None:
    context = Context(intent="find_class", places=(OTA,), listed=(OTA, OIZUMI))
    assert resolve(said("find_contact", concepts="third email"), context) == ("find_contact", (OTA,))


def test_a_correction_keeps_the_question() -> None:
    assert resolve(said("out_of_scope", KOMAKI, correction=True), IN_UEDA) == ("find_contact", (KOMAKI,))


def test_after_an_answer_the_context_holds_it() -> None:
    found = Understanding("find_class", (KOMAKI,), language="pt", topics=frozenset({"price"}))
    context = after(Context(language="en", places=(UEDA,), recent=(UEDA,)), found)
    assert context == Context("pt", "find_class", frozenset({"price"}), (KOMAKI,), (), (KOMAKI, UEDA), ())


def test_after_several_places_they_are_listed_until_others_are() -> None:
    two = after(Context(), Understanding("find_class", (OTA, OIZUMI)))
    assert two.listed == (OTA, OIZUMI)
    one = after(two, Understanding("find_contact", (OIZUMI,)))
    assert one.listed == (OTA, OIZUMI)
    assert one.places == (OIZUMI,)


def test_after_an_offer_the_nearest_are_known() -> None:
    context = after(Context(), Understanding("find_class", (NAGOYA,)), (KOMAKI, TOYOTA))
    assert context.nearest == (KOMAKI, TOYOTA)
    assert resolve(said("find_contact", concepts="nearest phone"), context) == ("find_contact", (KOMAKI,))


@pytest.mark.parametrize("intent", ["out_of_scope", "thanks", "about"])
def test_small_talk_and_other_questions_leave_the_context(intent: str) -> None:
    context = after(IN_UEDA, Understanding(intent, language="pt"))
    assert context == Context("pt", "find_contact", places=(UEDA,), recent=(UEDA,))


def test_the_open_dialogues_come_out_right() -> None:
    judged = judge_dialogues(matcher(), dialogues(OPEN), Offers())
    assert len(judged) > 400
    assert sum(one.verdict.exact for one in judged) / len(judged) >= 0.95

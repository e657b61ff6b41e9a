"""What carries over from one message to the next, and what does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from intents.carry import Said, after, resolve, topics
from intents.model import Context, Place, Understanding
from tests.accuracy import Offers, judge_dialogues
from tests.labelled import dialogues
from tests.test_intents import matcher

OPEN = Path(__file__).resolve().parent / "utterances" / "open"

OTA, OITA, OIZUMI, UEDA, KOMAKI, TOYOTA = (
    Place("member", name) for name in ("ota", "oita", "oizumi", "ueda", "komaki", "toyota")
)
GUNMA = Place("prefecture", "gunma")
NAGOYA = Place("elsewhere", "nagoya")
IN_UEDA = Context(language="en", intent="find_contact", places=(UEDA,), recent=(UEDA,))


def said(intent: str, *places: Place, concepts: str = "", **others: bool | float | str) -> Said:
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
    found = Understanding(
        "find_class", (KOMAKI,), language="pt", language_sure=True, topics=frozenset({"price"})
    )
    context = after(Context(language="en", places=(UEDA,), recent=(UEDA,)), found)
    assert context == Context("pt", "find_class", frozenset({"price"}), (KOMAKI,), (), (KOMAKI, UEDA), ())


def test_after_several_places_they_are_listed_until_others_are() -> None:
    two = after(Context(), Understanding("find_class", (OTA, OIZUMI)))
    assert two.listed == (OTA, OIZUMI)
    one = after(two, Understanding("find_contact", (OIZUMI,)))
    assert one.listed == (OTA, OIZUMI)
    assert one.places == (OIZUMI,)


def test_after_an_offer_the_nearest_are_known() -> None:
    context = after(Context(), Understanding("find_class", (NAGOYA,)), nearest=(KOMAKI, TOYOTA))
    assert context.listed == (KOMAKI, TOYOTA)
    assert context.nearest == (KOMAKI, TOYOTA)
    assert resolve(said("find_contact", concepts="nearest phone"), context) == ("find_contact", (KOMAKI,))


@pytest.mark.parametrize("intent", ["out_of_scope", "thanks", "about"])
def test_small_talk_and_other_questions_leave_the_context(intent: str) -> None:
    context = after(IN_UEDA, Understanding(intent, language="pt", language_sure=True))
    assert context == Context("pt", "find_contact", places=(UEDA,), recent=(UEDA,))


def test_the_members_of_a_prefecture_are_listed_but_none_is_nearest() -> None:
    context = after(Context(), Understanding("find_class", (GUNMA,)), (OTA, OIZUMI))
    assert (context.listed, context.nearest) == ((OTA, OIZUMI), ())
    assert resolve(said("out_of_scope", concepts="second"), context) == ("find_class", (OIZUMI,))
    assert resolve(said("find_contact", concepts="nearest"), context) == ("find_contact", (GUNMA,))


@pytest.mark.parametrize(("number", "place"), [(1, OTA), (2, OIZUMI)])
def test_a_number_chooses_from_the_list(number: int, place: Place) -> None:
    context = Context(intent="class_details", places=(GUNMA,), listed=(OTA, OIZUMI))
    assert resolve(said("help", number=number), context) == ("class_details", (place,))


def test_a_number_beyond_the_list_chooses_nothing() -> None:
    context = Context(intent="class_details", places=(GUNMA,), listed=(OTA, OIZUMI))
    assert resolve(said("help", number=3), context) == ("help", ())


def test_all_of_three_are_not_only_the_last_two() -> None:
    context = Context(
        intent="find_class", places=(OTA,), listed=(OTA, OIZUMI, UEDA), recent=(OTA, UEDA, OIZUMI)
    )
    found = resolve(said("class_details", concepts="all_of_them both schedule"), context)
    assert found == ("class_details", (OTA, OIZUMI, UEDA))


UNSURE = replace(OTA, sure=False, rivals=(OITA, OIZUMI))


@pytest.mark.parametrize(
    ("answer", "asked", "places"),
    [
        ("yes", (UNSURE,), (OTA,)),
        ("no", (UNSURE,), (OITA,)),
        ("yes", (UNSURE, UEDA), (OTA, UEDA)),
        ("no", (UNSURE, UEDA), (OITA, UEDA)),
        ("no", (replace(UEDA, sure=False),), ()),
    ],
)
def test_yes_takes_the_doubtful_place_and_no_its_rival(
    answer: str, asked: tuple[Place, ...], places: tuple[Place, ...]
) -> None:
    context = after(Context(), Understanding("find_contact", asked))
    assert resolve(said("thanks", answer=answer), context) == ("find_contact", places)


def test_the_readings_of_a_doubtful_place_can_be_counted() -> None:
    context = after(Context(), Understanding("find_class", (UNSURE,)))
    assert resolve(said("help", number=3), context) == ("find_class", (OIZUMI,))


def test_yes_and_no_settle_nothing_where_nothing_is_doubtful() -> None:
    assert resolve(said("thanks", answer="yes"), IN_UEDA) == ("thanks", ())
    settled = after(Context(), Understanding("find_class", (UNSURE,)))
    settled = after(settled, Understanding("find_class", (OITA,)))
    assert resolve(said("help", answer="no"), settled) == ("help", ())


def test_small_talk_leaves_the_doubt() -> None:
    context = after(Context(), Understanding("find_class", (UNSURE,)))
    context = after(context, Understanding("thanks"))
    assert resolve(said("thanks", answer="yes"), context) == ("find_class", (OTA,))


def test_a_message_that_hardly_tells_its_language_keeps_that_of_the_conversation() -> None:
    assert after(IN_UEDA, Understanding("thanks", language="pt")).language == "en"
    assert after(Context(), Understanding("thanks", language="pt")).language == "pt"


def test_the_language_that_was_asked_for_is_spoken_from_then_on() -> None:
    asked = Understanding("change_language", language="en", language_sure=True, target_language="vi")
    assert after(IN_UEDA, asked).language == "vi"


ASKED_PRICE = Context(intent="class_details", topics=frozenset({"price"}), places=(UEDA,))


@pytest.mark.parametrize("words", ["write", "show"])
def test_ready_words_hold_what_was_just_asked_there(words: str) -> None:
    own = frozenset({words})
    wish = said("find_contact", UEDA)
    assert topics(own, wish, ("find_contact", (UEDA,)), ASKED_PRICE) == {words, "price"}
    elsewhere = said("find_contact", KOMAKI)
    assert topics(own, elsewhere, ("find_contact", (KOMAKI,)), ASKED_PRICE) == own


def test_one_kind_of_ready_words_does_not_bring_the_other() -> None:
    context = replace(ASKED_PRICE, intent="find_contact", topics=frozenset({"price", "write"}))
    found = topics(frozenset({"show"}), said("find_contact"), ("find_contact", (UEDA,)), context)
    assert found == {"show", "price"}


def test_another_place_keeps_the_topics_and_another_question_drops_them() -> None:
    swapped = topics(frozenset(), said("find_class", KOMAKI), ("class_details", (KOMAKI,)), ASKED_PRICE)
    assert swapped == {"price"}
    assert topics(frozenset(), said("find_contact"), ("find_contact", (UEDA,)), ASKED_PRICE) == frozenset()


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("en", "yes", "ota"),
        ("en", "Yes please!", "ota"),
        ("en", "nope", "oita"),
        ("pt", "isso mesmo", "ota"),
        ("pt", "não", "oita"),
        ("vi", "dạ đúng rồi ạ", "ota"),
        ("vi", "không phải", "oita"),
        ("vi", "khong", "oita"),
        ("ja", "はい、そうです", "ota"),
        ("ja", "違います", "oita"),
        ("es", "sí", "ota"),
        ("es", "no, gracias", "oita"),
        ("en", "2", "oita"),
    ],
)
def test_how_people_say_yes_and_no(language: str, text: str, place: str) -> None:
    context = after(Context(language=language), Understanding("find_class", (UNSURE,)))
    assert [found.id for found in matcher().understand(text, context).places] == [place]


@pytest.mark.parametrize("text", ["no classes on Sunday?", "yes what time is it", "2 kids"])
def test_what_says_more_than_yes_or_no_is_no_answer(text: str) -> None:
    context = after(Context(language="en"), Understanding("find_class", (UNSURE,)))
    assert OITA not in matcher().understand(text, context).places


def test_the_open_dialogues_come_out_right() -> None:
    judged = judge_dialogues(matcher(), dialogues(OPEN), Offers())
    assert len(judged) > 700
    assert sum(one.verdict.exact for one in judged) / len(judged) >= 0.95

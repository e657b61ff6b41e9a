"""The answers: every fact byte for byte, in each language, on each channel, and what the design promises."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import pytest

from bot.answers import Answers
from bot.channels import console, line_render, telegram_html
from bot.link_health import Failure, LinkHealth
from bot.members import load_members
from bot.model import AskLocation, Copy, Location, Open, Reply, Say
from bot.place_answers import STUDY_SITE, TOPICS
from bot.settings import ROOT
from intents.model import Place, Understanding
from tests.facts import EVERY_MEMBER, LANGUAGES, answers, gazetteer, locales, member, members

NAGOYA = Place("elsewhere", "nagoya", "23100", "Nagoya")
_TABLE = (ROOT / "data/members.tsv").read_text(encoding="utf-8").splitlines()[1:]
_ADDRESS = re.compile(r"https?://\S+|[\w.-]+@[\w.-]+")


def addresses(cells: str) -> set[str]:
    return set(_ADDRESS.findall(cells))


def rows_of(member_id: str) -> list[list[str]]:
    found = members().get(member_id)
    assert found is not None
    names = {"oizumi": "Oura-gun Oizumi-machi"}
    wanted = names.get(member_id, f"{found.name} City")
    return [line.split("\t") for line in _TABLE if line.split("\t")[1] == wanted]


def reply(understood: Understanding, language: str = "en") -> Reply:
    return answers().answer(understood, language).reply


def ask(intent: str, *places: Place, language: str = "en", topics: tuple[str, ...] = ()) -> Reply:
    return reply(Understanding(intent, places, topics=frozenset(topics)), language)


def words(answer: Reply) -> list[str]:
    return [choice.words for choice in answer.choices if isinstance(choice, Say)]


def on_line(answer: Reply) -> str:
    return json.dumps(line_render.render(answer), ensure_ascii=False)


def on_telegram(answer: Reply) -> str:
    return html.unescape("\n".join(message.html for message in telegram_html.render(answer, private=True)))


CHANNELS = {"terminal": console.render, "line": on_line, "telegram": on_telegram}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("member_id", EVERY_MEMBER)
def test_every_address_of_every_row_arrives_byte_for_byte(
    member_id: str, language: str, channel: str
) -> None:
    answer = CHANNELS[channel](ask("find_class", member(member_id), language=language))
    contact = CHANNELS[channel](ask("find_contact", member(member_id), language=language))
    rows = rows_of(member_id)
    assert rows
    for row in rows:
        wanted = addresses(" ".join(row[3:]))
        assert wanted
        for address in wanted:
            assert address in answer
        for address in addresses(" ".join(row[3:5])):
            assert address in contact
        assert row[2] in answer
        assert row[2] in contact


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("member_id", EVERY_MEMBER)
def test_nothing_is_invented(member_id: str, language: str) -> None:
    """Every address in an answer stands in the table: in its own row or in the nearest row with a page."""
    allowed = addresses("\n".join(_TABLE))
    for intent in ("find_class", "find_contact", "class_details"):
        answer = ask(intent, member(member_id), language=language)
        assert addresses(answer.text) <= allowed


def test_the_sample_answer_for_komaki() -> None:
    assert ask("find_class", member("komaki")).text == (
        "Komaki · 小牧市\n\n"
        "Japanese class page:\n"
        "Komaki International Association\n"
        "http://www.komakikia.jp/\n"
        "The page may be in Japanese.\n\n"
        "Who to ask:\n"
        "(1) Multicultural Symbiosis Division, Civic Life Department\n"
        "tabunka@city.komaki.lg.jp\n"
        "http://www.city.komaki.aichi.jp\n\n"
        "(2) Komaki International Association\n"
        "kia@ma.ccnw.ne.jp\n"
        "http://www.komakikia.jp/\n\n"
        "Prices and times are not on my list.\n"
        "To ask in Japanese, type:\n"
        "Komaki price"
    )


def test_an_empty_cell_is_said_to_be_empty_and_the_nearest_page_is_named() -> None:
    assert ask("find_class", member("suzuka"), language="pt").text == (
        "Suzuka · 鈴鹿市\n\n"
        "A lista do Conselho das Cidades não tem página de aulas em Suzuka.\n"
        "Mesmo assim, pode haver aulas. Pergunte aqui:\n\n"
        "Public Consultation Division Regional Development Department\n"
        "shimintaiwa@city.suzuka.lg.jp\n"
        "http://www.city.suzuka.lg.jp/gyosei/kikou/ichiran/index16.html\n\n"
        "Cidade mais próxima com página de aulas:\n"
        "Komaki · 小牧市\n"
        "A cerca de 54 km em linha reta\n"
        "http://www.komakikia.jp/"
    )


def test_organisations_stand_with_their_pages() -> None:
    text = ask("find_class", member("ueda"), language="vi").text
    assert (
        "Association for Multicultural community building of Ueda (AMU)\nhttps://uedatabunka.com/\n" in text
    )


def test_a_prefecture_offers_its_members_and_one_alone_is_answered() -> None:
    gunma = ask("find_class", Place("prefecture", "gunma", "10"))
    assert words(gunma)[:3] == ["Ota", "Isesaki", "Oizumi"]
    assert not gunma.cards
    mie = ask("find_class", Place("prefecture", "mie", "24"))
    assert [card.id for card in mie.cards] == ["suzuka"]


def test_elsewhere_names_the_nearest_members_and_the_study_site() -> None:
    answer = answers().answer(Understanding("find_class", (NAGOYA,)), "en")
    assert answer.reply.text.startswith("Nagoya · 名古屋市 is not on my list.")
    assert "Komaki, about 12 km\nToyota, about 25 km" in answer.reply.text
    assert STUDY_SITE in answer.reply.text
    assert [place.id for place in answer.nearest] == ["komaki", "toyota", "suzuka"]
    assert words(answer.reply)[:3] == ["Komaki", "Toyota", "Suzuka"]


@pytest.mark.parametrize("text", ["Xyzcity", "<b>Paris</b> & *co*", "a" * 500, "", "🇫🇷"])
def test_an_unknown_place_is_quoted_as_text(text: str) -> None:
    answer = ask("find_class", Place("unknown", "", text=text))
    assert text[:30] in answer.text
    assert len(answer.text) < 400
    assert "<b>Paris" not in "".join(m.html for m in telegram_html.render(answer, private=True))


def test_near_spellings_are_offered() -> None:
    assert words(ask("find_class", Place("unknown", "", text="Hamamasho")))[0] == "Hamamatsu"


def test_no_place_asks_which_with_a_location_button() -> None:
    answer = ask("find_class")
    assert len(words(answer)) == 12
    assert isinstance(answer.choices[-1], AskLocation)
    assert answer.text == "Which city or town in Japan? Choose, type a name, or send your location."


def test_several_places_get_a_card_each() -> None:
    assert [card.id for card in ask("find_class", member("ota"), member("oizumi")).cards] == ["ota", "oizumi"]
    mixed = ask("find_class", member("ota"), NAGOYA)
    assert [card.id for card in mixed.cards] == ["ota"]
    assert "Nagoya · 名古屋市 is not on my list." in mixed.text


def test_a_doubtful_place_is_asked_back() -> None:
    doubtful = Place("member", "ota", "10205", "Otta", sure=False, rivals=(member("oita"),))
    answer = ask("find_class", doubtful)
    assert not answer.cards
    assert words(answer)[:2] == ["Ota", "Oita"]
    alone = ask("find_class", Place("member", "ota", "10205", "Otta", sure=False))
    assert alone.text == "Did you mean Ota · 太田市?"


def test_contacts_say_what_is_lacking() -> None:
    assert "My list has no phone numbers." in ask("find_contact", member("komaki")).text


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_details_come_with_the_question_in_japanese(topic: str, language: str) -> None:
    answer = ask("class_details", member("komaki"), language=language, topics=(topic,))
    question = locales().phrases(f"question.{topic}.text")
    assert question in answer.text
    assert any(isinstance(a, Copy) and a.text == question for a in answer.cards[0].actions)
    assert "tabunka@city.komaki.lg.jp" in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_email_is_ready_to_copy(language: str) -> None:
    answer = ask("find_contact", member("toyota"), language=language, topics=("write", "price"))
    body = next(a.text for a in answer.cards[0].actions if isinstance(a, Copy) and "\n" in a.text)
    assert body in answer.text
    assert "豊田市で日本語を勉強したいと思っています。" in body
    assert "お金はいくらかかりますか。" in body
    assert "kokusai@city.toyota.aichi.jp" in answer.text


def test_the_counter_sentence_has_reading_and_meaning() -> None:
    answer = ask("class_details", member("toyota"), topics=("show",)).text
    assert "日本語を勉強したいです。日本語教室について教えてください。" in answer
    assert "にほんごを べんきょうしたいです。" in answer
    assert "I want to study Japanese." in answer


def test_the_list_shows_all_members_by_prefecture() -> None:
    text = ask("list_places").text
    assert "Gunma Prefecture: Ota, Isesaki, Oizumi" in text
    assert all(found.name in text for found in members().all)


def test_a_change_of_language_is_confirmed_in_the_new_language() -> None:
    answer = reply(Understanding("change_language", target_language="pt"))
    assert answer.language == "pt"
    assert answer.menu
    assert answer.text.startswith("Pronto, a partir de agora respondo em português.")
    lacking = reply(Understanding("change_language", target_language="ne"))
    assert lacking.language == "en"
    assert words(lacking) == [locale.name for locale in locales().by_code.values()]


def test_out_of_scope_is_kind_and_names_the_office_of_a_member() -> None:
    assert "Japanese class in Komaki" in ask("out_of_scope").text
    answer = reply(Understanding("out_of_scope", mentioned=(member("soja"),)))
    assert "jinken-machi@city.soja.okayama.jp" in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", ["greet", "thanks", "goodbye", "help", "about"])
def test_small_talk_is_short_and_filled(intent: str, language: str) -> None:
    text = ask(intent, language=language).text
    assert text
    assert "{" not in text
    assert len(text) < 700


def test_about_names_the_publisher_and_how_to_erase() -> None:
    text = ask("about").text
    assert "Council for Cities of Non-Japanese Residents (外国人集住都市会議)" in text
    assert locales().get("en")("words.forget") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_about_owns_up_to_texts_that_are_kept(language: str) -> None:
    keeping = Answers(members(), gazetteer(), locales(), keeps_texts=True)
    text = keeping.answer(Understanding("about"), language).reply.text
    assert "30" in text
    assert "30" not in ask("about", language=language).text


def test_a_location_inside_a_member_beside_it_and_abroad() -> None:
    def at(lat: float, lon: float) -> str:
        return answers().at(Location(lat, lon), Understanding("find_class"), "en").reply.text

    assert at(34.7108, 137.7267).startswith("You are in Hamamatsu · 浜松市.")
    assert at(36.3006, 139.3408).startswith("You are in Ota · 太田市.")
    assert "Komaki, about" in at(35.1709, 136.8815)
    assert at(-23.55, -46.63).startswith("That place is not in Japan.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("member_id", EVERY_MEMBER)
def test_every_button_fits_its_platform(member_id: str, language: str) -> None:
    """At most 64 bytes of words (Telegram's callback data), only web pages as links."""
    for intent, topics in [("find_class", ()), ("find_contact", ()), ("class_details", ("price",))]:
        answer = ask(intent, member(member_id), language=language, topics=topics)
        for action in (*answer.choices, *(a for card in answer.cards for a in card.actions)):
            if isinstance(action, Say):
                assert 0 < len(action.words.encode()) <= 64
            if isinstance(action, Open):
                assert action.url.startswith(("http://", "https://"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_no_longer_answers_is_marked_and_never_dropped(language: str) -> None:
    url = "https://uedatabunka.com/"
    gone = LinkHealth({url: Failure(3, "2026-11-01", "2026-11-20", "404")})
    marked = Answers(load_members(ROOT / "data", gone), gazetteer(), locales())
    text = marked.answer(Understanding("find_class", (member("ueda"),)), language).reply.text
    lines = text.splitlines()
    assert re.search(r"2026.*11.*20|20.*11.*2026", lines[lines.index(url) + 1])
    assert text != ask("find_class", member("ueda"), language=language).text
    once = Answers(
        load_members(ROOT / "data", LinkHealth({url: replace(gone.failures[url], count=1)})),
        gazetteer(),
        locales(),
    )
    assert (
        once.answer(Understanding("find_class", (member("ueda"),)), language).reply.text
        == ask("find_class", member("ueda"), language=language).text
    )


def test_the_same_answer_is_the_same_object_so_that_it_is_rendered_once() -> None:
    mine = answers()
    for understood in (
        Understanding("find_class", (Place("member", "komaki", "23219", "Komaki"),), score=0.9),
        Understanding("find_class", (Place("elsewhere", "nagoya", "23100", "Nagoya"),)),
        Understanding("find_contact"),
        Understanding("greet"),
        Understanding("out_of_scope"),
        Understanding("list_places"),
    ):
        reply = mine.answer(understood, "pt").reply
        assert mine.answer(replace(understood, score=0.8), "pt").reply is reply
        assert mine.answer(understood, "vi").reply is not reply

"""The matcher on whole messages: intents, topics, languages named, explanations, its own examples."""

from __future__ import annotations

import shutil
import time
from functools import cache
from pathlib import Path

import pytest

import intents
from intents import Matcher, model_file, phrases
from intents.matcher import load
from intents.model import ABOUT_CLASSES
from intents.phrases import BadPhrases

ROOT = Path(__file__).resolve().parent.parent
INTENTS_DIR = ROOT / "intents"
#: Stands for {place} in example sentences.
SOMEWHERE = "Komaki"


@cache
def matcher() -> Matcher:
    return load(INTENTS_DIR, ROOT / "data")


@cache
def language_files() -> dict[str, phrases.Phrases]:
    return phrases.load(INTENTS_DIR)


def examples() -> list[tuple[str, str, str]]:
    return [
        (language, intent, sentence)
        for language, own in language_files().items()
        for intent, sentences in own.examples.items()
        for sentence in sentences
    ]


@pytest.mark.parametrize("language", language_files())
def test_every_example_wins_its_own_intent(language: str) -> None:
    lost = [
        (sentence, found.intent)
        for spoken, intent, sentence in examples()
        if spoken == language
        and (found := matcher().understand(sentence.replace("{place}", SOMEWHERE))).intent != intent
    ]
    assert lost == []


def test_no_sentence_is_an_example_of_two_intents() -> None:
    intents_of: dict[str, set[str]] = {}
    for _, intent, sentence in examples():
        intents_of.setdefault(sentence.casefold().strip(" ?!."), set()).add(intent)
    assert {sentence for sentence, found in intents_of.items() if len(found) > 1} == set()


@pytest.mark.parametrize(("language", "least"), [("en", 80), ("pt", 80), ("vi", 80), ("ja", 60), ("es", 60)])
def test_each_language_has_enough_examples(language: str, least: int) -> None:
    assert sum(map(len, language_files()[language].examples.values())) >= least


@pytest.mark.parametrize(
    ("text", "intent", "topics"),
    [
        ("write to Komaki", "find_contact", {"write"}),
        ("escrever para Komaki", "find_contact", {"write"}),
        ("viết cho Komaki", "find_contact", {"write"}),
        ("show at the counter in Komaki", "class_details", {"show"}),
        ("mostrar no balcão em Komaki", "class_details", {"show"}),
        ("câu cho nhân viên ở Komaki xem", "class_details", {"show"}),
        ("Komaki price", "class_details", {"price"}),
        ("preço Komaki", "class_details", {"price"}),
        ("học phí Komaki", "class_details", {"price"}),
        ("contact Komaki", "find_contact", set()),
        ("contato Komaki", "find_contact", set()),
        ("liên hệ Komaki", "find_contact", set()),
        ("cities", "list_places", set()),
        ("cidades", "list_places", set()),
        ("thành phố", "list_places", set()),
        ("phone number of Komaki city hall", "find_contact", {"phone"}),
        (
            "Is there someone to look after my kids during the lesson in Komaki?",
            "class_details",
            {"childcare"},
        ),
        ("what time does the class in Komaki start", "class_details", {"schedule"}),
    ],
)
def test_words_of_buttons_and_topics(text: str, intent: str, topics: set[str]) -> None:
    found = matcher().understand(text)
    assert (found.intent, set(found.topics)) == (intent, topics)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Português", "pt"),
        ("tiếng Bồ", "pt"),
        ("日本語", "ja"),
        ("中文", "zh"),
        ("Tiếng Việt", "vi"),
        ("English please", "en"),
        ("pode responder em inglês?", "en"),
        ("can you answer in Tagalog?", "tl"),
        ("ベトナム語にしてください", "vi"),
        ("change language", ""),
    ],
)
def test_change_of_language(text: str, code: str) -> None:
    found = matcher().understand(text)
    assert (found.intent, found.target_language) == ("change_language", code)


@pytest.mark.parametrize(
    "text",
    [
        "Where can I study English in Komaki?",
        "Onde posso estudar inglês em Komaki?",
        "Học tiếng Anh ở Komaki chỗ nào?",
        "I teach Japanese in Komaki, do you know anyone who needs lessons?",
        "Is there a nice ramen shop in Komaki?",
    ],
)
def test_a_question_beyond_the_classes_has_no_place_but_mentions_it(text: str) -> None:
    found = matcher().understand(text)
    assert found.intent == "out_of_scope"
    assert found.places == ()
    assert [place.id for place in found.mentioned] == ["komaki"]


@pytest.mark.parametrize(
    "text", ["", "   ", "\u200b", "👍👍", "?!", "12345", "a" * 10_000, "<b>&</b>", "\x00P\x00"]
)
def test_odd_messages_are_understood_somehow(text: str) -> None:
    found = matcher().understand(text)
    assert found.intent in intents.model.INTENTS
    assert 0 <= found.score <= 1


def test_a_typed_sign_is_no_place() -> None:
    assert matcher().understand("P").places == ()


@pytest.mark.parametrize("text", ["Toyota", "浜松市", "Hamamatsu?", "ueda"])
def test_a_bare_place_asks_for_classes_in_no_language(text: str) -> None:
    found = matcher().understand(text)
    assert (found.intent, found.language, len(found.places)) == ("find_class", "", 1)


def test_a_typo_is_forgiven_and_accents_are_respected() -> None:
    assert matcher().understand("japanese lesosns in komaki").intent == "find_class"
    assert "teach (dạy)" in matcher().explain("cô dạy tiếng Nhật")
    assert "teach (day)" in matcher().explain("cô day tiếng Nhật")
    assert "teach (dạy)" not in matcher().explain("cô dầy tiếng Nhật")


def test_an_explanation_names_text_places_concepts_and_scores() -> None:
    lines = matcher().explain("Quanto custa a aula em Komaki?").splitlines()
    start = [line.partition(":")[0] for line in lines]
    assert start[:6] == ["text", "language", "places", "concepts", "rule", "scores"]
    assert "member:komaki (asked)" in lines[2]
    assert "price" in lines[3]
    assert lines[-1] == "understood: class_details member:komaki"


def test_a_new_word_acts_at_the_next_start(tmp_path: Path) -> None:
    folder = tmp_path / "intents"
    shutil.copytree(INTENTS_DIR, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    assert "price (zlotki)" not in matcher().explain("zlotki")
    english = folder / "en.yaml"
    text = english.read_text(encoding="utf-8").replace(
        "  price:\n    [\n", "  price:\n    [\n    zlotki,\n", 1
    )
    english.write_text(text, encoding="utf-8")
    assert "price (zlotki)" in load(folder, ROOT / "data").explain("zlotki")
    assert not model_file.is_stale(folder, phrases.load(folder))


def test_a_new_example_makes_the_model_stale(tmp_path: Path) -> None:
    folder = tmp_path / "intents"
    shutil.copytree(INTENTS_DIR, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    assert not model_file.is_stale(folder, phrases.load(folder))
    english = folder / "en.yaml"
    english.write_text(
        english.read_text(encoding="utf-8").replace(
            "examples:\n  find_class:\n", "examples:\n  find_class:\n    - ahoy\n", 1
        ),
        encoding="utf-8",
    )
    assert model_file.is_stale(folder, phrases.load(folder))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("concepts: [a]\n", "concepts: must map names to lists"),
        ("concepts: {learn: [no]}\n", "concepts.learn: False needs quotes"),
        ("examples: {nonsense: [hi]}\n", "examples.nonsense: no such intent"),
        ("borrows: [xx]\n", "borrows: there is no xx.yaml"),
        ("- a\n", "must be a mapping"),
        ("a: [\n", "en.yaml"),
    ],
)
def test_a_bad_language_file_is_named(tmp_path: Path, content: str, complaint: str) -> None:
    (tmp_path / "en.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(BadPhrases, match=complaint):
        phrases.load(tmp_path)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(model_file.BadModel, match=r"model\.npz"):
        model_file.load(tmp_path)


def test_a_doubtful_message_has_a_low_score() -> None:
    sure = matcher().understand("Where can I learn Japanese in Komaki?").score
    doubtful = matcher().understand("yellow and then some").score
    assert sure > 0.9
    assert doubtful < sure


def test_cost_of_long_messages() -> None:
    text = "Where can I learn Japanese in Komaki? " * 110
    matcher().understand(text)
    started = time.perf_counter()
    found = matcher().understand(text)
    assert time.perf_counter() - started < 0.1
    assert found.intent in ABOUT_CLASSES

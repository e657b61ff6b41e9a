"""The language of a message: short, accentless, mixed, typed with sleeping input methods."""

from __future__ import annotations

import subprocess
import sys
import unicodedata

import pytest

from intents.keystrokes import meant_letters, without_keystrokes
from intents.model import Context
from tests.test_intents import ROOT, matcher


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where can I learn Japanese", "en"),
        ("thx", "en"),
        ("hi", "en"),
        ("onde tem aula", "pt"),
        ("obg", "pt"),
        ("tem curso de japones em Soja", "pt"),
        ("e o telefone deles?", "pt"),
        ("oi", "pt"),
        ("muon hoc tieng nhat o dau", "vi"),
        ("học tiếng Nhật ở đâu", "vi"),
        ("cam on", "vi"),
        ("sdt", "vi"),
        ("日本語を勉強したい", "ja"),
        ("nihongo wo benkyou shitai desu, doko desu ka", "ja"),
        ("¿dónde hay clases?", "es"),
        ("donde puedo estudiar", "es"),
        ("gracias, muy amable", "es"),
        ("lớp 日本語 ở 浜松市 có không", "vi"),
        ("where is 日本語教室 in 小牧市", "en"),
    ],
)
def test_the_language_of_short_messages(text: str, language: str) -> None:
    assert matcher().understand(text).language == language


@pytest.mark.parametrize(
    ("portuguese", "spanish"),
    [
        ("quero aprender japonês", "quiero aprender japonés"),
        ("tem aula de noite?", "¿hay clase de noche?"),
        ("muito obrigado", "muchas gracias"),
        ("moro em Komaki", "vivo en Komaki"),
        ("quais cidades", "qué ciudades"),
    ],
)
def test_portuguese_and_spanish_are_told_apart(portuguese: str, spanish: str) -> None:
    assert matcher().understand(portuguese).language == "pt"
    assert matcher().understand(spanish).language == "es"


@pytest.mark.parametrize("text", ["Hamamatsu", "浜松市", "👍", "42", "Toyota, Toyohashi?"])
def test_names_and_signs_tell_no_language(text: str) -> None:
    found = matcher().understand(text)
    assert found.language == ""
    assert not found.language_sure


def test_decomposed_letters_are_the_same_message() -> None:
    text = "Học tiếng Nhật ở Hamamatsu thì học ở đâu?"
    assert matcher().understand(unicodedata.normalize("NFD", text)) == matcher().understand(text)


def test_capitals_and_wide_letters_are_the_same_message() -> None:
    plain = matcher().understand("japanese class in hamamatsu")
    assert matcher().understand("ｊａｐａｎｅｓｅ ｃｌａｓｓ ｉｎ ｈａｍａｍａｔｓｕ") == plain
    shouted = matcher().understand("JAPANESE CLASS IN HAMAMATSU")
    assert (shouted.intent, shouted.language) == (plain.intent, "en")


def test_a_doubtful_word_stays_in_the_language_of_the_conversation() -> None:
    found = matcher().understand("ok", Context(language="vi"))
    assert found.language == "vi"
    assert not found.language_sure or matcher().understand("ok").language == "vi"


def test_a_clear_message_leaves_the_language_of_the_conversation() -> None:
    found = matcher().understand("as aulas são de graça? quero saber o preço", Context(language="en"))
    assert (found.language, found.language_sure) == ("pt", True)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tie61ng", "tieng"),
        ("tieengs", "tieng"),
        ("nhaatj", "nhat"),
        ("hocj", "hoc"),
        ("ddaau", "dau"),
        ("hoc", "hoc"),
        ("n3", "n3"),
        ("2026", "2026"),
    ],
)
def test_keystrokes_of_vietnamese_are_undone(typed: str, meant: str) -> None:
    assert without_keystrokes(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cos lowps tieengs nhaatj owr Toyota khoong aj", "co lơp tiêng nhât ơ Toyota không aj"),
        ("o73 tinh3 Mie day5 tie6ng1 nha6t5 n3", "ơ tinh Mie day tiêng nhât n3"),
        ("I keep two rooms in Ota", "I keep two rooms in Ota"),
        ("towns??", "towns??"),
        ("JLPT N3 2026 in Soja", "JLPT N3 2026 in Soja"),
    ],
)
def test_messages_are_read_with_the_letters_that_were_meant(typed: str, meant: str) -> None:
    assert meant_letters(typed) == meant


@pytest.mark.parametrize("text", ["hocj tieengs nhaatj owr Komaki", "ho5c tie61ng nha65t o73 Komaki"])
def test_vietnamese_keystrokes_ask_for_classes(text: str) -> None:
    found = matcher().understand(text)
    assert (found.intent, found.language) == ("find_class", "vi")


#: Prints how likely language and intent of some messages are, to the last digit.
_GUESSES = """
from pathlib import Path
from intents import model_file
from intents.language import telling_words
from intents.matcher import Weights, load
guesser = Weights.of(model_file.load(Path("intents"))).guesser
matcher = load(Path("intents"), Path("data"))
for text in ("onde posso aprender", "where can I learn it", "muon hoc tieng o dau", "慣れる教室", "does it cost a lot"):
    print(guesser.guess(telling_words(text)).probability, matcher.understand(text).score)
"""


def test_language_and_intent_are_as_likely_in_every_process() -> None:
    printed = {
        subprocess.run(
            [sys.executable, "-c", _GUESSES],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1

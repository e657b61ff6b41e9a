"""Understands a message: text and context in, Understanding out. Ties the parts of this package together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from intents import model_file, phrases
from intents.carry import Said, resolve, topics
from intents.classifier import Classifier
from intents.concepts import Hit, Lexicon
from intents.gazetteer import Gazetteer
from intents.language import Guess, LanguageGuesser, telling_words
from intents.model import Context, Place, Understanding
from intents.names import LanguageNames
from intents.places import Findings, PlaceFinder
from intents.places import parse as parse_places
from intents.reading import LONGEST, Reading, read
from intents.relations import demote_means
from intents.replies import Replies, YesNo, number_of
from intents.smalltalk import plain_intent
from intents.sources import lexicon_of, masked_spans
from intents.text import as_meant
from intents.topics import topics_of
from intents.word_sums import Floats

#: A message of so few words may continue the last question.
_SHORT = 8

#: The language of so few words follows from the word lists rather than from their letters.
_FEW = 3

#: Texts of up to so many letters come again and again: buttons, greetings, bare names of cities. So many of them
#: are remembered.
_BRIEF, _REMEMBERED = 32, 512

#: So much less a message counts as beyond the classes while they are being talked about.
TRUST = 0.1


class _Seen(NamedTuple):
    """All that was found in one message, before its conversation is looked at."""

    reading: Reading
    findings: Findings
    guess: Guess
    hits: Sequence[Hit]
    plain: str
    answer: YesNo
    scores: Floats


class Matcher:
    """Made once; `understand` keeps no state and may be called from several threads."""

    def __init__(
        self,
        finder: PlaceFinder,
        lexicon: Lexicon,
        guesser: LanguageGuesser,
        classifier: Classifier,
        names: LanguageNames,
        replies: Replies,
    ) -> None:
        self._finder = finder
        self._lexicon = lexicon
        self._guesser = guesser
        self._classifier = classifier
        self._names = names
        self._replies = replies
        self._look_once = lru_cache(maxsize=_REMEMBERED)(self._look)

    @property
    def gazetteer(self) -> Gazetteer:
        """The places of Japan that the finder knows, for whoever answers about them."""
        return self._finder.gazetteer

    def understand(self, text: str, context: Context = Context()) -> Understanding:  # noqa: B008 - frozen
        """What a message asks, in its conversation."""
        look = self._look_once if len(text) <= _BRIEF else self._look
        return self._decide(look(text, context.language), context)

    def _look(self, text: str, expected: str) -> _Seen:
        """What stands in a message; `expected` is the language of its conversation."""
        text = as_meant(text[:LONGEST])
        guess = self._guesser.guess(telling_words(text), expected)
        findings = self._finder.find(text, guess.language)
        spans = masked_spans(findings)
        if spans:
            words = telling_words(text, spans)
            guess = guess if words and guess.sure else self._guesser.guess(words, expected)
        reading = read(text, spans)
        guess = self._settle(guess, reading, expected)
        language = guess.language or expected or self._guesser.languages[0]
        hits = demote_means(self._lexicon.find(reading, language), reading.text)
        plain = plain_intent(reading, hits)
        if not plain and self._names.is_bare(reading):
            plain = "change_language"
        answer = self._replies.yes_or_no(reading, expected or language)
        return _Seen(reading, findings, guess, hits, plain, answer, self._classifier.scores(reading, hits))

    def _settle(self, guess: Guess, reading: Reading, expected: str) -> Guess:
        """The language of a message of few words: one that has them all in its lists. That of the
        conversation if it is such a one, so that "ok" changes nothing.
        """
        if not guess.language or len(reading.words) > _FEW:
            return guess
        if expected and self._lexicon.covers(reading, expected):
            return guess if guess.language == expected else Guess(expected, 0.5)
        if guess.sure and self._lexicon.covers(reading, guess.language):
            return guess
        for language in self._guesser.languages:
            if language != guess.language and self._lexicon.covers(reading, language):
                return guess if self._lexicon.covers(reading, guess.language) else Guess(language, 0.5)
        return guess

    def _decide(self, seen: _Seen, context: Context) -> Understanding:
        own, score = seen.plain, 1.0
        if not own:
            caution = TRUST if context.intent else 0.0
            own, score = self._classifier.best(seen.scores, caution)
        said = Said(
            own,
            seen.findings.places,
            frozenset([hit.concept for hit in seen.hits]),
            seen.findings.correction,
            len(seen.reading.words) <= _SHORT,
            score,
            seen.answer,
            number_of(seen.reading),
            seen.findings.negated,
        )
        intent, places = resolve(said, context)
        return Understanding(
            intent=intent,
            places=places,
            language=seen.guess.language,
            language_sure=seen.guess.sure,
            score=score if intent == own else 1.0,
            topics=topics(topics_of(intent, seen.hits), said, (intent, places), context),
            target_language=self._names.named(seen.reading) if intent == "change_language" else "",
            mentioned=_mentioned(seen.findings),
        )

    def explain(self, text: str, context: Context = Context()) -> str:  # noqa: B008 - frozen
        """Why a message is understood as it is: one fact a line."""
        seen = self._look(text, context.language)
        result = self._decide(seen, context)
        scores = dict(zip(self._classifier.intents, seen.scores.tolist(), strict=True))
        probabilities = self._classifier.probabilities(scores)
        best, rival, *others = sorted(scores, key=scores.__getitem__, reverse=True)
        reasons = self._classifier.reasons(seen.reading, seen.hits, best, rival)
        lines = [
            f"text: {seen.reading.plain}",
            f"language: {seen.guess.language or '-'} {seen.guess.probability:.2f}",
            "places: " + _listed(f"{m.place.kind}:{m.place.id} ({m.role})" for m in seen.findings.mentions),
            "concepts: " + _listed(f"{hit.concept} ({hit.form})" for hit in seen.hits),
            f"rule: {seen.plain or '-'}",
            "scores: " + _listed(f"{name} {probabilities[name]:.2f}" for name in (best, rival, *others[:2])),
            f"for {best}: " + _listed(f"{r.feature} {r.weight:+.2f}" for r in reasons[:8]),
            f"for {rival}: " + _listed(f"{r.feature} {-r.weight:+.2f}" for r in reasons[:-6:-1]),
            f"understood: {result.intent} " + _listed(f"{p.kind}:{p.id}" for p in result.places),
        ]
        return "\n".join(lines)


def _mentioned(findings: Findings) -> tuple[Place, ...]:
    """Every place that is named, each once; people and companies of that name are none."""
    spans = set(masked_spans(findings))
    return tuple(dict.fromkeys(m.place for m in findings.mentions if (m.start, m.end) in spans))


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items) or "-"


class Weights(NamedTuple):
    """What was learnt, ready to weigh messages; the names of its features are forgotten."""

    guesser: LanguageGuesser
    classifier: Classifier
    known_words: frozenset[str]

    @classmethod
    def of(cls, learnt: model_file.Learnt) -> Weights:
        languages, prior = learnt.languages, learnt.language_prior
        guesser = LanguageGuesser(languages, prior, learnt.language_weights, learnt.language_features)
        return cls(guesser, Classifier(learnt), learnt.known_words)


def load(intents_dir: Path, data_dir: Path) -> Matcher:
    """The matcher, ready to use. Raises BadPhrases, BadModel or what the place finder raises."""
    return load_with_phrases(intents_dir, data_dir)[0]


def load_with_phrases(intents_dir: Path, data_dir: Path) -> tuple[Matcher, Mapping[str, phrases.Phrases]]:
    """The same, with the language files that it was made from."""
    # First what takes the most memory while it is read: the rest finds room in what it leaves.
    weights = Weights.of(model_file.load(intents_dir))
    found = phrases.load(intents_dir)
    return assemble(found, weights, finder_of(found, data_dir)), found


def finder_of(found: Mapping[str, phrases.Phrases], data_dir: Path) -> PlaceFinder:
    """The place finder with the words of all languages."""
    words = {
        language: parse_places(language, own.places, f"{language}.yaml") for language, own in found.items()
    }
    return PlaceFinder.load(data_dir, words)


def assemble(found: Mapping[str, phrases.Phrases], weights: Weights, finder: PlaceFinder) -> Matcher:
    """A matcher from parts that are loaded already."""
    lexicon = lexicon_of(found, weights.known_words)
    return Matcher(finder, lexicon, weights.guesser, weights.classifier, LanguageNames(found), Replies(found))

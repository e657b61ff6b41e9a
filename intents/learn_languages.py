"""Learns to tell languages: naive Bayes plus logistic regression, both linear in the same features."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from intents.examples import Example
from intents.language import SHARE, evidence_of, romaji_of, telling_words
from intents.phrases import Phrases
from intents.text import as_meant, normalise

#: A feature must occur in so many messages.
LEAST = 2

#: So many features are kept, those that tell most in most messages.
KEPT = 20_000

#: Added to every count of naive Bayes.
SMOOTHING = 0.1

#: How much the regression counts beside naive Bayes.
WEIGHT = 0.8

#: How often each language is written, for messages of a word or two; the rest share what is left.
USUAL = {"en": 0.26, "pt": 0.25, "vi": 0.25, "ja": 0.18}

#: Concepts whose words are the same in several languages: loans, names, exams.
EVERYBODYS = frozenset(
    {"other_language", "japanese", "level", "email", "web", "phone", "class", "car", "leisure"}
)

Floats = npt.NDArray[np.float32]
Message = tuple[Sequence[str], str]


def language_messages(examples: Iterable[Example], phrases: Mapping[str, Phrases]) -> list[Message]:
    """Words and language of all examples, and of every telling word and every phrase that only one
    language has."""
    messages: list[Message] = [
        (telling_words(as_meant(example.text.replace("{place}", " "))), example.language)
        for example in examples
        if example.language
    ]
    owners: dict[str, set[str]] = {}
    for own in phrases.values():
        messages += [(telling_words(normalise(word)), own.language) for word in own.telling]
        for concept, listed in own.concepts.items():
            if concept not in EVERYBODYS:
                for phrase in listed:
                    owners.setdefault(phrase, set()).add(own.language)
    messages += [
        (telling_words(normalise(phrase)), next(iter(who))) for phrase, who in owners.items() if len(who) == 1
    ]
    return messages


def learn_languages(
    messages: Sequence[Message], languages: Sequence[str]
) -> tuple[Floats, Floats, list[str]]:
    """Prior, weights and feature names; a column a language."""
    counted = [
        Counter([romaji_of(words), *(f for word in words for f in evidence_of(word))])
        for words, _ in messages
    ]
    targets = np.array([languages.index(language) for _, language in messages])
    frequency = Counter(feature for counts in counted for feature in counts)
    names = sorted(feature for feature, count in frequency.items() if count >= LEAST)
    rows = {name: i for i, name in enumerate(names)}
    starts, columns, values = [0], [], []
    for counts in counted:
        found = [(rows[feature], count) for feature, count in counts.items() if feature in rows]
        columns += [row for row, _ in found]
        values += [count for _, count in found]
        starts.append(len(columns))
    matrix = sparse.csr_matrix((values, columns, starts), shape=(len(messages), len(names)), dtype=float)
    present = (matrix > 0).astype(float)
    counts_of = np.stack([present[targets == i].sum(0).A1 for i in range(len(languages))], axis=1) + SMOOTHING
    bayes = np.log(counts_of / counts_of.sum(0))
    bayes -= bayes.mean(1, keepdims=True)
    regression = LogisticRegression(max_iter=400).fit(matrix, targets)
    rest = (1 - sum(USUAL.values())) / max(1, sum(language not in USUAL for language in languages))
    prior = np.log([USUAL.get(language, rest) for language in languages]) + WEIGHT * regression.intercept_
    weights = SHARE * bayes + WEIGHT * regression.coef_.T
    kept = np.sort(np.argsort(-np.ptp(weights, axis=1) * np.sqrt(present.sum(0).A1))[:KEPT])
    return prior.astype(np.float32), weights[kept].astype(np.float32), [names[row] for row in kept]

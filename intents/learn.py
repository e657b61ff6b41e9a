"""Learns the weights: `python -m intents.learn`, about a minute, needs scikit-learn.

Reads the example sentences of intents/*.yaml and the labelled messages of tests/utterances/open, and writes
intents/model.npz. Nothing of this is needed when the matcher runs.
"""

from __future__ import annotations

import math
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.svm import LinearSVC

from intents import model_file
from intents.concepts import Hit, Lexicon
from intents.examples import Example, from_messages, from_phrases
from intents.features import BLOCKS, distinct_words, features, letters_of
from intents.learn_languages import language_messages, learn_languages
from intents.matcher import finder_of
from intents.model import INTENTS
from intents.model_file import Block, Learnt
from intents.phrases import Phrases
from intents.phrases import load as load_phrases
from intents.places import PlaceFinder
from intents.reading import Reading, Span, read
from intents.relations import demote_means
from intents.sources import lexicon_of, masked_spans
from intents.text import as_meant

ROOT = Path(__file__).resolve().parent.parent
MESSAGES = ROOT / "tests" / "utterances" / "open"

#: An example sentence of a language file counts as so many messages, so that its words are known and it acts.
TIMES = 3

#: A feature must occur in so many examples.
LEAST = 3

#: So many features of each block are kept, the weightiest.
KEPT = {"letters": 34_000, "words": 17_000, "frames": 29_000, "concepts": 12_000}

#: How much the classifier may bend to single examples.
PENALTY = 0.4
SCALED_PENALTY = 0.5

#: Added to every count of a feature's use.
SMOOTHING = 0.1

#: Added to the score of out_of_scope: to answer a question that is none about classes is the worse mistake.
CAUTION = 0.15

#: How sharply scores become probabilities; measured by cross-validation so that they are true frequencies.
SHARPNESS = 3.8

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An example with all its features, counted."""

    example: Example
    features: Mapping[str, Mapping[str, int]]


def prepare(examples: Sequence[Example], lexicon: Lexicon, finder: PlaceFinder) -> list[Prepared]:
    """Reads each example as the matcher would."""
    prepared = []
    for example in examples:
        reading = _read(example, finder)
        hits = demote_means(lexicon.find(reading, example.language or "en"), reading.text)
        prepared.append(_count(example, reading, hits))
    return prepared


def _read(example: Example, finder: PlaceFinder) -> Reading:
    text = as_meant(example.text)
    if "{place}" in text:
        start = text.index("{place}")
        return read(text, [Span(start, start + len("{place}"))])
    return read(text, masked_spans(finder.find(text, example.language)))


def _count(example: Example, reading: Reading, hits: Sequence[Hit]) -> Prepared:
    letters = Counter(gram for word in distinct_words(reading) for gram in letters_of(word))
    counted: dict[str, Mapping[str, int]] = {"letters": letters}
    counted |= {name: dict.fromkeys(found, 1) for name, found in features(reading, hits).items()}
    return Prepared(example, counted)


def known_words(examples: Sequence[Example]) -> frozenset[str]:
    """The words that several examples use, so that none of them is taken for a typo."""
    counts = Counter(
        word for example in examples for word in {word.plain for word in read(as_meant(example.text)).words}
    )
    return frozenset(word for word, count in counts.items() if count >= LEAST)


def fit(prepared: Sequence[Prepared]) -> tuple[dict[str, Block], Floats]:
    """The blocks with their weights, and the bias of each intent."""
    blocks, parts = {}, []
    for name in BLOCKS:
        counts = Counter(feature for one in prepared for feature in one.features[name])
        rows = {feature: i for i, feature in enumerate(sorted(f for f, n in counts.items() if n >= LEAST))}
        rarity = np.array([math.log((1 + len(prepared)) / (1 + counts[feature])) + 1 for feature in rows])
        blocks[name] = (rows, rarity)
        parts.append(_matrix(name, prepared, rows, rarity))
    right = np.array([[intent in one.example.intents for intent in INTENTS] for one in prepared])
    weights, bias = _weigh(sparse.hstack(parts).tocsr(), right)
    result, start = {}, 0
    for name, (rows, rarity) in blocks.items():
        own = weights[start : start + len(rows)]
        start += len(rows)
        result[name] = _prune(rows, rarity, own, KEPT[name])
    return result, bias


def _matrix(
    name: str, prepared: Sequence[Prepared], rows: Mapping[str, int], rarity: Floats
) -> sparse.csr_matrix:
    """One block as a sparse matrix whose rows have length one (for letters: word by word, as at run time)."""
    starts, columns, values = [0], [], []
    for one in prepared:
        found = [(rows[feature], count) for feature, count in one.features[name].items() if feature in rows]
        square = sum(count * rarity[row] ** 2 for row, count in found)
        length = math.sqrt(square) or 1.0
        columns += [row for row, _ in found]
        values += [count * rarity[row] / length for row, count in found]
        starts.append(len(columns))
    return sparse.csr_matrix((values, columns, starts), shape=(len(prepared), len(rows)))


def _weigh(matrix: sparse.csr_matrix, right: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """One classifier an intent: whether it is a right one, which several may be. Each is the mean of two linear
    ones, which is better than either: a plain one, and one whose features are scaled by how unevenly the intent
    and the others use them (Wang & Manning 2012). `right` has a row an example and a column an intent.
    """

    def weigh(own: npt.NDArray[np.bool_]) -> tuple[Floats, float]:
        balance = np.where(own, len(own) / own.sum(), len(own) / (~own).sum()) / 2
        plain = LinearSVC(C=PENALTY, max_iter=4000).fit(matrix, own, sample_weight=balance)
        used = matrix[own].sum(0).A1 + SMOOTHING
        others = matrix[~own].sum(0).A1 + SMOOTHING
        uneven = np.abs(np.clip(np.log(used / used.sum() * others.sum() / others), -3, 3)) / 2
        scaled = LinearSVC(C=SCALED_PENALTY, max_iter=4000)
        scaled.fit(matrix @ sparse.diags(uneven), own, sample_weight=balance)
        weights = (plain.coef_[0] + scaled.coef_[0] * uneven) / 2
        return weights, float(plain.intercept_[0] + scaled.intercept_[0]) / 2

    with ThreadPoolExecutor() as pool:
        weights, bias = zip(*pool.map(weigh, right.T), strict=True)
    caution = np.where(np.array(INTENTS) == "out_of_scope", CAUTION, 0.0)
    return np.array(weights).T, np.array(bias) + caution


def _prune(rows: Mapping[str, int], rarity: Floats, weights: Floats, kept: int) -> Block:
    """The weightiest features of a block."""
    weight = np.abs(weights - weights.mean(1, keepdims=True)).max(1) * rarity
    order = np.sort(np.argsort(-weight)[:kept])
    names = list(rows)
    return Block(
        [names[old] for old in order],
        rarity[order].astype(np.float32),
        weights[order].astype(np.float32),
    )


def learn(messages: Sequence[Example], phrases: Mapping[str, Phrases], finder: PlaceFinder) -> Learnt:
    """Everything the matcher needs, from the example sentences of the language files and labelled messages."""
    examples = [*from_phrases(phrases) * TIMES, *messages]
    with ProcessPoolExecutor(1) as pool:
        languages = pool.submit(learn_languages, language_messages(examples, phrases), tuple(phrases))
        known = known_words(examples)
        prepared = prepare(examples, lexicon_of(phrases, known), finder)
        blocks, bias = fit(prepared)
        prior, weights, names = languages.result()
    return Learnt(
        intents=INTENTS,
        blocks=blocks,
        bias=bias.astype(np.float32),
        sharpness=SHARPNESS,
        known_words=known,
        languages=tuple(phrases),
        language_prior=prior,
        language_weights=weights,
        language_features=names,
        fingerprint=model_file.fingerprint(phrases),
    )


def main() -> int:
    started = time.perf_counter()
    folder = ROOT / "intents"
    phrases = load_phrases(folder)
    messages = from_messages(MESSAGES, phrases)
    model_file.save(folder, learn(messages, phrases, finder_of(phrases, ROOT / "data")))
    size = (folder / model_file.FILE).stat().st_size // 1024
    print(f"{len(messages)} messages, {time.perf_counter() - started:.1f} s, {size} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())

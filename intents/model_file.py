"""Keeps what was learnt in one small file, with a fingerprint of what it was learnt from.

Does the reading, writing and comparing; learning itself is in learn.py.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from intents.features import BLOCKS
from intents.phrases import Phrases

FILE = "model.npz"

Floats = npt.NDArray[np.float32]
Arrays = Mapping[str, npt.NDArray[Any]]


class BadModel(ValueError):
    """A model file that is missing or cannot be read."""


@dataclass(frozen=True, slots=True)
class Block:
    """The features of one block, their rarity, and their weights: a row a feature, a column an intent."""

    features: Sequence[str]
    rarity: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class Learnt:
    """Everything that learn.py finds out and the matcher needs."""

    intents: tuple[str, ...]
    blocks: Mapping[str, Block]
    bias: Floats
    sharpness: float
    known_words: frozenset[str]
    languages: tuple[str, ...]
    language_prior: Floats
    language_weights: Floats
    language_features: Sequence[str]
    fingerprint: str


def fingerprint(phrases: Mapping[str, Phrases]) -> str:
    """A hash of all example sentences and telling words; concept words act without learning anew."""
    digest = hashlib.sha256()
    for language in sorted(phrases):
        digest.update("\n".join([language, *sorted(phrases[language].telling), ""]).encode())
        for intent, sentences in sorted(phrases[language].examples.items()):
            digest.update("\n".join([language, intent, *sorted(sentences), ""]).encode())
    return digest.hexdigest()


def is_stale(intents_dir: Path, phrases: Mapping[str, Phrases]) -> bool:
    """Whether the example sentences have changed since the model was learnt. Raises BadModel."""
    return str(_open(intents_dir)["fingerprint"]) != fingerprint(phrases)


def save(intents_dir: Path, learnt: Learnt) -> None:
    """Writes the file; weights are rounded to a byte each."""
    arrays: dict[str, object] = {
        "intents": _join(learnt.intents),
        "bias": learnt.bias,
        "sharpness": learnt.sharpness,
        "known_words": _join(sorted(learnt.known_words)),
        "languages": _join(learnt.languages),
        "language_prior": learnt.language_prior,
        "language_features": _join(learnt.language_features),
        "fingerprint": learnt.fingerprint,
    }
    arrays["language_weights"], arrays["language_scale"] = _as_bytes(learnt.language_weights)
    for name, block in learnt.blocks.items():
        arrays[f"{name}_features"] = _join(block.features)
        arrays[f"{name}_rarity"] = block.rarity.astype(np.float16)
        arrays[f"{name}_weights"], arrays[f"{name}_scale"] = _as_bytes(block.weights)
    np.savez_compressed(
        intents_dir / FILE, allow_pickle=False, **{k: np.asarray(v) for k, v in arrays.items()}
    )


def load(intents_dir: Path) -> Learnt:
    """Reads the file. Raises BadModel where it is missing or not such a file."""
    file = _open(intents_dir)
    try:
        blocks = {
            name: Block(
                _split(file[f"{name}_features"]),
                file[f"{name}_rarity"].astype(np.float32),
                _as_floats(file[f"{name}_weights"], file[f"{name}_scale"]),
            )
            for name in BLOCKS
        }
        return Learnt(
            intents=_split(file["intents"]),
            blocks=blocks,
            bias=file["bias"],
            sharpness=float(file["sharpness"]),
            known_words=frozenset(_split(file["known_words"])),
            languages=_split(file["languages"]),
            language_prior=file["language_prior"],
            language_weights=_as_floats(file["language_weights"], file["language_scale"]),
            language_features=_split(file["language_features"]),
            fingerprint=str(file["fingerprint"]),
        )
    except KeyError as error:
        raise BadModel(f"{intents_dir / FILE}: {error.args[0]}") from error


def _open(intents_dir: Path) -> Arrays:
    path = intents_dir / FILE
    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(file)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise BadModel(f"{path}: {error}") from error


def _join(names: Iterable[str]) -> str:
    return "\n".join(names)


def _split(array: npt.NDArray[Any]) -> tuple[str, ...]:
    return tuple(str(array).split("\n"))


def _as_bytes(weights: Floats) -> tuple[npt.NDArray[np.int8], float]:
    scale = float(np.abs(weights).max() or 1.0) / 127
    return np.round(weights / scale).astype(np.int8), scale


def _as_floats(weights: npt.NDArray[Any], scale: npt.NDArray[Any]) -> Floats:
    return weights.astype(np.float32) * np.float32(scale)

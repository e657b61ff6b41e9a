"""Checks every file that people edit: says in plain words which line or key is wrong and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TextIO, TypeVar

from bot.check_locales import check_locales
from bot.check_phrases import Progress, check_phrases
from bot.check_places import check_places
from bot.check_table import check_table
from bot.locales import load_locales
from bot.members import Members, load_members
from bot.problems import BadData, Problem
from bot.yamlfile import key_lines
from intents.gazetteer import Gazetteer, read_municipalities

T = TypeVar("T")


#: Stands for {place} in example sentences where the table cannot be read.
_ANY_PLACE = "Tokyo"


def check(
    data_dir: Path, locales_dir: Path, intents_dir: Path, progress: Progress | None = None
) -> list[Problem]:
    """Every problem of the table, the places, the locales and the phrases; in the order of the files."""
    facts, members = check_facts(data_dir)
    words: list[Problem] = []
    locales = _load(lambda: load_locales(locales_dir), words)
    if locales:
        words += [problem for lacking in locales.unfinished.values() for problem in lacking]
        words += check_locales(locales, members)
    example = members.example.name if members else _ANY_PLACE
    phrases = check_phrases(intents_dir, data_dir, example, progress)
    return [*facts, *_located(words, locales_dir), *_located(phrases, intents_dir)]


def check_facts(data_dir: Path, gazetteer_dir: Path | None = None) -> tuple[list[Problem], Members | None]:
    """The problems of members.tsv and places.yaml, and the members where there are none.

    The gazetteer is read from `gazetteer_dir` where it is not in `data_dir`.
    """
    problems: list[Problem] = []
    try:
        gazetteer = Gazetteer(read_municipalities(gazetteer_dir or data_dir), {}, {})
    except (OSError, ValueError) as error:
        return [Problem(f"{data_dir.name}/gazetteer.tsv", "", f"cannot be used: {error}.")], None
    names = [place.name for place in gazetteer if place.kind == "prefecture"]
    problems += check_table(data_dir / "members.tsv", names)
    members = _load(lambda: load_members(data_dir), problems)
    problems += check_places(data_dir, gazetteer)
    return _located(_once(problems), data_dir), None if problems else members


def _load(load: Callable[[], T], problems: list[Problem]) -> T | None:
    try:
        return load()
    except BadData as error:
        problems += error.problems
        return None


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """Without what two readers of the same file both complain of."""
    return list(dict.fromkeys(problems))


def _located(problems: Iterable[Problem], folder: Path) -> list[Problem]:
    """The same, each with its folder's name and, where a key is named, with the key's line."""
    lines: dict[str, dict[str, int]] = {}
    found = []
    for problem in problems:
        line = problem.line
        if problem.file.endswith(".yaml") and not line:
            if problem.file not in lines:
                lines[problem.file] = key_lines(folder / problem.file)
            line = lines[problem.file].get(problem.where, 0)
        found.append(replace(problem, file=f"{folder.name}/{problem.file}", line=line))
    return sorted(found, key=lambda problem: (problem.file, problem.line))


def write_json(problems: Iterable[Problem], out: TextIO) -> None:
    """One JSON list of objects with file, line (0: the whole file), where, what, mend."""
    json.dump([asdict(problem) for problem in problems], out, ensure_ascii=False, indent=1)
    out.write("\n")


def write_text(problems: list[Problem], out: TextIO) -> None:
    """For people: a line that says where and what, below it how to mend it; in colour on a terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, soft_wrap=True, highlight=False)
    for problem in problems:
        spot = f"{problem.file}, {problem.spot}" if problem.spot else problem.file
        console.print(Text(f"{spot}: ", style="bold") + Text(problem.what, style="red"))
        if problem.mend:
            console.print(Text(f"    {problem.mend}", style="green"))
    if problems:
        files = len({problem.file for problem in problems})
        console.print(f"\n{_many(len(problems), 'problem')} in {_many(files, 'file')}.", style="bold")
    else:
        console.print("Everything is in order: the table, the places, the sentences and the phrases.")


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

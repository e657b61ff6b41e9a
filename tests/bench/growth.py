"""Whether a message costs more where there is more of everything: 2,000 rows in the table, 15 languages."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.settings import ROOT
from intents.gazetteer import Municipality, read_municipalities
from tests.bench.figures import Runs, figure_table, percentile, ratio_table
from tests.bench.programs import environment, folder

_ROWS = 2000
_LANGUAGES = 15
_WITHIN = 300

USUAL = "as it is"
_EVERY = "mean µs of every turn"
MEASURES = ("median µs a turn", "mean µs a turn", "p99 µs a turn", _EVERY, "load s", "MiB")


def measure(runs: int) -> str:
    """The tables: the shipped files beside a grown table and grown languages, interleaved."""
    figures = Runs()
    with tempfile.TemporaryDirectory(prefix="doko-bench-") as name:
        base = Path(name)
        rows, languages = grown_table(base / "table"), grown_languages(base / "languages")
        cases = {
            USUAL: ROOT,
            f"{rows:,} rows in the table": base / "table",
            f"{languages} languages": base / "languages",
        }
        for _ in range(runs):
            turns = {case: _run(where) for case, where in cases.items()}
            alike = [len(set(kinds)) == 1 for kinds in zip(*(t.kinds for t in turns.values()), strict=True)]
            for case, found in turns.items():
                _add(figures, case, found, alike)
    return "\n\n".join(
        [
            "A turn is understanding, answer and LINE messages; processor time, in a process of its own. The other "
            "rows are real municipalities with made-up offices; the other languages are copies of ours under other "
            f"names. Timed are the {sum(alike) / len(alike):.0%} of the messages that get the same kind of answer "
            "in all three (the others mostly get a card where they got a text about the nearest members); "
            f"“{_EVERY}” has all of them.",
            ratio_table(figures, USUAL, [(name, "less") for name in MEASURES]),
            figure_table(figures, MEASURES),
        ]
    )


@dataclass(frozen=True, slots=True)
class _Turns:
    """`times` in µs and `kinds` of answer, one for each message; `load` in s and `mib` of memory."""

    times: list[float]
    kinds: list[str]
    load: float
    mib: float


def _add(figures: Runs, case: str, found: _Turns, alike: Sequence[bool]) -> None:
    times = list(itertools.compress(found.times, alike))
    figures.add(case, "median µs a turn", percentile(times, 0.5))
    figures.add(case, "mean µs a turn", sum(times) / len(times))
    figures.add(case, "p99 µs a turn", percentile(times, 0.99))
    figures.add(case, _EVERY, sum(found.times) / len(found.times))
    figures.add(case, "load s", found.load)
    figures.add(case, "MiB", found.mib)


def _run(where: Path) -> _Turns:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.turns", str(where)],
        env=environment({}),
        cwd=folder(),
        stdout=subprocess.PIPE,
        text=True,
        timeout=_WITHIN,
        check=True,
    )
    found = json.loads(done.stdout)
    return _Turns(found["times"], found["kinds"], found["load s"], found["MiB"])


def grown_table(folder: Path) -> int:
    """Our files with rows for so many municipalities; how many rows there are."""
    for name in ("data", "locales", "intents"):
        _copy(name, folder)
    data = folder / "data"
    facts = yaml.safe_load((data / "places.yaml").read_text("utf-8"))
    rows = (data / "members.tsv").read_text("utf-8").splitlines()
    taken = {str(member["code"]) for member in facts["members"].values()}
    every = list(read_municipalities(data))
    for place in every:
        if place.kind == "prefecture":
            name = place.id.capitalize()
            fact = {"name": name, "japanese": place.japanese, "code": place.code}
            facts["prefectures"].setdefault(place.id, fact)
    prefectures = {str(fact["code"]): (code, fact) for code, fact in facts["prefectures"].items()}
    for place in every:
        if len(rows) <= _ROWS and place.kind not in ("prefecture", "district") and place.code not in taken:
            prefecture, named = prefectures[place.prefecture]
            member = f"{place.id}{place.code}"
            facts["members"][member] = _member(place, member, prefecture)
            site = f"https://www.example.jp/{place.code}"
            mail = f"kokusai@c{place.code}.example.jp"
            rows.append(
                "\t".join([named["name"], member, "International Division", site, mail, f"{site}/class"])
            )
    # There are fewer municipalities than rows: some have a second row, as Komaki has.
    lacking = _ROWS + 1 - len(rows)
    rows += [row.replace("International Division", "Board of Education") for row in rows[-lacking:]]
    (data / "places.yaml").write_text(yaml.safe_dump(facts, allow_unicode=True), "utf-8")
    (data / "members.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    return len(rows) - 1


def _member(place: Municipality, member: str, prefecture: str) -> dict[str, object]:
    return {
        "table": member,
        "name": place.name,
        "japanese": place.japanese,
        "reading": place.kana,
        "kind": "town" if place.kind in ("town", "village") else "city",
        "prefecture": prefecture,
        "code": place.code,
        "lat": place.lat,
        "lon": place.lon,
    }


def grown_languages(folder: Path) -> int:
    """Our files with copies of languages under new names; how many languages there are."""
    for name in ("data", "locales", "intents"):
        _copy(name, folder)
    ours = sorted(path.stem for path in (folder / "locales").glob("??.yaml"))
    new = [f"q{chr(ord('a') + i)}" for i in range(_LANGUAGES - len(ours))]
    phrases = {path: yaml.safe_load(path.read_text("utf-8")) for path in (folder / "intents").glob("??.yaml")}
    for path, content in phrases.items():
        content["languages"] |= {code: [f"{code}language"] for code in new}
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    for i, code in enumerate(new):
        model = ours[i % len(ours)]
        words = yaml.safe_load((folder / "locales" / f"{model}.yaml").read_text("utf-8"))
        words |= {"name": f"Language {code}", "code": code}
        locale = folder / "locales" / f"{code}.yaml"
        locale.write_text(yaml.safe_dump(words, allow_unicode=True, sort_keys=False), "utf-8")
        shutil.copy(folder / "intents" / f"{model}.yaml", folder / "intents" / f"{code}.yaml")
    return len(ours) + len(new)


def _copy(name: str, folder: Path) -> None:
    shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.py"))

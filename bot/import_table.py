"""`import`: takes the council's table anew from a file, shows what changes, writes it only if it is right."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TextIO

from bot.check import check_facts, write_text
from bot.places_update import update_places
from bot.problems import BadData, Problem, read_text
from bot.sheet import Sheet, read_sheet
from bot.table_diff import PLACE, Cells, Pair, all_columns, describe, pair_rows
from intents.gazetteer import Gazetteer, read_municipalities

_TABLE = "members.tsv"
_PLACES = "places.yaml"


@dataclass(frozen=True, slots=True)
class Plan:
    """The two files as they would be, and what is to be told about them."""

    table: str
    places: str
    pairs: list[Pair]
    notes: list[str]
    problems: list[Problem]


def import_table(file: str, data_dir: Path, write: bool, out: TextIO) -> int:
    """The command; `file` may be "-" for standard input. The exit code: 1 if the table is refused."""
    from rich.console import Console
    from rich.text import Text

    name = "standard input" if file == "-" else Path(file).name
    plan = make_plan(name, _read(file, name), data_dir)
    console = Console(file=out, soft_wrap=True, highlight=False)
    for line in describe(plan.pairs):
        console.print(line)
    for note in plan.notes:
        console.print(Text(note, style="cyan"))
    if plan.problems:
        console.print(Text("\nNothing was written, because the bot could not use this table:", style="bold"))
        write_text(plan.problems, out)
        return 1
    texts = {_PLACES: plan.places, _TABLE: plan.table}
    changed = {name: text for name, text in texts.items() if (data_dir / name).read_bytes() != text.encode()}
    if not changed:
        console.print("The table is the same as before.")
    elif not write:
        console.print("\nNothing was written yet. To write this, run the same command with --yes.")
    else:
        try:
            backups = write_files(data_dir, changed, datetime.now())
        except OSError as error:
            raise BadData([Problem(f"{data_dir}", "", f"cannot be written ({error.strerror}).")]) from error
        for backup in backups:
            console.print(Text(f"The file as it was: {backup}"))
        console.print(f"Written: {', '.join(str(data_dir / name) for name in changed)}.")
    return 0


def _read(file: str, name: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise BadData([Problem(name, "", f"cannot be read ({error.strerror}).")]) from error


def make_plan(name: str, raw: bytes, data_dir: Path) -> Plan:
    """What importing these bytes would do. Raises BadData where they hold no table at all."""
    sheet = read_sheet(name, raw)
    old_columns, old = _old_table(data_dir / _TABLE)
    columns = all_columns(old_columns, sheet.columns)
    new = [row.cells for row in sheet.rows]
    pairs = [_carried(pair, columns) for pair in pair_rows(old, new)]
    rows = [[pair.new[column] for column in columns] for pair in pairs if pair.new]
    table = "".join("\t".join(cells) + "\n" for cells in [columns, *rows])
    gazetteer = Gazetteer(read_municipalities(data_dir), {}, {})
    update = update_places(read_text(data_dir / _PLACES), new, gazetteer)
    notes = [f"Left out, because it is not part of the table: “{line}”" for line in sheet.left_out]
    problems = [*_checked(name, sheet, table, update.text, data_dir), *update.problems]
    return Plan(table, update.text, pairs, [*notes, *update.notes], problems)


def _carried(pair: Pair, columns: tuple[str, ...]) -> Pair:
    """With every column; those that only our own file has keep what a person wrote there."""
    if pair.new is None:
        return pair
    return replace(
        pair, new={column: pair.new.get(column, (pair.old or {}).get(column, "")) for column in columns}
    )


def _old_table(path: Path) -> tuple[tuple[str, ...], list[Cells]]:
    """The table as it is, however damaged; empty where it cannot be read at all."""
    try:
        sheet = read_sheet(path.name, path.read_bytes())
    except (OSError, BadData):
        return (), []
    return sheet.columns, [row.cells for row in sheet.rows]


def _checked(name: str, sheet: Sheet, table: str, places: str, data_dir: Path) -> list[Problem]:
    """What `check` would say of the new files; for the table, by the lines of the file that was given."""
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / data_dir.name
        trial.mkdir()
        (trial / _TABLE).write_text(table, encoding="utf-8")
        (trial / _PLACES).write_text(places, encoding="utf-8")
        problems, _ = check_facts(trial, gazetteer_dir=data_dir)
    # The first line of the table is its heading.
    rows = dict(enumerate(sheet.rows, start=2))
    found = []
    for problem in problems:
        if problem.file.endswith(_TABLE):
            row = rows.get(problem.line)
            if row and problem.where == PLACE and row.cells[PLACE]:
                continue  # Not in places.yaml: `update_places` has said more about it.
            problem = replace(problem, file=name, line=row.line if row else problem.line)
        found.append(problem)
    return found


def write_files(folder: Path, texts: dict[str, str], now: datetime) -> list[Path]:
    """Writes each file at once or not at all, and keeps a dated copy of what it was; the copies."""
    backups = []
    for name, text in texts.items():
        path = folder / name
        if path.exists():
            backup = folder / f"{name}.{now:%Y-%m-%dT%H-%M-%S}.bak"
            shutil.copy2(path, backup)
            backups.append(backup)
        temporary = folder / f".{name}.new"
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    return backups

"""What is wrong with a file that a person edits: where, what, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One complaint. `where` is "line 3, E-mail" or a key such as "find_class.none"; `mend` may be ""."""

    file: str
    where: str
    what: str
    mend: str = ""

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place}: {self.what}" + (f" {self.mend}" if self.mend else "")


class BadData(Exception):
    """A file of facts, words or settings cannot be used; holds every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def read_text(path: Path) -> str:
    """The file as UTF-8 text, or BadData that names it. A byte-order mark is a problem too."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadData([Problem(path.name, "", f"cannot be read ({error.strerror}).")]) from error
    if raw.startswith(b"\xef\xbb\xbf"):
        raw = raw[3:]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        mend = "Save the file as UTF-8 (in Excel: “CSV UTF-8”)."
        raise BadData([Problem(path.name, f"line {line}", "is not UTF-8 text.", mend)]) from error

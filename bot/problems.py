"""What is wrong with a file that a person edits: where, what, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One complaint. `where` is a column ("E-mail") or a key ("find_class.none"), `line` counts from 1 and is
    0 where no line can be named; `where` and `mend` may be "".
    """

    file: str
    where: str
    what: str
    mend: str = ""
    line: int = 0

    @property
    def spot(self) -> str:
        """Where in the file: "line 3, E-mail"; "" for the file as a whole."""
        return ", ".join(part for part in (f"line {self.line}" if self.line else "", self.where) if part)

    def __str__(self) -> str:
        place = f"{self.file}: {self.spot}" if self.spot else self.file
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
        raise BadData([Problem(path.name, "", "is not UTF-8 text.", mend, line)]) from error

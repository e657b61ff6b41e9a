"""A progress bar for the commands that take longer than a moment; seen on a terminal only, on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def on_terminal(what: str) -> Iterator[Callable[[int, int], None]]:
    """Gives a function that is told how many of how many are done. The bar is gone afterwards."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)

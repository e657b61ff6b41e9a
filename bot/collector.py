"""Spares the garbage collector what is made at the start, modules, facts and words: nearly all of it stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nothing_to_collect(for_good: bool = False) -> Iterator[None]:
    """Stops the collector while all that is made is kept: it took a quarter of the loading time.

    What stays until the program ends, `for_good`, it need not look at afterwards either, nor at the very end.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            if for_good:
                gc.freeze()
            gc.enable()

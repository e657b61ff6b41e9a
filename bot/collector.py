"""Spares the garbage collector what is made at the start, modules, facts and words: nearly all of it stays. What does
not goes back to the system.
"""

from __future__ import annotations

import ctypes
import gc
import sys
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


def give_back() -> None:
    """Gives the system what reading large arrays left free, which glibc keeps: 3 MiB. Takes some milliseconds."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other C libraries have none, nor that habit
        if trim is not None:
            trim(0)

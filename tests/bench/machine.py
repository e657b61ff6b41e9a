"""On what was measured: processor, versions, and how busy the machine is with other work."""

from __future__ import annotations

import os
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = (
    *("aiohttp", "uvloop", "numpy", "rapidfuzz", "line-bot-sdk", "python-telegram-bot", "redis"),
    *("hassil", "padacioso", "scikit-learn"),
)


def describe() -> str:
    """A few lines for the head of a report."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    found = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    return (
        f"{time.strftime('%Y-%m-%d %H:%M %Z')}; {os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}\n{found}"
    )


def busy() -> float:
    """How many cores other programs use right now, measured over half a second."""
    before, idle_before = _jiffies()
    time.sleep(0.5)
    after, idle_after = _jiffies()
    cores = os.cpu_count() or 1
    return cores * (1 - (idle_after - idle_before) / max(1, after - before))


def _jiffies() -> tuple[int, int]:
    """All and idle time of all cores since the start, in the system's ticks."""
    fields = [int(field) for field in Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:9]]
    return sum(fields), fields[3] + fields[4]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"

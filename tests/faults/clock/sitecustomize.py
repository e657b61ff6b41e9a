"""Python imports this at its start where this folder stands in PYTHONPATH. The clock is then wrong by as many
seconds as stand in the file that CLOCK_FILE names.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

_file = Path(os.environ["CLOCK_FILE"])
_right = time.time


def _wrong() -> float:
    return _right() + float(_file.read_text("ascii") or 0)


time.time = _wrong

"""Our own `serve`, but without the pace that Telegram asks for: the benchmark's Telegram has no limits."""

from __future__ import annotations

import functools
import sys

from bot.channels import telegram_pace
from bot.cli import main

#: Messages a second; the benchmark stays far below.
_BEYOND_MEASURE = 20_000

if __name__ == "__main__":
    # Before the modules that use it are imported, as they are where Telegram is served.
    vars(telegram_pace)["Pace"] = functools.partial(telegram_pace.Pace, _BEYOND_MEASURE)
    sys.exit(main())

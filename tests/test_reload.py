"""A running bot takes up a changed file, and goes on with the old one where the new one is bad."""

from __future__ import annotations

import asyncio
import shutil
import signal
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.fakes import line_events
from tests.processes import until
from tests.test_serve import METRICS_TOKEN, Stage, answered, get, play


@pytest.mark.parametrize("workers", [1, 2])
def test_a_changed_sentence_is_taken_up_and_a_bad_one_is_not(workers: int, tmp_path: Path) -> None:
    folder = tmp_path / "locales"
    shutil.copytree(ROOT / "locales", folder)
    english, portuguese = folder / "en.yaml", folder / "pt.yaml"
    good, good_portuguese = english.read_text(encoding="utf-8"), portuguese.read_text(encoding="utf-8")

    async def thanks(stage: Stage, user: int) -> str:
        return "".join(
            await answered(stage.line, line_events.text("thank you!", user=line_events.user_id(user)))
        )

    async def scene(stage: Stage) -> None:
        async with stage.bot(tmp_path, "--workers", str(workers), LOCALES_DIR=str(folder)) as bot:
            assert "Good luck with your Japanese" in await thanks(stage, 1)
            bad = good_portuguese.replace("Você quis dizer {place}?", "Você quis dizer isso?")
            assert bad != good_portuguese
            portuguese.write_text(bad, encoding="utf-8")
            bot.signal(signal.SIGHUP)
            await until(lambda: "not taken up" in bot.errors(), seconds=60)
            assert "pt.yaml" in bot.errors()
            assert "did_you_mean" in bot.errors()
            assert "Good luck with your Japanese" in await thanks(stage, 2)

            portuguese.write_text(good_portuguese, encoding="utf-8")
            english.write_text(good.replace("Good luck with your Japanese", "All the best"), encoding="utf-8")
            for user in range(10, 70):
                await asyncio.sleep(1)
                if "All the best" in await thanks(stage, user):
                    break
            else:
                raise AssertionError(bot.errors())
            status, metrics = await get(bot, "/metrics", Authorization=f"Bearer {METRICS_TOKEN}")
            assert status == 200
            assert 'doko_reloads_total{result="refused"}' in metrics
            assert 'doko_reloads_total{result="taken_up"}' in metrics
            assert await bot.stop() == 0

    play(scene)

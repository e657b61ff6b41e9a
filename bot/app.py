"""Puts the parts together: facts, words, matcher and answers, loaded once and checked."""

from __future__ import annotations

from pathlib import Path

import intents
from bot.answers import Answers
from bot.conversation import Conversation
from bot.locales import load_locales
from bot.members import load_members


def load_conversation(data_dir: Path, locales_dir: Path, intents_dir: Path) -> Conversation:
    """Everything that answers. Raises BadData (or the matcher's own error) where a file is wrong."""
    members = load_members(data_dir)
    locales = load_locales(locales_dir)
    matcher = intents.load(intents_dir, data_dir)
    return Conversation(matcher, Answers(members, matcher.gazetteer, locales))

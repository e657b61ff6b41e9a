"""Puts the parts together: facts, words, matcher and answers, loaded once and checked."""

from __future__ import annotations

import logging
from pathlib import Path

from bot import link_health
from bot.answers import Answers
from bot.collector import nothing_to_collect
from bot.conversation import Conversation
from bot.link_health import LinkHealth
from bot.locales import load_locales
from bot.members import load_members
from bot.phrase_problems import as_problem, lacking
from bot.problems import BadData
from bot.settings import Settings
from intents.matcher import load_with_phrases

_LOG = logging.getLogger(__name__)


def conversation_of(settings: Settings) -> Conversation:
    """Everything that answers, as the settings want it. Raises BadData where a file is wrong."""
    return load_conversation(
        settings.data_dir,
        settings.locales_dir,
        settings.intents_dir,
        settings.links_file,
        keeps_texts=settings.keep_misunderstood,
    )


def load_conversation(
    data_dir: Path,
    locales_dir: Path,
    intents_dir: Path,
    links_file: Path | None = None,
    *,
    keeps_texts: bool = False,
) -> Conversation:
    """Everything that answers, in every language that is finished. Raises BadData where a file is wrong.

    `links_file` holds what `links` found out about the pages; `keeps_texts` is what `about` must own up to.
    """
    with nothing_to_collect():
        return _load(data_dir, locales_dir, intents_dir, links_file, keeps_texts)


def _load(
    data_dir: Path, locales_dir: Path, intents_dir: Path, links_file: Path | None, keeps_texts: bool
) -> Conversation:
    members = load_members(data_dir, link_health.load(links_file) if links_file else LinkHealth())
    try:
        matcher, found = load_with_phrases(intents_dir, data_dir)
    except (ValueError, OSError) as error:
        raise BadData([as_problem(error)]) from error
    locales = load_locales(locales_dir).without(lacking(found))
    if locales.unfinished:
        _LOG.info("not offered, because check finds something missing: %s", ", ".join(locales.unfinished))
    return Conversation(matcher, Answers(members, matcher.gazetteer, locales, keeps_texts))

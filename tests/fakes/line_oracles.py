"""What others than we say of the body of a reply: line-bot-sdk, and LINE's own OpenAPI file."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from linebot.v3.messaging import ReplyMessageRequest

from tests.fakes.openapi import OpenApi


def sdk_problems(body: Any) -> list[str]:
    """What line-bot-sdk's models have against the body."""
    try:
        ReplyMessageRequest.from_dict(body)
    except ValueError as error:
        return [f"line-bot-sdk: {error}"]
    return []


def spec_problems(body: Any) -> list[str]:
    """What LINE's OpenAPI file has against the body, where LINE_OPENAPI says that there is one."""
    spec = _spec()
    return spec.problems("ReplyMessageRequest", body) if spec else []


@cache
def _spec() -> OpenApi | None:
    path = os.environ.get("LINE_OPENAPI")
    return OpenApi(path) if path else None

"""One message with all that is known of its language: what the parts of the finder hand to each other."""

from __future__ import annotations

from typing import NamedTuple

from intents.places.cues import CueTable, Marks
from intents.places.everyday import Everyday
from intents.places.message import Message


class Scene(NamedTuple):
    """`marks` are the cues found in the message by `table`."""

    message: Message
    marks: Marks
    table: CueTable
    everyday: Everyday

    def everything(self) -> int:
        """All cues of the message."""
        message = self.message
        unspaced = self.table.within(message.text) if message.has_japanese else 0
        return self.marks.between(0, len(message)) | unspaced

"""The words everybody speaks: Incoming, Reply, Card, Action. Frozen; no platform, no language, no network."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


class Kind(Enum):
    """What has happened in a chat."""

    TEXT = "text"  # words, typed or from a button
    LOCATION = "location"
    UNREADABLE = "unreadable"  # sticker, picture, voice, file
    STARTED = "started"  # a person opened or unblocked the chat
    ADDED = "added"  # the bot was added to a group
    FORGET = "forget"  # /forget, unsend: erase what is kept
    GONE = "gone"  # blocked, left, removed: nobody is there to answer
    INLINE = "inline"  # words typed into another chat, wanting cards to share


@dataclass(frozen=True, slots=True)
class Location:
    """A point on the map, in degrees (WGS 84)."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event of one chat, as the channel read it.

    `event` identifies it on its platform, for answering once. `chat` names the conversation (a group is
    one), unique within the channel; with it goes the memory and the order of answers.
    `hint` is the platform's language of the user (IETF tag), "" if unknown.
    `edited` marks a text that replaces an earlier one. `command` is "start", "help", "cities", "language" or
    "forget" where the channel has such commands and the user gave one; `text` is then what follows it.
    `address` is the channel's own; nobody else reads it.
    """

    channel: str
    chat: str
    event: str
    kind: Kind
    text: str = ""
    location: Location | None = None
    hint: str = ""
    group: bool = False
    edited: bool = False
    command: str = ""
    address: object = None


@dataclass(frozen=True, slots=True)
class Say:
    """A button that says words, exactly as if the user had typed them.

    `words` are at most 64 bytes of UTF-8 (Telegram's callback data); `label` at most 20 graphemes (LINE).
    """

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Open:
    """A button that opens a page (http or https)."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A button that copies a text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class AskLocation:
    """A button that sends the user's location."""

    label: str


Action = Say | Open | Copy | AskLocation


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text. `style` is "", "heading", "note", "link", "email", "japanese" (to copy or show)."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; blank lines stand between blocks. A line may hold line breaks."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Card:
    """One place: its title ("Komaki · 小牧市"), what is known of it, its buttons. `id` is the place's."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    actions: tuple[Action, ...] = ()

    @property
    def text(self) -> str:
        return "\n\n".join([self.title, *(block.text for block in self.blocks)])


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Reply:
    """One whole answer. `choices` belong to the message as a whole, cards have their own actions.

    `language` (ISO 639-1) is the language of its words. `menu` asks the channel to show the menu of that
    language from now on.
    """

    language: str
    lead: tuple[Block, ...] = ()
    cards: tuple[Card, ...] = ()
    tail: tuple[Block, ...] = ()
    choices: tuple[Action, ...] = field(default=())
    menu: bool = False

    @property
    def text(self) -> str:
        """The whole answer as plain text; enough by itself."""
        parts = [block.text for block in self.lead]
        parts += [card.text for card in self.cards]
        parts += [block.text for block in self.tail]
        return "\n\n".join(parts)


class Delivery(Enum):
    """What became of an answer that a channel tried to send."""

    SENT = "sent"
    ALREADY = "already"  # the platform says that it was answered before
    GONE = "gone"  # the user blocked the bot or left
    FAILED = "failed"  # not sent, and worth another try
    REFUSED = "refused"  # the platform refuses this body: never worth another try
    UNCERTAIN = "uncertain"  # it may have arrived, so it is never sent again


class Leaving(Protocol):
    """For a channel whose platform would take the same answer twice: whether it may leave now."""

    async def __call__(self) -> bool:
        """Called right before an answer leaves; False means that another process sends it."""

    async def undo(self) -> None:
        """Called where the platform then said that it did not take the answer."""

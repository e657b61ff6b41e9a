"""Which places a message asks about."""

from intents.places.checks import BadWords
from intents.places.finder import PlaceFinder
from intents.places.findings import Findings, Mention
from intents.places.words import PlaceWords, parse

__all__ = ["BadWords", "Findings", "Mention", "PlaceFinder", "PlaceWords", "parse"]

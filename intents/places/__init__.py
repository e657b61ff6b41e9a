"""Which places a message asks about."""

from intents.places.finder import PlaceFinder
from intents.places.findings import Findings, Mention
from intents.places.words import BadWords, PlaceWords, parse

__all__ = ["BadWords", "Findings", "Mention", "PlaceFinder", "PlaceWords", "parse"]

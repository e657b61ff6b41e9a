"""Makes the draft of a name in Latin letters from its surroundings."""

from __future__ import annotations

from intents.places.draft import Draft
from intents.places.evidence import Surroundings
from intents.places.findings import How
from intents.places.names import Places
from intents.places.scene import Scene


def latin_draft(
    scene: Scene, index: int, around: Surroundings, name: str, places: Places, how: How, suffix: str = ""
) -> Draft:
    """The name that begins at word `index`; `suffix` is the kind of a suffix glued to it."""
    message = scene.message
    return Draft(
        start=message.starts[index],
        end=message.ends[around.end - 1],
        name=name,
        places=places,
        how=how,
        kind=suffix or around.kind,
        first=index,
        last=around.end,
        evidence=around.evidence,
        cues_before=around.before,
        touching=around.touching,
        cues_after=around.after,
    )

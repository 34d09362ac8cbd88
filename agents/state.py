"""State of one run of the graph: plain JSON, small, and versioned.

The line's state is kept by reference (its revision) in `agents.memory`, since a checkpoint copies everything at every
step. A stored run of another version is given up, never guessed at.
"""

from typing import Any, TypedDict

from plants.frozen import content_hash

GRAPH_VERSION = 1
"""Raised whenever a node is renamed or an edge moved."""
SCHEMA_VERSION = 1
"""Raised whenever a field of `RunState` changes its meaning."""

Json = dict[str, Any]


class RunState(TypedDict, total=False):
    """What a run knows so far. Values are JSON: dumps of frozen models, ids and words."""

    thread: str
    """Id of the run's thread."""
    state_revision: str
    """Revision of the line's state it began from."""
    state_time_s: float
    """Plant time of that state."""
    findings: list[Json]
    """What was noticed."""
    draft: Json | None
    """What is proposed."""
    verdict: Json | None
    """What the twin says."""
    proposal_id: str | None
    """The proposal, once handed in."""
    answer: Json | None
    """What the run was resumed with: the `outcome`, and `now_s`, the plant time at which it was seen."""
    end: str
    """How the run ended; empty while it goes on."""
    words: list[str]
    """What there is to tell, in plain words."""


def draft_id(thread: str) -> str:
    """Id of a run's draft: the same however often the run is repeated after a crash, so that it is handed in once."""
    return "d" + content_hash(thread)[:23]

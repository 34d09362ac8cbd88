"""Candidate changes of all kinds, combined, deduplicated and bounded.

Used by the brains in `agents`. The twin's `screen` ranks what comes from here.
"""

import itertools
from collections.abc import Sequence
from enum import StrEnum

from planning.sequences import sequence_candidates
from planning.setpoints import setpoint_candidates
from plants.flow.change import Change, Changes, Resequence, SetParameter
from plants.flow.state import LineState
from plants.frozen import content_hash
from plants.model.plant import Plant

_ALIKE = 0.1
"""Two values of a parameter are alike when they differ by no more than this share of its envelope."""


class Kind(StrEnum):
    """What kind of thing is changed."""

    SETPOINTS = "setpoints"
    """Values of parameters."""
    SEQUENCES = "sequences"
    """The sequence of the orders that have not started."""


def candidates(
    plant: Plant,
    state: LineState,
    *,
    focus: Sequence[str] = (),
    kinds: Sequence[Kind] = tuple(Kind),
    limit: int = 24,
) -> tuple[Changes, ...]:
    """Candidates of the kinds asked for in turn, each once, at most `limit`.

    Args:
        plant: the line.
        state: where it stands.
        focus: stations to look at first.
        kinds: what may be changed.
        limit: candidates at most; the least natural are left out.
    """
    found = {
        Kind.SETPOINTS: lambda: setpoint_candidates(plant, state, focus=focus),
        Kind.SEQUENCES: lambda: sequence_candidates(plant, state),
    }
    in_turn = itertools.zip_longest(*(found[kind]() for kind in kinds))
    once: dict[str, Changes] = {}
    for changes in (c for row in in_turn for c in row if c is not None):
        once.setdefault(signature(changes), changes)
    return tuple(once.values())[:limit]


def signature(changes: Changes) -> str:
    """SHA-256 of the changes, whatever the order in which they are listed."""
    return content_hash(sorted((c.model_dump(mode="json") for c in changes), key=str))


def alike(plant: Plant, a: Changes, b: Changes) -> bool:
    """Whether two sets of changes come to much the same: same parameters at near values, same relative sequence.

    A sequence is compared on the orders that both contain, since orders start in the meantime.
    """
    ours, theirs = {_subject(c): c for c in a}, {_subject(c): c for c in b}
    return ours.keys() == theirs.keys() and all(_near(plant, ours[s], theirs[s]) for s in ours)


def _subject(change: Change) -> str:
    return change.alias if isinstance(change, SetParameter) else change.kind


def _near(plant: Plant, a: Change, b: Change) -> bool:
    if isinstance(a, Resequence) and isinstance(b, Resequence):
        common = set(a.orders) & set(b.orders)
        return [o for o in a.orders if o in common] == [o for o in b.orders if o in common]
    if isinstance(a, SetParameter) and isinstance(b, SetParameter):
        parameter = plant.parameters.get(a.alias)
        span = parameter.maximum - parameter.minimum if parameter else 0.0
        return abs(a.value - b.value) <= _ALIKE * span
    return False

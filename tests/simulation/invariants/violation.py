"""A violation of an invariant, and what the invariants are judged by."""

from dataclasses import dataclass, field

from plants.model.plant import Plant
from tests.simulation.invariants.history import PlantHistory
from tests.simulation.invariants.record import Record


@dataclass(frozen=True)
class Violation:
    """One invariant that does not hold, and where."""

    invariant: str
    """`I1` to `I10`."""
    text: str
    """What is wrong, in words, with the ids to look for."""

    def __str__(self) -> str:
        return f"{self.invariant}: {self.text}"


@dataclass(frozen=True)
class Limits:
    """Stated limits."""

    decided_wall_s: float = 3_600.0
    """Wall seconds of the ledger from a claim to its end, at most."""
    open_proposals: int = 50
    """Proposals that wait at one time, at most."""
    text: int = 4_000
    """Characters of an explanation, at most."""
    row_bytes: int = 65_536
    """Bytes of a row's facts, at most."""
    rows_a_proposal: int = 200
    """Rows of the chain about one proposal that the service itself writes, at most."""


@dataclass(frozen=True)
class Evidence:
    """Everything that is looked at."""

    record: Record
    """The ledger's file."""
    history: PlantHistory
    """What the equipment recorded."""
    plant: Plant
    """The plant as described."""
    writer: str = "writer"
    """The account of the service's writing session."""
    limits: Limits = field(default_factory=Limits)
    """What must not be exceeded."""
    secrets: tuple[str, ...] = ()
    """Words that must not appear anywhere."""
    said: tuple[str, ...] = ()
    """Logs, errors and prompts."""
    files: tuple[bytes, ...] = ()
    """All that was stored, as bytes."""


def same_value(a: object, b: object) -> bool:
    """Whether two values are one: lists and tuples alike, 1 and 1.0 alike, a bool is no number."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return list(a) == list(b)
    return a == b

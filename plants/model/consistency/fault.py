"""A fault of a description: where, what is wrong, and which names would do."""

from collections.abc import Sequence
from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not fit."""

    path: Path
    """Where: keys and positions from the top."""
    message: str
    """What is wrong."""
    word: str | None = None
    """The name that nothing carries, if that is the fault."""
    known: tuple[str, ...] = ()
    """The names that would do."""


class Inconsistent(ValueError):
    """A description whose parts do not fit each other."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """All faults found."""
        self.faults = tuple(faults)
        super().__init__("; ".join(f.message for f in self.faults))

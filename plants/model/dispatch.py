"""Which of the waiting units a station takes next."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from plants.frozen import Frozen, Name


class Rule(StrEnum):
    """The rules that are built in. Ties go to the more urgent priority, then to the one that has waited longest."""

    FIFO = "fifo"
    """First in, first out."""
    LIFO = "lifo"
    """Last in, first out."""
    SPT = "spt"
    """Shortest mean processing time here."""
    EDD = "edd"
    """Earliest due date of the order."""
    CR = "cr"
    """Critical ratio: time to the due date over mean processing time of the steps left."""
    ATC = "atc"
    """Apparent tardiness cost (Vepsalainen, Morton 1987): w/p exp(-max(0, due - p - now) / (k mean p))."""
    PRIORITY = "priority"
    """Most urgent priority of the order."""
    SETUP_AVOIDING = "setup_avoiding"
    """Shortest mean setup from what the station is set up for."""
    SEQUENCE = "sequence"
    """Orders in a fixed sequence; the station waits for the next one even when others are there."""


class Dispatch(Frozen):
    """The rule of a station."""

    rule: Name = Rule.FIFO.value
    """A rule that is built in, or the name of one that a package brings (entry point `jayul.dispatch`)."""
    k: Annotated[float, Field(gt=0, le=100)] = 2.0
    """Look-ahead of `atc`."""
    sequence: Annotated[tuple[Name, ...], Field(max_length=5_000)] = ()
    """Orders in turn, for `sequence`; one that comes back may be named once for each of its visits."""

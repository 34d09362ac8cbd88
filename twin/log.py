"""The event log: what happened in a run, column by column.

Used by the engine (writes), by plots, exports and tests (read). Gantt charts, animations and checks of engines against
each other are derived from it; KPIs come from the engine's integrated counters, which are exact without a log.
"""

from array import array
from collections.abc import Mapping
from enum import IntEnum

import numpy as np
import numpy.typing as npt


class EventKind(IntEnum):
    """What happened. `value` is given where a kind has one."""

    ENTER = 1
    """A unit entered the line."""
    START = 2
    """A station took up a unit."""
    FINISH = 3
    """A station finished a unit that is good so far."""
    SCRAP = 4
    """A station rejected a unit, which left the line."""
    EXIT = 5
    """A good unit left the line."""
    DOWN = 6
    """A failure; value is the position of its mode."""
    UP = 7
    """A repair ended; value is the position of its mode."""
    SETUP = 8
    """A changeover began."""
    READY = 9
    """A changeover ended."""
    CHANGE = 10
    """A parameter took a new value; value is that value."""
    CONDITION = 11
    """A station's condition changed; value is the code of the new one (`twin.working.Code`)."""
    REWORK = 12
    """A unit was sent back to an earlier step."""
    BUILT_IN = 13
    """A component was built in and is a unit of its own no more."""
    MAINTENANCE = 14
    """Planned maintenance began; value is its position."""
    MAINTAINED = 15
    """Planned maintenance ended; value is its position."""
    DELIVERY = 16
    """Material came; value is how much."""
    PICKUP = 17
    """A vehicle took up a unit; value is its number."""
    DROP = 18
    """A vehicle set down a unit; value is its number."""


class EventLog:
    """Columns of equal length, one row an event: time, kind, station, order, part index, value.

    Station is the number of a machine (stations in flow order, their servers one after the other), order a position in
    the plant file (then what orders need of components, then arrivals); -1 where there is none.
    """

    __slots__ = ("index", "kind", "order", "station", "time", "value")

    def __init__(self) -> None:
        self.time = array("d")
        self.kind = array("b")
        self.station = array("h")
        self.order = array("h")
        self.index = array("q")
        self.value = array("d")

    def __len__(self) -> int:
        return len(self.time)

    def append(
        self, kind: EventKind, time: float, station: int = -1, order: int = -1, index: int = -1, value: float = 0.0
    ) -> None:
        """Add one event; times must not descend."""
        self.time.append(time)
        self.kind.append(kind)
        self.station.append(station)
        self.order.append(order)
        self.index.append(index)
        self.value.append(value)

    def extend(self, columns: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """Add many events, one array a column; a compiled run hands its log over in pieces."""
        for name in EventLog.__slots__:
            column = getattr(self, name)
            column.frombytes(np.ascontiguousarray(columns[name]).tobytes())

    def rows(self, *kinds: EventKind) -> list[tuple[float, EventKind, int, int, int, float]]:
        """All events of some kinds (all kinds with none given) as rows, in the sequence they happened."""
        columns = zip(self.time, self.kind, self.station, self.order, self.index, self.value, strict=True)
        return [(t, EventKind(k), s, o, i, v) for t, k, s, o, i, v in columns if not kinds or k in kinds]

"""The engine's working state: everything a run knows of parts, stations, failure modes and orders, as plain data.

Used by `twin.engine` and `twin.snapshot`. Nothing that a snapshot needs lives anywhere else.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from math import inf
from typing import Any

from plants.flow.state import Condition
from twin.clock import Wake
from twin.lowering import LoweredMode, LoweredOrder, LoweredStation


class Code(IntEnum):
    """Conditions as the engine counts them: `Condition`, with micro-stops apart from breakdowns."""

    EXECUTING = 0
    STARVED = 1
    BLOCKED = 2
    DOWN = 3
    MICRO_STOP = 4
    SETUP = 5
    NO_ORDER = 6
    MAINTENANCE = 7
    OFF_SHIFT = 8
    NO_CREW = 9


CONDITION_OF: tuple[Condition, ...] = (
    Condition.EXECUTING,
    Condition.STARVED,
    Condition.BLOCKED,
    Condition.DOWN,
    Condition.DOWN,
    Condition.SETUP,
    Condition.NO_ORDER,
    Condition.MAINTENANCE,
    Condition.OFF_SHIFT,
    Condition.NO_CREW,
)
"""The public condition of each code."""


class PartRun:
    """One unit of flow: which order it belongs to (-1 for none) and its position in it."""

    __slots__ = ("entered_s", "index", "order", "ready_s")

    def __init__(self, order: int, index: int, entered_s: float, ready_s: float = 0.0) -> None:
        self.order = order
        self.index = index
        self.entered_s = entered_s
        self.ready_s = ready_s


@dataclass(slots=True, eq=False)
class ModeRun:
    """One failure mode of one station.

    Its clock runs at `rate` (nominal seconds per second, the product of the parameters' effect and of the factor set
    from outside) and the mode fails when `elapsed` reaches `threshold`, both in nominal seconds.
    """

    lowered: LoweredMode
    position: int
    count: int = 0
    renewed: int = 0
    """Times its clock began anew by maintenance."""
    elapsed: float = 0.0
    threshold: float = inf
    factor: float = 1.0
    rate: float = 1.0
    since_s: float = 0.0
    """Calendar clock only: when `elapsed` was last brought up to date."""
    down: bool = False
    down_since_s: float = 0.0
    repaired_s: float = 0.0
    """While down: when the repair will end."""
    timer: Wake | None = None
    """Calendar clock: the failure to come; any clock: the end of the repair."""


@dataclass(slots=True, eq=False)
class StationRun:
    """One station: the unit in it, the work under way, failure modes, and counters."""

    lowered: LoweredStation
    position: int
    modes: tuple[ModeRun, ...]
    operating: tuple[ModeRun, ...]
    arrival_callbacks: list[Any] = field(default_factory=list)
    finish_callbacks: list[Any] = field(default_factory=list)
    failure_callbacks: list[Any] = field(default_factory=list)
    setup_callbacks: list[Any] = field(default_factory=list)
    upstream: "StationRun | None" = None
    downstream: "StationRun | None" = None
    queue: deque[PartRun] = field(default_factory=deque)
    """The buffer in front, the next to be taken first."""
    capacity: int = 0
    transport_s: float = 0.0
    part: PartRun | None = None
    finished: bool = False
    product: int = -1
    setup_left: float = -1.0
    """Seconds of the setup under way still to do; -1 when there is none."""
    setup_total: float = 0.0
    setup_credit: float = 0.0
    """Seconds of setup known to be done before the unit that needs it is known (live states only)."""
    setups: int = 0
    total: float = 0.0
    """Work of the unit in it, in nominal seconds."""
    left: float = 0.0
    """Of that, not yet done at `segment_s`."""
    segment_s: float = 0.0
    """When the present stretch of uninterrupted work began."""
    timer: Wake | None = None
    """End of the work, next failure by the operating clock, or arrival of the next unit: whichever is waited for."""
    cycle_factor: float = 1.0
    scrap_factor: float = 1.0
    scrap_share: float = 0.0
    power_factor: float = 1.0
    operated: float = 0.0
    """Seconds executed since the operating clocks were last brought up to date."""
    operating_limit: float = inf
    """`operated` at the next failure by an operating clock."""
    down: int = 0
    """Failure modes under repair."""
    breakdowns: int = 0
    """Of those, the ones that are not micro-stops."""
    closed: bool = False
    """Nothing will come any more."""
    code: int = Code.STARVED
    since_s: float = 0.0
    spent: list[float] = field(default_factory=lambda: [0.0] * len(Code))
    """Seconds in each code up to `since_s`."""
    processed: int = 0
    scrapped: int = 0
    energy_kws: float = 0.0
    """Energy up to `spent_mark`, in kW s."""
    spent_mark: list[float] = field(default_factory=lambda: [0.0] * len(Code))
    block: list[float] = field(default_factory=list)
    """Times of units block_first, block_first + 1, … of order block_order."""
    block_order: int = -2
    block_first: int = 0
    luck: list[float] = field(default_factory=list)
    """Scrap draws, the same way."""
    luck_order: int = -2
    luck_first: int = 0

    @property
    def working(self) -> bool:
        """Whether a stretch of work or setup is under way."""
        return self.part is not None and not self.finished and not self.down


@dataclass(slots=True, eq=False)
class OrderRun:
    """How far an order has come."""

    lowered: LoweredOrder
    position: int
    started: int = 0
    good: int = 0
    scrapped: int = 0
    finished_s: float | None = None

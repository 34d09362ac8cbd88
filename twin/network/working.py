"""The working state of the network engine: everything a run knows of units, machines, buffers, people and vehicles.

Used by the modules of `twin.network` only. Nothing that a snapshot needs lives anywhere else.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from math import inf
from typing import Any

from plants.model.dispatch import Rule
from plants.model.fleet import Fleet
from plants.model.maintenance import Maintenance, Wear
from plants.model.material import Material
from plants.model.route import Batch
from twin.clock import Wake
from twin.lowering import LoweredStation
from twin.network.lowering import LoweredBuffer, LoweredCalendar
from twin.network.turns import Turns
from twin.sampling import Time
from twin.working import Code, ModeRun

NOBODY = -1
"""Stands for no crew."""

Callbacks = list[Callable[[Any], None]]


class PartRun:
    """One unit of flow: the order it belongs to (-1 for none), its position in it, and how far it has come."""

    __slots__ = ("defective", "entered_s", "index", "order", "queued_s", "ready_s", "reworks", "step", "task")

    def __init__(self, order: int, index: int, entered_s: float, step: int) -> None:
        self.order = order
        self.index = index
        self.entered_s = entered_s
        self.step = step
        """The step it is at or waits for; EXIT when it is done."""
        self.queued_s = entered_s
        """When it came to where it waits."""
        self.ready_s = 0.0
        self.reworks = 0
        self.defective = False
        self.task: Task | None = None
        """The vehicle that was asked for."""


class Errand(IntEnum):
    """What a person is asked for; the lower the more urgent."""

    REPAIR = 0
    MAINTENANCE = 1
    WORK = 2


@dataclass(slots=True, eq=False)
class Request:
    """A machine asks for a person with a skill."""

    machine: "MachineRun"
    skill: str
    errand: Errand
    since_s: float
    mode: ModeRun | None = None
    """The failure to repair."""


@dataclass(slots=True, eq=False)
class CrewRun:
    """People who are alike."""

    name: str
    position: int
    size: int
    skills: frozenset[str]
    on_duty: int
    busy: int = 0


@dataclass(slots=True, eq=False)
class CareRun:
    """One kind of planned maintenance of one machine."""

    lowered: Maintenance
    position: int
    duration: Time
    entity: int
    slot: int
    due: bool = False
    count: int = 0
    """Times it was begun."""
    last_s: float = 0.0
    operated: float = 0.0
    units: int = 0
    total: float = 0.0
    """While it is done: how long it takes in all."""
    began_s: float = 0.0
    timer: Wake | None = None
    """When it falls due by the calendar; while it is done, when it ends."""


@dataclass(slots=True, eq=False)
class BufferRun:
    """One buffer, or the place where a stream of arrivals waits."""

    lowered: LoweredBuffer
    position: int
    capacity: int
    transport_s: float
    fleet: "FleetRun | None" = None
    queue: deque[PartRun] = field(default_factory=deque)
    reserved: int = 0
    """Places kept for units that a vehicle brings."""
    excess: int = 0
    """Units beyond its capacity, as a live state may have them."""
    waiting: list["MachineRun"] = field(default_factory=list)
    """Machines that hold a unit for it, the longest waiting first."""
    takers: list["MachineRun"] = field(default_factory=list)
    kit: bool = False
    """Holds components."""


@dataclass(slots=True, eq=False)
class MachineRun:
    """One machine: the job in it, the work under way, failure modes, care, people, counters."""

    lowered: LoweredStation
    position: int
    station: int
    server: int
    modes: tuple[ModeRun, ...]
    operating: tuple[ModeRun, ...]
    inputs: tuple[BufferRun, ...] = ()
    only: BufferRun | None = None
    """Its single input, where it takes units one by one in the sequence they came."""
    kits: tuple[BufferRun, ...] = ()
    entry: bool = False
    """Orders may begin here."""
    rule: str = Rule.FIFO.value
    look_ahead: float = 2.0
    turn: Turns | None = None
    """Its fixed sequence."""
    batch: Batch | None = None
    calendar: LoweredCalendar | None = None
    skill: str = ""
    attends_setup: bool = False
    attends_work: bool = False
    wear_lowered: Wear | None = None
    care: tuple[CareRun, ...] = ()

    finish_callbacks: Callbacks = field(default_factory=list)
    failure_callbacks: Callbacks = field(default_factory=list)
    setup_callbacks: Callbacks = field(default_factory=list)
    arrival_callbacks: Callbacks = field(default_factory=list)

    job: list[PartRun] = field(default_factory=list)
    finished: bool = False
    running: bool = False
    """A stretch of work or setup is under way."""
    idle: bool = False
    """Looked for a job and found none."""
    wake_s: float = inf
    """When it will look again by itself."""
    supplied: bool = True
    short: bool = False
    """Holds a job for which components or material are missing."""
    off: bool = False
    service: CareRun | None = None
    crew: int = NOBODY
    """The crew whose person is with it, for the work, or for the maintenance under way."""
    asking: Request | None = None
    setup_class: int = -1
    setup_left: float = -1.0
    setup_total: float = 0.0
    setup_credit: float = 0.0
    setups: int = 0
    total: float = 0.0
    left: float = 0.0
    mean: float = 0.0
    """Mean work of the job, in nominal seconds."""
    segment_s: float = 0.0
    timer: Wake | None = None
    cycle_factor: float = 1.0
    scrap_factor: float = 1.0
    scrap_effect: float = 1.0
    """Factor of parameters, wear and the outside on the scrapped share."""
    power_factor: float = 1.0
    operated: float = 0.0
    operating_limit: float = inf
    operated_total: float = 0.0
    """Seconds executed up to the last time `operated` was settled."""
    wear: float = 0.0
    worn_at: float = 0.0
    """`operated_total` when wear was last reckoned up."""
    down: int = 0
    breakdowns: int = 0
    closed: bool = False
    code: int = Code.STARVED
    since_s: float = 0.0
    spent: list[float] = field(default_factory=lambda: [0.0] * len(Code))
    processed: int = 0
    scrapped: int = 0
    nominal_s: float = 0.0
    energy_kws: float = 0.0
    spent_mark: list[float] = field(default_factory=lambda: [0.0] * len(Code))
    block: list[float] = field(default_factory=list)
    block_key: tuple[int, int] = (-2, -2)
    block_first: int = 0
    luck: list[float] = field(default_factory=list)
    luck_key: tuple[int, int] = (-2, -2)
    luck_first: int = 0

    @property
    def part(self) -> PartRun | None:
        """The first unit of its job."""
        return self.job[0] if self.job else None


@dataclass(slots=True, eq=False)
class CrewOfMode:
    """Who repairs a failure, and how long it takes in all."""

    request: Request | None = None
    crew: int = NOBODY
    total: float = 0.0
    began: bool = False


@dataclass(slots=True, eq=False)
class Task:
    """A unit is to be carried from a machine to a buffer."""

    part: PartRun
    machine: MachineRun
    buffer: BufferRun
    since_s: float


class Phase(IntEnum):
    """What a vehicle does."""

    IDLE = 0
    TO_PICKUP = 1
    WAITING_PICKUP = 2
    LOADING = 3
    CARRYING = 4
    WAITING_DROP = 5
    UNLOADING = 6
    TO_CHARGER = 7
    WAITING_CHARGER = 8
    CHARGING = 9


MOVING = frozenset({Phase.TO_PICKUP, Phase.LOADING, Phase.CARRYING, Phase.UNLOADING, Phase.TO_CHARGER})
"""Phases in which a battery gives its moving power."""


@dataclass(slots=True, eq=False)
class VehicleRun:
    """One vehicle."""

    fleet: "FleetRun"
    number: int
    at: int
    """Station where it stands, or to which it goes."""
    phase: Phase = Phase.IDLE
    since_s: float = 0.0
    until_s: float = inf
    loads: list[Task] = field(default_factory=list)
    level_kwh: float = 0.0
    level_s: float = 0.0
    travelled_m: float = 0.0
    timer: Wake | None = None

    def level_at(self, now: float) -> float:
        """What its battery holds at a moment, in kWh, if it does until then what it does."""
        battery = self.fleet.lowered.battery
        if battery is None:
            return self.level_kwh
        hours = (now - self.level_s) / 3600
        if self.phase is Phase.CHARGING:
            return min(self.level_kwh + battery.charging_kw * hours, battery.capacity_kwh)
        power = battery.moving_kw if self.phase in MOVING else battery.standing_kw
        return max(self.level_kwh - power * hours, 0.0)


@dataclass(slots=True, eq=False)
class FleetRun:
    """Vehicles that are alike, and what they are asked for."""

    lowered: Fleet
    position: int
    home: int
    charger: int = -1
    charging: int = 0
    vehicles: list[VehicleRun] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    waiting: list[VehicleRun] = field(default_factory=list)
    """Vehicles in front of the chargers."""


@dataclass(slots=True, eq=False)
class MaterialRun:
    """Stock of one material, and what is under way."""

    lowered: Material
    position: int
    entity: int
    stock: float = 0.0
    coming: list["Coming"] = field(default_factory=list)
    ordered: int = 0
    """Orders placed so far; keys the next draw."""


@dataclass(slots=True, eq=False)
class Coming:
    """A delivery under way."""

    quantity: float
    at_s: float
    since_s: float
    number: int
    """Position in the plant file, or -1 - n for the n-th order placed."""


@dataclass(slots=True, eq=False)
class StreamRun:
    """A stream of arrivals."""

    lot: int
    product: int
    every: Time
    quantity: int
    due_after_s: float
    pool: BufferRun
    entity: int
    count: int = 0
    """Arrivals so far."""
    last_s: float = 0.0
    timer: Wake | None = None

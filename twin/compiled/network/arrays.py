"""Arrays from a plant: what of a network stays the same in all its runs.

Used by `twin.compiled.network.filling`. Read off a run of the reference engine that has just been made, so that the
two cannot see different machines, ways or entries.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from plants.model.dispatch import Rule
from twin.compiled.arrays import Times
from twin.compiled.layout import Floats, Integers, Records
from twin.compiled.network.layout import (
    ANY,
    ATC,
    BUFFER,
    CHOICE,
    CR,
    EDD,
    FIFO,
    LIFO,
    LOT,
    MACHINE,
    MODE,
    PRIORITY,
    PRODUCT,
    SEQUENCE,
    SETUP_AVOIDING,
    SPT,
    STEP,
    STEP_NAME,
    STREAM,
)
from twin.compiled.network.resource_arrays import Resources, has_resources, resources_of
from twin.compiled.network.rows import Rows
from twin.lowering import LoweredStation
from twin.network.dispatch import time_mean
from twin.network.engine import NetworkSimulation
from twin.network.turns import Turns
from twin.sampling import Time

RULES = {
    Rule.FIFO.value: FIFO,
    Rule.LIFO.value: LIFO,
    Rule.SPT.value: SPT,
    Rule.EDD.value: EDD,
    Rule.CR.value: CR,
    Rule.ATC.value: ATC,
    Rule.PRIORITY.value: PRIORITY,
    Rule.SETUP_AVOIDING.value: SETUP_AVOIDING,
    Rule.SEQUENCE.value: SEQUENCE,
}
_MIXES = {"any": ANY, "step": STEP_NAME, "product": PRODUCT}


@dataclass(frozen=True, slots=True)
class Fixed:
    """Arrays that runs share, and those that each run copies."""

    shared: dict[str, Any]
    machines: Records
    modes: Records
    lots: Records
    streams: Records
    buffers: Records
    resources: Resources | None
    """What not every plant has; None for a plant that has nothing of it."""
    waiting: int
    """Places that all buffers need for machines that wait for room."""
    parts_needed: int
    """Units that one event may bring into being."""
    rows_needed: int
    """Rows of the log that one event may write."""
    agenda_needed: int
    """Entries that one event may make in the agenda."""
    most: int
    """Units of the largest batch."""
    repeats: int
    """How many times one unit may be among the candidates."""


def fixed_of(sim: NetworkSimulation) -> Fixed:
    """The arrays of a plant, from a run of it."""
    made = _Fixing(sim)
    machines = made.machines()
    buffers = made.buffers()
    steps = made.steps()
    modes, streams = made.modes(), made.streams()
    resources = resources_of(sim, machines, modes, steps, made.times) if has_resources(sim.plant) else None
    most = [m.batch.maximum if m.batch else 1 for m in sim.machines]
    entering = sum(n for n, m in zip(most, sim.machines, strict=True) if m.entry)
    arriving = max((s.quantity for s in sim.streams), default=0)
    entries = sum(m.entry for m in sim.machines) if sim.plant.wip_limit is not None else 0
    turns = sum(m.turn is not None for m in sim.machines) * (len(sim.machines) + max(most))
    built_in = sum(most) * max((sum(n for _, n in s.components) for s in sim.steps), default=0)
    shared: dict[str, Any] = {
        "steps": steps,
        "choices": np.array(made.choices or [(0, 0.0, 0.0)], CHOICE),
        "choice_of": made.choice_of,
        "ways_of": made.ways_of,
        "ways": made.ways.array(),
        "reach": made.reach.array(),
        "inputs": made.inputs.array(),
        "leads": made.leads.array(),
        "takers": made.takers.array(),
        "ahead": made.ahead.array(),
        "turns": made.turns.array(),
    }
    shared |= made.all_times()
    return Fixed(
        shared=shared,
        machines=machines,
        modes=modes,
        lots=made.lots(),
        streams=streams,
        buffers=buffers,
        resources=resources,
        waiting=made.waiting,
        parts_needed=entering + arriving + len(sim.lots) + 2,
        rows_needed=5 * sum(most) + 16 * len(sim.machines) + 4 * arriving + built_in + 64,
        agenda_needed=(max(most) + 1 + built_in) * entries
        + 4 * len(sim.machines)
        + sum(most)
        + len(sim.buffers)
        + turns
        + built_in
        + 64,
        most=max(most),
        repeats=1 + max(sum(b.capacity == 0 for b in m.inputs) for m in sim.machines),
    )


class _Fixing:
    """One plant being turned into arrays."""

    def __init__(self, sim: NetworkSimulation) -> None:
        self._sim = sim
        self.times = Times([])
        self._setups: list[Integers] = []
        self._setup_times: list[tuple[int, Time]] = []
        self._stations = len(sim.plant.stations)
        self.ways, self.reach, self.inputs, self.leads, self.takers = Rows(), Rows(), Rows(), Rows(), Rows()
        self.ahead, self.turns = Rows(), Rows()
        self.choices: list[tuple[int, float, float]] = []
        self.waiting = 0
        cells = len(sim.steps) * self._stations
        self.choice_of = np.full(cells, -1, np.int64)
        self.ways_of = np.full(cells, -1, np.int64)

    def machines(self) -> Records:
        sim = self._sim
        rows = np.zeros(len(sim.machines), MACHINE)
        known: dict[int, tuple[int, int]] = {}
        leads = [self.leads.add(b.position for b in found) for found in sim.leads]
        first_mode = 0
        for row, m in zip(rows, sim.machines, strict=True):
            row["position"], row["station"], row["entity"] = m.position, m.station, sim.entity_of_machine(m)
            row["server"], row["servers"] = m.server, m.lowered.servers
            row["first_mode"], row["last_mode"] = first_mode, first_mode + len(m.modes)
            first_mode += len(m.modes)
            if m.station not in known:
                known[m.station] = self._setup(m.lowered)
            row["setup_pairs"], row["default_setup"] = known[m.station]
            row["inputs_first"], row["inputs_last"] = self.inputs.add(b.position for b in m.inputs)
            row["leads_first"], row["leads_last"] = leads[m.station]
            row["only"] = -1 if m.only is None else m.only.position
            row["entry"], row["rule"], row["look_ahead"] = m.entry, RULES[m.rule], m.look_ahead
            if m.batch is not None:
                row["batch"], row["minimum"], row["maximum"] = 1, m.batch.minimum, m.batch.maximum
                row["mix"] = _MIXES[m.batch.mix]
                row["wait_s"] = -1.0 if m.batch.wait_s is None else m.batch.wait_s
            if m.turn is not None:
                self._turns(row, m.turn)
            row["skill"] = row["failure_curve"] = row["scrap_curve"] = -1
            for kind in ("executing_kw", "waiting_kw", "down_kw", "setup_kw", "off_kw"):
                row[kind] = getattr(m.lowered, kind)
        return rows

    def _turns(self, row: np.void, turn: Turns) -> None:
        """The places of each order's visits, filled up with the last, then the visit of each step."""
        width = max((len(places) for places in turn.places.values()), default=1)
        row["turns"], row["turns_visits"] = turn.length, width
        row["turns_first"] = len(self.turns.numbers)
        for lot in self._sim.lots:
            places = turn.places.get(lot.position, (-1,))
            self.turns.add((*places, *(places[-1],) * (width - len(places))))
        row["visits_first"], _ = self.turns.add(min(visit, width - 1) for visit in turn.visits)

    def _setup(self, s: LoweredStation) -> tuple[int, int]:
        """Where the table of a station's setups begins, and the time of all other pairs."""
        default = -1 if s.default_setup is None else self._setup_time(s.default_setup)
        if not s.setups:
            return -1, default
        classes = len(self._sim.line.classes)
        table = np.full(classes * classes, -1, np.int64)
        for (before, after), time in s.setups.items():
            table[before * classes + after] = self._setup_time(time)
        self._setups.append(table)
        return sum(len(t) for t in self._setups[:-1]), default

    def _setup_time(self, time: Time) -> int:
        place = self.times.add(time)
        self._setup_times.append((place, time))
        return place

    def buffers(self) -> Records:
        sim = self._sim
        pools = [s.pool for s in sim.streams]
        rows = np.zeros(len(sim.buffers) + len(pools), BUFFER)
        leads = [{b.position for b in found} for found in sim.leads]
        for row, b in zip(rows, (*sim.buffers, *pools), strict=True):
            row["places"], row["transport_s"] = b.lowered.capacity, b.transport_s
            row["takers_first"], row["takers_last"] = self.takers.add(m.position for m in b.takers)
            row["fleet"] = -1 if b.fleet is None else b.fleet.position
            row["to_station"], row["kit"] = b.lowered.downstream[0], b.kit
            row["waiting_first"] = self.waiting
            self.waiting += sum(b.position in leads[m.station] for m in sim.machines)
        return rows

    def steps(self) -> Records:
        sim = self._sim
        rows = np.zeros(len(sim.steps), STEP)
        for row, s in zip(rows, sim.steps, strict=True):
            row["product"], row["slot"], row["name"] = s.product, s.slot, sim.step_names[s.position]
            row["setup"], row["defects"], row["detects"] = s.setup, s.defects, s.detects
            row["false_alarms"], row["inspects"], row["plain"] = s.false_alarms, s.inspects, s.plain
            row["rework_share"], row["rework_to"], row["rework_limit"] = s.rework_share, s.rework_to, s.rework_limit
            row["next"], row["work_left"] = s.next, sim.net.work_left[s.position]
            row["reach_first"], row["reach_last"] = self.reach.add(sorted(sim.net.reach[s.position]))
            row["ahead_first"], row["ahead_last"] = self.ahead.add(sorted(sim.net.ahead[s.position]))
            for station in s.times:
                self.choice_of[s.position * self._stations + station] = len(self.choices)
                self.choices.append((self.times.add(s.times[station]), s.means[station], s.scrap[station]))
        for (station, step), ways in sim.ways.items():
            first, _ = self.ways.add([len(ways), *(b.position for b in ways)])
            self.ways_of[step * self._stations + station] = first
        return rows

    def modes(self) -> Records:
        rows = np.zeros(sum(len(m.modes) for m in self._sim.machines), MODE)
        at = 0
        for m in self._sim.machines:
            for mode in m.modes:
                row, lowered = rows[at], mode.lowered
                row["machine"], row["position"], row["slot"] = m.position, mode.position, lowered.slot
                row["calendar"], row["micro"], row["skill"] = lowered.calendar, lowered.micro, -1
                row["uptime"], row["repair"] = self.times.add(lowered.uptime), self.times.add(lowered.repair)
                at += 1
        return rows

    def lots(self) -> Records:
        sim = self._sim
        rows = np.zeros(len(sim.lots), LOT)
        for row, o in zip(rows, (lot.lowered for lot in sim.lots), strict=True):
            row["entity"], row["product"], row["first_step"] = o.entity, o.product, sim.net.first[o.product]
            row["quantity"], row["release_s"], row["due_s"] = o.quantity, o.release_s, o.due_s
            row["priority"], row["stream"] = o.priority, o.stream
        return rows

    def streams(self) -> Records:
        rows = np.zeros(len(self._sim.streams), STREAM)
        for row, s in zip(rows, self._sim.streams, strict=True):
            row["lot"], row["every"], row["quantity"] = s.lot, self.times.add(s.every), s.quantity
            row["pool"] = s.pool.position
        return rows

    def all_times(self) -> dict[str, Records | Floats | Integers]:
        """Times, quantiles, means and setups, after all else has been added."""
        means = np.zeros(max(len(self.times.rows), 1))
        if any(m.rule == Rule.SETUP_AVOIDING.value for m in self._sim.machines):
            for place, time in self._setup_times:
                means[place] = time_mean(time)
        return {
            "times": self.times.records(),
            "table": np.array(self.times.table or [0.0]),
            "time_means": means,
            "setups": np.concatenate([np.zeros(0, np.int64), *self._setups, np.zeros(1, np.int64)]),
        }

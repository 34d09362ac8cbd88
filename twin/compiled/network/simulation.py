"""The compiled engine for networks as seen from outside: one run of one plant, with the calls of `NetworkSimulation`.

Used by `twin.engines`. The same arguments and calls give the same events, totals and snapshots as the reference engine,
bit by bit. A run begins as one of the reference engine, which is copied into arrays before anything happens.
"""

import math

import numpy as np

from plants.errors import InvalidInput, RunFailed
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.state import LineState
from plants.model.plant import Plant
from twin.changes import check_change
from twin.clock import DEFAULT_BUDGET
from twin.compiled.layout import LOG, Floats
from twin.compiled.network.coverage import refused
from twin.compiled.network.events import DONE, GIVEN_UP, LOCKED, NO_ROOM, advance, resequence
from twin.compiled.network.filling import made_in, with_more_room, world_of
from twin.compiled.network.readout import floor_of, order_runs, sequence_of
from twin.compiled.network.stops import change_parameter
from twin.log import EventLog
from twin.lowering import LoweredLine, factors
from twin.network.deadlock import left_over, locked, stuck_with
from twin.network.engine import NetworkSimulation
from twin.network.floor import Floor
from twin.network.snapshot import take
from twin.totals import Totals
from twin.working import Code, OrderRun


class CompiledNetworkSimulation:
    """One run of one plant by the compiled engine.

    Args:
        plant: The plant.
        seed: Together with `replication`, the key of all draws.
        replication: Number of the replication.
        state: Where to start from; without one, an empty plant at plant time 0 with everything new.
        log: Where to write events, if anywhere.
        budget: Events after which the run is given up.

    Raises:
        InvalidInput: the state belongs to another plant or does not fit it, or the plant or the state is not covered.
    """

    def __init__(
        self,
        plant: Plant,
        *,
        seed: int = 1,
        replication: int = 0,
        state: LineState | None = None,
        log: EventLog | None = None,
        budget: int = DEFAULT_BUDGET,
    ) -> None:
        missing = refused(plant, state)
        if missing is not None:
            raise InvalidInput(f"the compiled engine does not cover {missing}: use engine='simpy'")
        begun = NetworkSimulation(plant, seed=seed, replication=replication, state=state, log=log)
        self.plant = plant
        self.line: LoweredLine = begun.line
        self.key = (seed, replication)
        self.values = dict(begun.values)
        self._lots = begun.lots
        self._n_orders = len(begun.orders)
        self._children = begun.children
        self._budget = budget
        self._log = log
        self._power = _power(begun)
        self._unit_kws = np.array([m.lowered.unit_kws for m in begun.machines])
        self._world = world_of(begun, budget, logging=log is not None)

    @property
    def now_s(self) -> float:
        """Plant time."""
        return float(self._world.run[0]["now"])

    @property
    def orders(self) -> list[OrderRun]:
        """How far each order has come, in the sequence of the plant file."""
        return order_runs(self._world, self._lots)[: self._n_orders]

    @property
    def sequence(self) -> list[int]:
        """Positions of the orders in the sequence they are made."""
        return sequence_of(self._world, self._n_orders)

    def run_until(self, until_s: float) -> None:
        """Let everything happen up to and including `until_s`; may be called again and again.

        Raises:
            InvalidInput: `until_s` lies in the past.
            RunFailed: the budget of events is used up.
            Deadlock: nothing can go on, and there is still work.
        """
        if not math.isfinite(until_s):
            raise InvalidInput("a run needs an end: give a finite time")
        if until_s < self.now_s:
            raise InvalidInput(f"plant time is {self.now_s:g} s already: it cannot run until {until_s:g} s")
        status = NO_ROOM
        while status == NO_ROOM:
            status = advance(self._world.run, float(until_s))
            self._fetch_log()
            if status == NO_ROOM:
                self._world = with_more_room(self._world)
        self._check_deadlock(status)
        if status == GIVEN_UP:
            raise RunFailed(
                f"the run was given up after {self._budget} events at plant time {self.now_s:g} s: "
                "look for stations whose cycle is 0 s, or ask for a shorter horizon"
            )

    def totals(self) -> Totals:
        """All counters, brought up to this moment."""
        w = self._world
        run, spent = w.run[0], self._spent_now()
        now = float(run["now"])
        energy = w.machines["energy_kws"] + self._energy_since_mark(spent) + w.machines["processed"] * self._unit_kws
        return Totals(
            time_s=now,
            entered=int(run["entered"]),
            good=int(run["good"]),
            lead_sum_s=float(run["lead_sum_s"]),
            wip_area=float(run["wip_area"]) + int(run["wip"]) * (now - float(run["wip_since_s"])),
            spent=tuple(map(tuple, spent.tolist())),
            processed=tuple(w.machines["processed"].tolist()),
            scrapped=tuple(w.machines["scrapped"].tolist()),
            energy_kwh=tuple((energy / 3600).tolist()),
            nominal_s=tuple(w.machines["nominal_s"].tolist()),
        )

    def snapshot(self) -> LineState:
        """The state at this moment, exactly; taking it changes nothing."""
        return take(self.as_floor())

    def as_floor(self) -> Floor:
        """The working state in the form of the reference engine, to be read only."""
        return floor_of(self._world, self.plant, self.key, self.values)

    def _check_deadlock(self, status: int) -> None:
        run = self._world.run[0]
        if status == LOCKED:
            floor = self.as_floor()
            raise locked(floor, stuck_with(floor, floor.machines[int(run["locked"])]))
        if status == DONE and run["latest_s"] <= run["now"]:
            found = left_over(self.as_floor())
            if found is not None:
                raise found

    def not_started(self) -> tuple[str, ...]:
        """Orders of which no unit has entered the plant, in sequence."""
        begun = self._world.lots["started"].tolist()
        families = {i: (i, *self._children.get(i, ())) for i in self.sequence}
        return tuple(self.line.orders[i].name for i, of in families.items() if not any(begun[n] for n in of))

    def check(self, change: Change) -> None:
        """Whether a change could be made now.

        Raises:
            InvalidInput: as `apply`.
        """
        check_change(self.plant, change, self.not_started())

    def apply(self, change: Change) -> None:
        """Make a change now: it acts on work in progress and on all that follows.

        Raises:
            InvalidInput: an unknown parameter, a value outside its envelope, or a sequence that is not a permutation
                of the orders not yet started.
        """
        self.check(change)
        match change:
            case SetParameter():
                self._set_parameter(change)
            case Resequence():
                self._resequence(change)
        self._fetch_log()

    def _set_parameter(self, change: SetParameter) -> None:
        station = self.plant.station_index[change.alias.split(".", 1)[0]]
        self.values[change.alias] = change.value
        f = factors(self.plant.stations[station], self.values)
        machines = np.flatnonzero(self._world.machines["station"] == station)
        self._make_room()
        for i in machines.tolist():
            given = map(float, (change.value, f.cycle, f.scrap, f.failure, f.power, f.wear))
            change_parameter(self._world.run, i, *given)

    def _resequence(self, change: Resequence) -> None:
        positions = {o.name: i for i, o in enumerate(self.line.orders)}
        wanted = [positions[name] for name in change.orders]
        moved = set(wanted)
        sequence = [i for i in self.sequence if i not in moved] + wanted
        self._world.sequence[:] = made_in(sequence, self._children)
        self._make_room()
        resequence(self._world.run)

    def _make_room(self) -> None:
        """Let there be room for what one event may make, and the log be fetched."""
        self._fetch_log()
        self._world = with_more_room(self._world)

    def _spent_now(self) -> Floats:
        """Seconds of each machine in each code up to this moment."""
        w = self._world
        spent: Floats = w.spent.copy()
        every = np.arange(len(spent))
        spent[every, w.machines["code"]] += w.run[0]["now"] - w.machines["since_s"]
        return spent

    def _energy_since_mark(self, spent: Floats) -> Floats:
        """Energy (kW s) of each machine since its power last changed, term by term as in `twin.network.floor`."""
        d = spent - self._world.spent_mark
        executing, waiting_kw, down_kw, setup_kw, off_kw = self._power
        waiting = d[:, Code.STARVED] + d[:, Code.BLOCKED] + d[:, Code.NO_ORDER] + d[:, Code.NO_CREW]
        down = d[:, Code.DOWN] + d[:, Code.MICRO_STOP] + d[:, Code.MAINTENANCE]
        energy: Floats = (
            d[:, Code.EXECUTING] * executing * self._world.machines["power_factor"]
            + waiting * waiting_kw
            + down * down_kw
            + d[:, Code.SETUP] * setup_kw
            + d[:, Code.OFF_SHIFT] * off_kw
        )
        return energy

    def _fetch_log(self) -> None:
        run = self._world.run[0]
        rows = int(run["logged"])
        if self._log is not None and rows:
            self._log.extend({name: self._world.log[name][:rows] for name in LOG.names or ()})
        run["logged"] = 0


def _power(sim: NetworkSimulation) -> Floats:
    """Power of each machine by condition, in kW, shape (5, machines)."""
    rows = [m.lowered for m in sim.machines]
    return np.array([[s.executing_kw, s.waiting_kw, s.down_kw, s.setup_kw, s.off_kw] for s in rows]).T

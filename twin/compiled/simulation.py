"""The compiled engine as seen from outside: one run of one line, with the calls of `twin.LineSimulation`.

Used by `twin.run`. The same arguments and calls give the same events, totals and snapshots as the reference engine,
bit by bit. What acts from outside on a run in progress (`force_down`, `set_failure_factor`, `set_scrap_factor`) is
for the virtual plant, which runs the reference engine.
"""

import math

import numpy as np

from plants.errors import InvalidInput, RunFailed
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.state import LineState
from plants.model.plant import Plant
from twin.changes import check_change
from twin.clock import DEFAULT_BUDGET
from twin.compiled.breakdowns import change_parameter
from twin.compiled.counting import CODES, bring_up_to_now
from twin.compiled.events import GIVEN_UP, LOG_FULL, ROWS_PER_STATION, advance, resequence
from twin.compiled.layout import BLOCK, LOG, RUN, World, address_all
from twin.compiled.prepared import Prepared, prepare
from twin.compiled.readout import fill_line, order_runs
from twin.compiled.starting import start
from twin.line import Line
from twin.log import EventLog
from twin.lowering import LoweredLine, factors
from twin.philox import MASK
from twin.snapshot import take
from twin.totals import Totals
from twin.working import OrderRun

_LOG_ROWS = 4096
"""Rows kept until they are moved to the log that was given."""


class CompiledSimulation:
    """One run of one line by the compiled engine.

    Args:
        plant: The line.
        seed: Together with `replication`, the key of all draws.
        replication: Number of the replication.
        state: Where to start from; without one, an empty line at plant time 0 with everything new.
        log: Where to write events, if anywhere.
        budget: Events after which the run is given up.

    Raises:
        InvalidInput: the state belongs to another plant or does not fit it, or the line is not covered.
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
        prepared = prepare(plant, state)
        self.plant = plant
        self.line: LoweredLine = prepared.line
        self.key = (seed, replication)
        self.values = dict(prepared.values)
        self._budget = budget
        self._log = log
        self._world = _world(prepared, self.key, budget, logging=log is not None)
        start(self._world.run)
        self._fetch_log()

    @property
    def now_s(self) -> float:
        """Plant time."""
        return float(self._world.run[0]["now"])

    @property
    def orders(self) -> list[OrderRun]:
        """How far each order has come, in the sequence of the plant file."""
        return order_runs(self._world, self.line)

    @property
    def sequence(self) -> list[int]:
        """Positions of the orders in the sequence they are made."""
        sequence: list[int] = self._world.sequence.tolist()
        return sequence

    def run_until(self, until_s: float) -> None:
        """Let everything happen up to and including `until_s`; may be called again and again.

        Raises:
            InvalidInput: `until_s` lies in the past.
            RunFailed: the budget of events is used up.
        """
        if not math.isfinite(until_s):
            raise InvalidInput("a run needs an end: give a finite time")
        if until_s < self.now_s:
            raise InvalidInput(f"plant time is {self.now_s:g} s already: it cannot run until {until_s:g} s")
        status = LOG_FULL
        while status == LOG_FULL:
            status = advance(self._world.run, float(until_s))
            self._fetch_log()
        if status == GIVEN_UP:
            raise RunFailed(
                f"the run was given up after {self._budget} events at plant time {self.now_s:g} s: "
                "look for stations whose cycle is 0 s, or ask for a shorter horizon"
            )

    def totals(self) -> Totals:
        """All counters, brought up to this moment."""
        w = self._world
        bring_up_to_now(w.run)
        run = w.run[0]
        now = float(run["now"])
        return Totals(
            time_s=now,
            entered=int(run["entered"]),
            good=int(run["good"]),
            lead_sum_s=float(run["lead_sum_s"]),
            wip_area=float(run["wip_area"]) + int(run["wip"]) * (now - float(run["wip_since_s"])),
            spent=tuple(map(tuple, w.spent_now.tolist())),
            processed=tuple(w.stations["processed"].tolist()),
            scrapped=tuple(w.stations["scrapped"].tolist()),
            energy_kwh=tuple(e / 3600 for e in w.energy_now.tolist()),
        )

    def snapshot(self) -> LineState:
        """The state at this moment, exactly; taking it changes nothing."""
        return take(self.as_line())

    def as_line(self) -> Line:
        """The working state in the form of the reference engine, to be read only."""
        return fill_line(self._world, self.plant, self.key, self.values)

    def not_started(self) -> tuple[str, ...]:
        """Orders of which no unit has entered the line, in sequence."""
        started = self._world.orders["started"].tolist()
        return tuple(self.line.orders[i].name for i in self.sequence if not started[i])

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
        i = self.plant.station_index[change.alias.split(".", 1)[0]]
        self.values[change.alias] = change.value
        f = factors(self.plant.stations[i], self.values)
        scrap_share = min(self.line.stations[i].scrap * f.scrap, 1.0)
        change_parameter(self._world.run, i, *map(float, (change.value, f.cycle, scrap_share, f.failure, f.power)))

    def _resequence(self, change: Resequence) -> None:
        positions = {o.name: i for i, o in enumerate(self.line.orders)}
        wanted = [positions[name] for name in change.orders]
        moved = set(wanted)
        self._world.sequence[:] = [i for i in self.sequence if i not in moved] + wanted
        resequence(self._world.run)

    def _fetch_log(self) -> None:
        run = self._world.run[0]
        rows = int(run["logged"])
        if self._log is not None and rows:
            self._log.extend({name: self._world.log[name][:rows] for name in LOG.names or ()})
        run["logged"] = 0


def _world(p: Prepared, key: tuple[int, int], budget: int, *, logging: bool) -> World:
    """The arrays of one run."""
    stations, modes = p.arrays.stations.copy(), p.arrays.modes.copy()
    run = np.zeros(1, RUN)
    head = run[0]
    head["now"] = head["wip_since_s"] = p.start_s
    head["events"], head["products"], head["current"] = budget, len(p.line.products), -1
    head["key0"], head["key1"] = key[0] & MASK, key[1] & MASK
    head["wip"], head["next_index"], head["logging"], head["mode_slot"] = p.wip, p.next_index, logging, -1
    timers = len(stations) + len(modes)
    leaves = 1 << max(len(stations) - 1, 1).bit_length()
    tree = np.full(2 * leaves, timers)
    tree[leaves : leaves + len(stations)] = np.arange(len(stations))
    head["leaves"], head["rung"] = leaves, -1
    spent = np.zeros((3, len(stations), CODES))
    world = World(
        run=run,
        stations=stations,
        modes=modes,
        orders=p.arrays.orders.copy(),
        sequence=p.sequence.copy(),
        queue=p.queue.copy(),
        times=p.arrays.times,
        table=p.arrays.table,
        setups=p.arrays.setups,
        at=np.full(timers + 1, math.inf),
        rank=np.zeros(timers + 1, np.int64),
        tree=tree,
        work=np.zeros((len(stations), BLOCK)),
        luck=np.zeros((len(stations), BLOCK)),
        log=np.zeros(max(_LOG_ROWS, 2 * ROWS_PER_STATION * (len(stations) + 1)) if logging else 1, LOG),
        spent=spent[0],
        spent_mark=spent[1],
        spent_now=spent[2],
        energy_now=np.zeros(len(stations)),
    )
    address_all(world)
    return world

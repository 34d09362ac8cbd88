"""Passage times as seen from outside: one run of a line, known at some moments, with the calls of `CompiledSimulation`.

Used by `twin.compiled.ready` for lines that `plain` admits. Unit k leaves station i at

    D[i, k] = max(F[i, k], S[i + 1, k - c]),  F = S + work,  S[i, k] = max(D[i - 1, k] + transport, D[i, k - 1]),

with S the start and c the places of the buffer behind the station; without one, D[i, k] = max(F[i, k], D[i + 1, k - 1])
(Dallery and Gershwin, "Manufacturing flow line systems", Queueing Systems 12, 1992); a failure makes the work longer.
The times are those of the event engine bit by bit, and the sums are made of the same terms in the same sequence as long
as no two events of a station fall together; constant and empirical times, with which they do, are therefore left to the
event engine.
"""

from bisect import bisect_right
from itertools import accumulate, pairwise

import numpy as np

from plants.errors import InvalidInput, RunFailed
from plants.flow.change import Change, SetParameter
from plants.model.distribution import mean_s
from plants.model.plant import Plant
from plants.model.station import Station
from twin.changes import check_change
from twin.compiled.layout import Floats
from twin.compiled.passage.arrays import beginning_of, passage_of
from twin.compiled.passage.drawn import work_of
from twin.compiled.passage.layout import Passage
from twin.compiled.passage.units import GIVEN_UP, pass_units
from twin.kept import Kept
from twin.lowering import Factors, LoweredLine, factors
from twin.totals import Totals
from twin.working import Code, OrderRun

_FEW_FALL_TOGETHER = {"exponential", "uniform", "triangular", "lognormal", "weibull"}
MAX_PLACES = 1_000_000
"""Places of all buffers together."""


_plain_plants: Kept[str, bool] = Kept(64)


def plain(plant: Plant) -> bool:
    """Whether the recursion holds for a line that is empty at the start and left alone from then on.

    Continuous times of work and between failures, no scrap at nominal parameters, no setups, orders that are released
    in the sequence in which they are made.
    """
    return _plain_plants.get(plant.revision, lambda: _found_plain(plant))


def _found_plain(plant: Plant) -> bool:
    return (
        all(map(_plain, plant.stations))
        and (len(plant.products) == 1 or not any(map(_sets_up, plant.stations)))
        and all(one.release_s <= two.release_s for one, two in pairwise(plant.orders))
        and sum(b.capacity for b in plant.buffers) <= MAX_PLACES
    )


def _plain(s: Station) -> bool:
    times = [s.cycle, *(m.uptime_distribution for m in s.failures)]
    return s.scrap == 0 and all(t.kind in _FEW_FALL_TOGETHER for t in times)


def _sets_up(s: Station) -> bool:
    return bool(s.setups.pairs) or mean_s(s.setups.default) > 0


_factors: Kept[tuple[str, int, tuple[float, ...]], Factors] = Kept(1024)


def _factors_of(plant: Plant, i: int, values: dict[str, float]) -> Factors:
    """What the parameters of a station do to it, worked out once for all replications of a setting."""
    station = plant.stations[i]
    given = tuple([values[f"{station.id}.{p.id}"] for p in station.parameters])
    return _factors.get((plant.revision, i, given), lambda: factors(station, values))


class DepartureSimulation:
    """One run of a plain line, known at some moments only; otherwise as `CompiledSimulation`.

    Args:
        plant: A line that `plain` admits.
        seed: Together with `replication`, the key of all draws.
        replication: Number of the replication.
        marks_s: The moments.
    """

    def __init__(self, plant: Plant, *, seed: int, replication: int, marks_s: tuple[float, ...]) -> None:
        self.plant = plant
        self.key = (seed, replication)
        self._begin = beginning_of(plant)
        self.line: LoweredLine = self._begin.prepared.line
        self.sequence = list(range(len(self.line.orders)))
        self.values = dict(self._begin.prepared.values)
        self._changed: set[str] = set()
        self.now_s = 0.0
        self._marks = tuple(sorted({m for m in marks_s if m > 0}))
        self._power = np.ones(len(self.line.stations))
        self._run: Passage | None = None

    @property
    def orders(self) -> list[OrderRun]:
        """How far each order has come at this moment."""
        entered, good = self._counts()
        ends = [0, *accumulate(o.quantity for o in self.line.orders)]
        finished = [] if self._run is None else self._run["lots"]["finished_s"].tolist()
        return [
            OrderRun(
                o,
                i,
                min(max(entered - first, 0), o.quantity),
                min(max(good - first, 0), o.quantity),
                0,
                finished[i] if good >= first + o.quantity else None,
            )
            for i, (o, first) in enumerate(zip(self.line.orders, ends, strict=False))
        ]

    def run_until(self, until_s: float) -> None:
        """Go on to one of the moments.

        Raises:
            InvalidInput: it is none of them, or lies in the past.
            RunFailed: the run does not come forward.
        """
        if until_s != 0 and until_s not in self._marks:
            raise InvalidInput(f"this run is known at {', '.join(f'{m:g}' for m in self._marks)} s only")
        if until_s < self.now_s:
            raise InvalidInput(f"plant time is {self.now_s:g} s already: it cannot run until {until_s:g} s")
        if until_s > 0 and self._run is None:
            self._run = self._passed()
        self.now_s = until_s

    def totals(self) -> Totals:
        """All counters at this moment."""
        n = len(self.line.stations)
        entered, good = self._counts()
        if self._run is None or self.now_s == 0:
            return Totals(0.0, entered, 0, 0.0, 0.0, ((0.0,) * len(Code),) * n, (0,) * n, (0,) * n, (0.0,) * n)
        k = bisect_right(self._marks, self.now_s) - 1
        spent = self._run["spent_at"][k]
        lead_sum_s, wip_area = self._run["flow_at"][k].tolist()
        return Totals(
            time_s=self.now_s,
            entered=entered,
            good=good,
            lead_sum_s=lead_sum_s,
            wip_area=wip_area,
            spent=tuple(map(tuple, spent.tolist())),
            processed=tuple(self._run["processed_at"][k].tolist()),
            scrapped=(0,) * n,
            energy_kwh=tuple((self._energy_kws(spent) / 3600).tolist()),
        )

    def not_started(self) -> tuple[str, ...]:
        """Orders of which no unit has entered the line, in sequence."""
        entered, _ = self._counts()
        begun = 0
        names = []
        for o in self.line.orders:
            if begun >= entered:
                names.append(o.name)
            begun += o.quantity
        return tuple(names)

    def check(self, change: Change) -> None:
        """Whether a change could be made now.

        Raises:
            InvalidInput: as `apply`.
        """
        check_change(self.plant, change, self.not_started())

    def apply(self, change: Change) -> None:
        """Make a change of a parameter before anything has happened; a line that is changed later is for events.

        Raises:
            InvalidInput: a change of another kind, or later, or one that does not fit the plant.
        """
        if not isinstance(change, SetParameter) or self._run is not None:
            raise InvalidInput(f"passage times hold for a line that is left alone, not for {change.kind} under way")
        self.check(change)
        self.values[change.alias] = change.value
        self._changed.add(change.alias)

    def _counts(self) -> tuple[int, int]:
        """Units entered and good."""
        if self._run is None or self.now_s == 0:
            orders = self.line.orders
            return int(not orders or orders[0].release_s <= 0), 0
        entered, good = self._run["counts_at"][bisect_right(self._marks, self.now_s) - 1].tolist()
        return entered, good

    def _passed(self) -> Passage:
        work = work_of(self.plant.revision, self._begin, self.key)
        made = passage_of(self._begin, self.key, self._marks, work)
        self._put_factors(made)
        if pass_units(made.run) == GIVEN_UP:
            raise RunFailed(
                f"the run was given up after {made.run[0]['most']} units: look for stations whose cycle is near 0 s, "
                "or ask for a shorter horizon"
            )
        return made

    def _put_factors(self, made: Passage) -> None:
        """What parameters that were changed do to their stations."""
        courses, modes = made["courses"], made["modes"]
        for i in {self.plant.station_index[alias.split(".", 1)[0]] for alias in self._changed}:
            f = _factors_of(self.plant, i, self.values)
            courses[i]["factor"] = f.cycle
            modes["rate"][modes["station"] == i] = f.failure
            self._power[i] = f.power

    def _energy_kws(self, spent: Floats) -> Floats:
        """Energy of each station (kW s), the same sums as in `twin.compiled.counting`."""
        kw = self._begin.prepared.arrays.stations
        waiting = spent[:, Code.STARVED] + spent[:, Code.BLOCKED] + spent[:, Code.NO_ORDER]
        down = spent[:, Code.DOWN] + spent[:, Code.MICRO_STOP]
        executing = spent[:, Code.EXECUTING] * kw["executing_kw"] * self._power
        energy: Floats = executing + waiting * kw["waiting_kw"] + down * kw["down_kw"] + 0.0 * kw["setup_kw"]
        return energy

"""Departure times by recursion: plain lines without an event, faster still than the event engine and equal to it.

Used by `twin.compiled.ready` for lines that `plain` admits. Unit k leaves station i at

    D[i, k] = max(F[i, k], S[i + 1, k - c]),  F = S + work,  S[i, k] = max(D[i - 1, k] + transport, D[i, k - 1]),

with S the start and c the places of the buffer behind the station; without one, D[i, k] = max(F[i, k], D[i + 1, k - 1])
(Dallery and Gershwin, "Manufacturing flow line systems", Queueing Systems 12, 1992). The times are those of the event
engine bit by bit, and the sums are made of the same terms in the same sequence as long as no two events of a station
fall together; constant and empirical times, with which they do, are therefore left to the event engine.
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

import math

import numpy as np

from plants.errors import InvalidInput, RunFailed
from plants.flow.change import Change
from plants.model.plant import Plant
from twin.changes import check_change
from twin.clock import DEFAULT_BUDGET
from twin.compiled.arrays import arrays_of
from twin.compiled.counting import BLOCKED, CODES, EXECUTING, STARVED
from twin.compiled.draws import fill
from twin.compiled.jit import inner, jit
from twin.compiled.layout import BLOCK, Floats, Integers, Records, Words
from twin.compiled.sampling import ppf
from twin.draws import Purpose
from twin.lowering import LoweredLine, factors, lower
from twin.philox import MASK
from twin.sampling import TimeKind
from twin.totals import Totals
from twin.working import Code, OrderRun

_PROCESSING, _EXPONENTIAL = int(Purpose.PROCESSING), int(TimeKind.EXPONENTIAL)
_NOTHING = np.uint64(0)
_FEW_FALL_TOGETHER = {"exponential", "uniform", "triangular", "lognormal", "weibull"}
MAX_PLACES = 1_000_000
"""Places of all buffers together."""


def plain(plant: Plant) -> bool:
    """Whether the recursion holds for a line that is empty at the start and left alone.

    No orders, no failures, no scrap at nominal parameters, and continuous times at every station.
    """
    return (
        not plant.orders
        and all(not s.failures and s.scrap == 0 and s.cycle.kind in _FEW_FALL_TOGETHER for s in plant.stations)
        and sum(b.capacity for b in plant.buffers) <= MAX_PLACES
    )


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
        self.line: LoweredLine = lower(plant)
        self.orders: list[OrderRun] = []
        self.sequence: list[int] = []
        self.now_s = 0.0
        marks = sorted(set(marks_s))
        self._totals = _totals(plant, self.line, (seed, replication), marks)

    def run_until(self, until_s: float) -> None:
        """Go on to one of the moments.

        Raises:
            InvalidInput: it is none of them.
        """
        if until_s not in self._totals:
            raise InvalidInput(f"this run is known at {', '.join(f'{m:g}' for m in self._totals)} s only")
        self.now_s = until_s

    def totals(self) -> Totals:
        """All counters at this moment; those of an empty line before the first."""
        return self._totals[self.now_s]

    def not_started(self) -> tuple[str, ...]:
        """A line without orders has none."""
        return ()

    def check(self, change: Change) -> None:
        """Whether a change could be made now.

        Raises:
            InvalidInput: as `apply`.
        """
        check_change(self.plant, change, ())

    def apply(self, change: Change) -> None:
        """Refuse: a line that is changed is for the event engine.

        Raises:
            InvalidInput: always.
        """
        raise InvalidInput(f"departure times hold for a line that is left alone, not for {change.kind}")


def _totals(plant: Plant, line: LoweredLine, key: tuple[int, int], marks: list[float]) -> dict[float, Totals]:
    arrays = arrays_of(line)
    n, m = len(line.stations), len(marks)
    values = {alias: p.nominal for alias, p in plant.parameters.items()}
    effects = [factors(s, values) for s in plant.stations]
    places = np.array([0, *line.capacities], np.int64)
    spent, processed = np.zeros((m, n, CODES)), np.zeros((m, n), np.int64)
    flow, counts = np.zeros((m, 2)), np.zeros((m, 2), np.int64)
    draws = np.zeros((n, BLOCK))
    most = DEFAULT_BUDGET // n
    entered = departures(
        np.uint64(key[0] & MASK),
        np.uint64(key[1] & MASK),
        arrays.times,
        np.ascontiguousarray(arrays.stations["entity"]),
        draws,
        draws.ctypes.data,
        places,
        np.array([0.0, *line.transports]),
        np.array([f.cycle for f in effects]),
        np.array([*marks, math.inf]),
        spent,
        processed,
        flow,
        counts,
        most,
    )
    if entered >= most:
        raise RunFailed(
            f"the run was given up after {most} units: look for stations whose cycle is near 0 s, "
            "or ask for a shorter horizon"
        )
    power = [f.power for f in effects]
    return {mark: _at(line, power, mark, spent[k], processed[k], flow[k], counts[k]) for k, mark in enumerate(marks)}


def _at(
    line: LoweredLine,
    power: list[float],
    mark: float,
    spent: Floats,
    processed: Integers,
    flow: Floats,
    counts: Integers,
) -> Totals:
    rows: list[list[float]] = spent.tolist()
    energy = [
        row[Code.EXECUTING] * s.executing_kw * p + (row[Code.STARVED] + row[Code.BLOCKED] + 0.0) * s.waiting_kw
        for row, s, p in zip(rows, line.stations, power, strict=True)
    ]
    return Totals(
        time_s=mark,
        entered=int(counts[0]),
        good=int(counts[1]),
        lead_sum_s=float(flow[0]),
        wip_area=float(flow[1]),
        spent=tuple(map(tuple, rows)),
        processed=tuple(processed.tolist()),
        scrapped=(0,) * len(rows),
        energy_kwh=tuple(e / 3600 for e in energy),
    )


@jit
def departures(  # noqa: C901 - one recursion; handing arrays to functions costs more than it does
    key0: np.uint64,
    key1: np.uint64,
    times: Records,
    entities: Words,
    draws: Floats,
    draws_address: int,
    places: Integers,
    transports: Floats,
    factors_on_cycle: Floats,
    marks: Floats,
    spent_at: Floats,
    processed_at: Integers,
    flow_at: Floats,
    counts_at: Integers,
    most: int,
) -> int:
    """Run a plain line to the last mark but one (the last is infinity).

    Args:
        key0: Seed.
        key1: Replication.
        times: TIME, the cycle of each station.
        entities: What keys the draws of each station.
        draws: Room for draws, shape (stations, BLOCK).
        draws_address: Where it lies.
        places: Places of the buffer in front of each station.
        transports: Its transport time.
        factors_on_cycle: What the parameters do to the cycle of each station.
        marks: Moments, ascending.
        spent_at: Out: seconds in each code, shape (marks, stations, codes).
        processed_at: Out: units finished, shape (marks, stations).
        flow_at: Out: sum of lead times and area of units on the line, shape (marks, 2).
        counts_at: Out: units entered and good, shape (marks, 2).
        most: Units after which the run is given up.

    Returns:
        Units that entered the line.
    """
    n, last = places.shape[0], marks.shape[0] - 1
    horizon = marks[last - 1]
    left = np.zeros(n + 1)  # when the unit before left each station
    base, head = np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    for i in range(n):
        base[i + 1] = base[i] + places[i]
    starts = np.zeros(base[n] + 1)  # of the last units, a ring for each buffer
    spent, since = np.zeros((n, CODES)), np.zeros(n)
    code, processed, mark = np.full(n, STARVED), np.zeros(n, np.int64), np.zeros(n, np.int64)
    held = base[n] + n + 2
    entries, exits = np.zeros(held), np.zeros(held)
    oldest, newest, wip, good, flow_mark = 0, 0, 0, 0, 0
    lead_sum, area, counted = 0.0, 0.0, 0.0
    k = 0
    while left[0] <= horizon and k < most:
        offset = k & (BLOCK - 1)
        if offset == 0:
            for i in range(n):
                fill(draws_address, i * BLOCK, key0, key1, k, _NOTHING, entities[i], _PROCESSING)
                if times[i].kind == _EXPONENTIAL:
                    for j in range(BLOCK):
                        draws[i, j] = -times[i].a * math.log1p(-draws[i, j])
                else:
                    for j in range(BLOCK):
                        draws[i, j] = ppf(times[i], 0, draws[i, j])
        entry = left[0]
        came = entry
        for i in range(n):
            free = left[i]
            c = places[i]
            start = free
            if i > 0:
                ready = came + transports[i] if c > 0 else came
                start = max(free, ready)
                if c > 0:
                    starts[base[i] + head[i]] = start
                    head[i] = head[i] + 1 if head[i] + 1 < c else 0
            if start > horizon:
                for r in range(i, n):
                    if left[r] <= horizon and code[r] != STARVED:  # what it has is done: nothing follows in time
                        while marks[mark[r]] < left[r]:
                            _save(spent_at, processed_at, mark[r], r, marks, spent, since, code, processed)
                            mark[r] += 1
                        spent[r, code[r]] += left[r] - since[r]
                        since[r] = left[r]
                        code[r] = STARVED
                    left[r] = math.inf
                    if r > i and places[r] > 0:
                        starts[base[r] + head[r]] = math.inf
                        head[r] = head[r] + 1 if head[r] + 1 < places[r] else 0
                came = math.inf
                break
            if start > free:
                while marks[mark[i]] < free:
                    _save(spent_at, processed_at, mark[i], i, marks, spent, since, code, processed)
                    mark[i] += 1
                if code[i] != STARVED:
                    spent[i, code[i]] += free - since[i]
                    since[i] = free
                    code[i] = STARVED
            while marks[mark[i]] < start:
                _save(spent_at, processed_at, mark[i], i, marks, spent, since, code, processed)
                mark[i] += 1
            if code[i] != EXECUTING:
                spent[i, code[i]] += start - since[i]
                since[i] = start
                code[i] = EXECUTING
            finish = start + draws[i, offset] * factors_on_cycle[i]
            while marks[mark[i]] < finish:
                _save(spent_at, processed_at, mark[i], i, marks, spent, since, code, processed)
                mark[i] += 1
            processed[i] += 1
            leave = finish
            if i + 1 < n:
                room = starts[base[i + 1] + head[i + 1]] if places[i + 1] > 0 else left[i + 1]
                if room > finish:
                    leave = room
                    spent[i, EXECUTING] += finish - since[i]
                    since[i] = finish
                    code[i] = BLOCKED
            left[i] = leave
            came = leave
        # units on the line: what left before this unit came, then this unit
        while oldest != newest and exits[oldest] <= entry:
            while marks[flow_mark] < exits[oldest]:
                _save_flow(flow_at, counts_at, flow_mark, marks, lead_sum, area, wip, counted, good)
                flow_mark += 1
            area += wip * (exits[oldest] - counted)
            counted = exits[oldest]
            lead_sum += exits[oldest] - entries[oldest]
            good += 1
            wip -= 1
            oldest = oldest + 1 if oldest + 1 < held else 0
        while marks[flow_mark] < entry:
            _save_flow(flow_at, counts_at, flow_mark, marks, lead_sum, area, wip, counted, good)
            flow_mark += 1
        area += wip * (entry - counted)
        counted = entry
        wip += 1
        entries[newest], exits[newest] = entry, came
        newest = newest + 1 if newest + 1 < held else 0
        k += 1
    while oldest != newest and exits[oldest] <= horizon:
        while marks[flow_mark] < exits[oldest]:
            _save_flow(flow_at, counts_at, flow_mark, marks, lead_sum, area, wip, counted, good)
            flow_mark += 1
        area += wip * (exits[oldest] - counted)
        counted = exits[oldest]
        lead_sum += exits[oldest] - entries[oldest]
        good += 1
        wip -= 1
        oldest = oldest + 1 if oldest + 1 < held else 0
    while flow_mark < last:
        _save_flow(flow_at, counts_at, flow_mark, marks, lead_sum, area, wip, counted, good)
        flow_mark += 1
    for i in range(n):
        while mark[i] < last:
            _save(spent_at, processed_at, mark[i], i, marks, spent, since, code, processed)
            mark[i] += 1
    return k


@inner
def _save(
    spent_at: Floats,
    processed_at: Integers,
    m: int,
    i: int,
    marks: Floats,
    spent: Floats,
    since: Floats,
    code: Integers,
    processed: Integers,
) -> None:
    """The figures of station `i` at mark `m`."""
    for c in range(CODES):
        spent_at[m, i, c] = spent[i, c]
    spent_at[m, i, code[i]] += marks[m] - since[i]
    processed_at[m, i] = processed[i]


@inner
def _save_flow(
    flow_at: Floats,
    counts_at: Integers,
    m: int,
    marks: Floats,
    lead_sum: float,
    area: float,
    wip: int,
    counted: float,
    good: int,
) -> None:
    """Lead times, units on the line and counts at mark `m`."""
    flow_at[m, 0] = lead_sum
    flow_at[m, 1] = area + wip * (marks[m] - counted)
    counts_at[m, 0] = good + wip
    counts_at[m, 1] = good

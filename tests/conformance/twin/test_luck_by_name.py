"""Plants that differ in structure share their luck: what both have draws the same, in every engine (ADR 0003)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from plants.errors import InvalidInput
from plants.model.plant import Plant
from tests.twin_lines import constant, exponential, line, mode, order, station
from tests.twin_networks import machine, network, product, step, store
from tests.twin_parity import Made
from twin import LineSimulation, run
from twin.keys import check_keys
from twin.log import EventKind, EventLog
from twin.network.engine import NetworkSimulation
from twin.working import Code

Luck = dict[tuple[str, str, int, int], float]
"""What was drawn: by station, what it is, order or mode, and which one."""

LINE_ENGINES: list[Made] = [LineSimulation, NetworkSimulation]
NETWORK_ENGINES: list[Made] = [NetworkSimulation]
try:
    from twin.compiled.network.simulation import CompiledNetworkSimulation
    from twin.compiled.simulation import CompiledSimulation
except ImportError:
    pass
else:
    LINE_ENGINES += [CompiledSimulation, CompiledNetworkSimulation]
    NETWORK_ENGINES += [CompiledNetworkSimulation]

pytestmark = pytest.mark.timeout(900)  # the kernels may have to be compiled first, on a machine that is busy

LOGNORMAL = {"kind": "lognormal", "mean_s": 1.0, "sd_s": 0.4}
MORE = station(exponential(0.9), id="more", failures=[mode("operating", 50, 5)])
SHARED = (
    station(LOGNORMAL, id="saw", scrap=0.1, failures=[mode("operating", 40, 4)]),
    station(LOGNORMAL, id="drill", setups={"default": exponential(3.0)}, failures=[mode("calendar", 60, 6)]),
    station(exponential(1.0), id="paint", scrap=0.2),
)
ORDERS = [order(f"o{n}", ("red", "blue")[n % 2], 30) for n in range(4)]


def smooth(stations: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same stations without failures, so that work and setups last as long as they were drawn."""
    return [{**s, "failures": []} for s in stations]


def luck(make: Made, plant: Plant, until_s: float = 200.0) -> Luck:
    """What a run drew, read off its events; machines must be their stations."""
    log = EventLog()
    make(plant, seed=5, replication=2, state=None, log=log).run_until(until_s)
    watch = _Watch(plant)
    for row in log.rows():
        watch.see(*row)
    return watch.found


class _Watch:
    """Reads draws off the events of a run."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._began: dict[tuple[str, str, int, int], float] = {}
        self._count: dict[tuple[str, int], int] = {}
        self._code = dict.fromkeys(plant.station_index, int(Code.STARVED))
        self._since = dict.fromkeys(plant.station_index, 0.0)
        self._worked = dict.fromkeys(plant.station_index, 0.0)
        self.found: Luck = {}

    def see(self, t: float, kind: EventKind, s: int, lot: int, index: int, value: float) -> None:
        """One event."""
        name = self._plant.stations[s].id
        if kind is EventKind.START:
            self._began[name, "work", lot, index] = t
        elif kind in (EventKind.FINISH, EventKind.SCRAP):
            key = (name, "work", lot, index)
            self.found[key] = t - self._began.pop(key)
            self.found[name, "scrap", lot, index] = float(kind is EventKind.SCRAP)
        elif kind in (EventKind.SETUP, EventKind.READY):
            self._lasts(name, "setup", 0, t, kind is EventKind.SETUP)
        elif kind is EventKind.CONDITION:
            self._worked[name] += t - self._since[name] if self._code[name] == Code.EXECUTING else 0.0
            self._since[name], self._code[name] = t, int(value)
        elif kind in (EventKind.DOWN, EventKind.UP):
            self._mode(name, int(value), t, kind is EventKind.DOWN)

    def _lasts(self, name: str, what: str, which: int, t: float, begins: bool) -> None:
        n = self._count.setdefault((name + what, which), 0)
        if begins:
            self._began[name, what, which, n] = t
        else:
            self.found[name, what, which, n] = t - self._began[name, what, which, n]
            self._count[name + what, which] += 1

    def _mode(self, name: str, which: int, t: float, fails: bool) -> None:
        calendar = self._plant.stations[self._plant.station_index[name]].failures[which].clock == "calendar"
        working = t - self._since[name] if self._code[name] == Code.EXECUTING else 0.0
        clock = t if calendar else self._worked[name] + working
        self._began.setdefault((name, "uptime", which, 0), 0.0)
        self._lasts(name, "uptime", which, clock, begins=not fails)
        self._lasts(name, "repair", which, t, begins=fails)


def shared(one: Luck, two: Luck, *what: str) -> int:
    """How many draws of some kinds both runs made, which must be the same."""
    both = [key for key in one.keys() & two.keys() if key[1] in what]
    for key in both:
        assert one[key] == pytest.approx(two[key], abs=1e-9), key
    return len(both)


@pytest.mark.parametrize("place", [0, 1, 3])
@pytest.mark.parametrize("make", LINE_ENGINES)
def test_a_line_and_the_line_with_a_station_more_share_work_scrap_and_setups(make: Made, place: int) -> None:
    """Wherever the station is put in, first, last or between; with orders."""
    more = [*SHARED[:place], MORE, *SHARED[place:]]

    one = luck(make, line(smooth(SHARED), 4, orders=ORDERS))
    two = luck(make, line(smooth(more), 4, orders=ORDERS))

    assert shared(one, two, "work") > 200
    assert shared(one, two, "scrap") > 200
    assert shared(one, two, "setup") >= 3


@pytest.mark.parametrize("place", [0, 1, 3])
@pytest.mark.parametrize("make", LINE_ENGINES)
def test_a_line_and_the_line_with_a_station_more_share_uptimes_and_repairs(make: Made, place: int) -> None:
    """On both clocks, without orders."""
    more = [*SHARED[:place], MORE, *SHARED[place:]]

    one = luck(make, line(SHARED, 4), 1_000.0)
    two = luck(make, line(more, 4), 1_000.0)

    assert shared(one, two, "uptime") > 15
    assert shared(one, two, "repair") > 15


def shop(*, deburr: bool) -> Plant:
    """Two products over three machines, with or without a step between them at a machine of its own."""
    between = [step("deburr", "deburr")] if deburr else []
    stations = [machine("saw", LOGNORMAL), machine("mill", LOGNORMAL, failures=[mode("calendar", 60, 6)])]
    stations += [machine("deburr", exponential(0.5))] if deburr else []
    routes = [
        product("red", step("saw", "saw"), *between, step("mill", "mill"), step("grind", "grind")),
        product("blue", step("saw", "saw"), step("grind", "grind")),
    ]
    buffers = [store("to_mill", "mill"), store("to_grind", "grind")]
    buffers += [store("to_deburr", "deburr")] if deburr else []
    stations.append(machine("grind", LOGNORMAL, scrap=0.1))
    return network(stations, routes, buffers, orders=ORDERS)


@pytest.mark.parametrize("make", NETWORK_ENGINES)
def test_a_route_and_the_route_with_a_step_more_share_their_luck(make: Made) -> None:
    """Work and scrap of the shared steps, failures of the shared machines."""
    one, two = luck(make, shop(deburr=False), 400.0), luck(make, shop(deburr=True), 400.0)

    del_mill = {key for key in one if key[0] == "mill" and key[1] in ("work", "scrap")}  # work stops at failures
    one = {key: value for key, value in one.items() if key not in del_mill}
    assert shared(one, two, "work") >= 200
    assert shared(one, two, "scrap") >= 200
    assert shared(one, two, "uptime", "repair") > 6


def test_the_difference_between_two_structures_varies_far_less_than_that_of_independent_runs() -> None:
    """Units that a line of six makes, and the line with a seventh in front: 208 times; by position it was 8 times."""
    cycles = [station(exponential(1.0), id=f"m{i}") for i in range(6)]
    more = [station(constant(0.9), id="more"), *cycles]
    plants = (line(cycles, 5), line(more, 5))

    made = [
        [run(p, horizon_s=500.0, seed=3, replication=r, engine="simpy").counters["good"] for r in range(60)]
        for p in plants
    ]
    one, two = np.array(made, float)

    independent = one.var(ddof=1) + two.var(ddof=1)
    assert independent / (two - one).var(ddof=1) > 50


def test_names_that_would_share_their_luck_are_refused() -> None:
    """Two words of one CRC-32: as stations, orders, modes of one station; as names of different kinds they may stay."""
    twins = ("plumless", "buckeroo")

    with pytest.raises(InvalidInput, match=r"machines 'plumless' and 'buckeroo' would draw the same .* rename one"):
        LineSimulation(line([station(id=name) for name in twins]))
    with pytest.raises(InvalidInput, match="orders and arrivals 'plumless' and 'buckeroo'"):
        run(line([station()], orders=[order(name) for name in twins]), horizon_s=10.0)
    with pytest.raises(InvalidInput, match="failure modes of 's0' 'plumless' and 'buckeroo'"):
        check_keys(line([station(failures=[{**mode(), "id": name} for name in twins])]))
    check_keys(line([station(id=twins[0])], orders=[order(twins[1])]))

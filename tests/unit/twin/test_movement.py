"""How units move: blocking, direct handing over, conveyors, setups, scrap, orders."""

import pytest

from plants.errors import InvalidInput, RunFailed
from plants.flow.change import Resequence
from plants.flow.state import Condition
from tests.twin_lines import constant, exponential, line, mode, order, station
from twin import LineSimulation
from twin.log import EventKind, EventLog


def played(plant: object, until_s: float, **more: object) -> tuple[LineSimulation, EventLog]:
    """A run with a log."""
    log = EventLog()
    sim = LineSimulation(plant, log=log, **more)  # type: ignore[arg-type] # keyword arguments of the test's choice
    sim.run_until(until_s)
    return sim, log


def moments(log: EventLog, kind: EventKind, at: int) -> list[float]:
    """When events of a kind happened at a station."""
    return [t for t, _, s, *_ in log.rows(kind) if s == at]


def test_a_finished_unit_blocks_its_station_until_there_is_room() -> None:
    """Blocking after service on a deterministic line without buffer: a fast station waits for a slow one."""
    sim, log = played(line([station(constant(1)), station(constant(3))]), 10)

    assert moments(log, EventKind.START, 0) == [0, 1, 4, 7, 10]
    assert moments(log, EventKind.EXIT, 1) == [4, 7, 10]
    assert sim.snapshot().stations[0].condition is Condition.EXECUTING


def test_a_buffer_of_two_lets_a_fast_station_run_ahead_by_two() -> None:
    """The third unit waits in the station: one is in work, two are stored."""
    _, log = played(line([station(constant(1)), station(constant(10))], 2), 10)

    assert moments(log, EventKind.START, 0) == [0, 1, 2, 3]
    assert moments(log, EventKind.FINISH, 0) == [1, 2, 3, 4]


def test_a_row_of_direct_transfers_moves_up_at_once() -> None:
    """When the last of four coupled stations is free, every station before it moves up in the same moment."""
    stations = [station(constant(1))] * 3 + [station(constant(5))]

    _, log = played(line(stations), 16)

    assert moments(log, EventKind.EXIT, 3) == [8, 13]
    assert [moments(log, EventKind.START, i)[-1] for i in range(4)] == [13, 13, 13, 13]


def test_a_conveyor_takes_its_time() -> None:
    """A unit is available downstream `transport_s` after it entered; the places it needs meanwhile are taken."""
    _, log = played(line([station(constant(1)), station(constant(1))], [(3, 10.0)]), 30)

    assert moments(log, EventKind.START, 1)[:4] == [11, 12, 13, 21]
    assert moments(log, EventKind.FINISH, 0)[:5] == [1, 2, 3, 4, 12]


def test_units_stay_in_sequence() -> None:
    """First in, first out, through conveyors of random speed."""
    _, log = played(line([station(), station(), station()], [(4, 2.0), (3, 0.5)]), 500)

    left = [i for _, _, _, _, i, _ in log.rows(EventKind.EXIT)]

    assert left == sorted(left)
    assert len(left) > 100


def test_a_setup_comes_between_two_products_and_not_between_two_orders_of_one() -> None:
    """Red, red, blue: one changeover of 30 s at the station that needs it, none at the start."""
    setups = {"default": constant(30)}
    orders = [order("a", "red", 2), order("b", "red", 2), order("c", "blue", 2)]

    sim, log = played(line([station(constant(1), setups=setups)], orders=orders), 100)

    assert moments(log, EventKind.SETUP, 0) == [4]
    assert [o.finished_s for o in sim.snapshot().orders] == [2, 4, 36]
    assert sim.snapshot().stations[0].setup_product == "blue"


def test_a_pair_of_products_has_its_own_setup() -> None:
    """The listed pair counts before the default, in its direction only."""
    pair = {"before": "red", "after": "blue", "time": constant(7)}
    orders = [order("a", "red", 1), order("b", "blue", 1), order("c", "red", 1)]

    sim, _ = played(line([station(constant(1), setups={"default": constant(30), "pairs": [pair]})], orders=orders), 100)

    assert [o.finished_s for o in sim.snapshot().orders] == [1, 9, 40]


def test_a_rejected_unit_leaves_the_line_where_it_is() -> None:
    """Scrap is counted at its station, and the next one never sees the unit."""
    sim, log = played(line([station(constant(1), scrap=0.3), station(constant(1))]), 2000)

    first, second = sim.snapshot().stations
    assert first.scrapped == len(log.rows(EventKind.SCRAP))
    assert first.scrapped / first.processed == pytest.approx(0.3, abs=0.04)
    assert first.processed - first.scrapped - second.processed in (0, 1, 2)


def test_orders_wait_for_their_release_and_the_next_released_one_goes_ahead() -> None:
    """The first of the sequence is released late: the second is made meanwhile, and is not interrupted."""
    orders = [order("late", "red", 2, release_s=5.0), order("early", "red", 10)]

    sim, _ = played(line([station(constant(1))], orders=orders), 50)

    state = {o.order: o.finished_s for o in sim.snapshot().orders}
    assert state == {"late": 12, "early": 10}


def test_a_line_waits_for_a_release_when_nothing_else_is_left() -> None:
    """Waiting for a release is starving, not the end of the orders."""
    sim, _ = played(line([station(constant(1))], orders=[order("a", quantity=1, release_s=9.0)]), 5)

    waiting = sim.snapshot().stations[0].condition
    sim.run_until(20)

    assert waiting is Condition.STARVED
    assert sim.snapshot().orders[0].finished_s == 10


def test_every_station_reports_when_nothing_is_left_to_make() -> None:
    """After the last unit the stations run dry one after another, also when that unit was rejected."""
    plant = line([station(constant(1), scrap=0.5), station(constant(1)), station(constant(1))], 1, orders=[order("a")])

    sim, log = played(plant, 100)

    rows = [(s, t) for t, _, s, _, _, v in log.rows(EventKind.CONDITION) if v == 6]
    assert {s.condition for s in sim.snapshot().stations} == {Condition.NO_ORDER}
    assert [s for s, _ in rows] == [0, 1, 2]
    assert sim.snapshot().orders[0].finished_s is not None


def test_a_new_sequence_is_made_in_that_sequence() -> None:
    """Orders that have not started are made as told, the running one first."""
    orders = [order("a"), order("b"), order("c"), order("d")]
    sim, _ = played(line([station(constant(1))], orders=orders), 5)

    sim.apply(Resequence(orders=("d", "b", "c")))
    sim.run_until(100)

    assert [(o.order, o.finished_s) for o in sim.snapshot().orders] == [("a", 10), ("d", 20), ("b", 30), ("c", 40)]


@pytest.mark.parametrize("wanted", [("b",), ("a", "b", "c"), ("b", "c", "c"), ("b", "x")])
def test_a_sequence_that_is_no_permutation_is_refused(wanted: tuple[str, ...]) -> None:
    """Missing, started, doubled and unknown orders; the message lists the ones that count."""
    sim, _ = played(line([station(constant(1))], orders=[order("a"), order("b"), order("c")]), 5)

    with pytest.raises(InvalidInput, match="not yet started: b, c"):
        sim.apply(Resequence(orders=wanted))


def test_a_new_sequence_keeps_the_luck_of_each_unit() -> None:
    """Times and rejects belong to the unit, whatever is made before it (ADR 0003)."""
    orders = [order("z", quantity=1), order("a", quantity=50), order("b", quantity=50)]
    plant = line([station(exponential(2.0), scrap=0.2)], orders=orders)

    def luck(sequence: tuple[str, ...]) -> dict[tuple[int, int], tuple[float, bool]]:
        log = EventLog()
        sim = LineSimulation(plant, log=log)
        sim.apply(Resequence(orders=sequence))
        sim.run_until(1000)
        starts = {(o, i): t for t, _, _, o, i, _ in log.rows(EventKind.START)}
        ends = log.rows(EventKind.FINISH, EventKind.SCRAP)
        return {(o, i): (round(t - starts[o, i], 9), kind is EventKind.SCRAP) for t, kind, _, o, i, _ in ends}

    one, other = luck(("a", "b")), luck(("b", "a"))

    assert len(one) == 101
    assert one == other


def test_a_station_that_is_down_still_takes_and_gives_units() -> None:
    """A breakdown stops work, not handing over: the convention under which the exact values hold."""
    plant = line([station(constant(1)), station(constant(1), failures=[mode(mtbf_s=1e8)])], 0)
    sim = LineSimulation(plant)

    sim.force_down("s1", "stop", 5.0)
    sim.run_until(3)
    state = sim.snapshot()

    assert state.stations[1].condition is Condition.DOWN
    assert state.stations[1].part is not None
    assert state.stations[0].condition is Condition.BLOCKED


def test_an_endless_moment_is_given_up() -> None:
    """A line of zero cycle times would never come forward: the budget of events ends it with a clear message."""
    sim = LineSimulation(line([station(constant(0))]), budget=10_000)

    with pytest.raises(RunFailed, match="cycle is 0 s"):
        sim.run_until(1)


def test_time_does_not_run_backwards() -> None:
    """Asking for the past is refused."""
    sim, _ = played(line([station()]), 10)

    with pytest.raises(InvalidInput, match="10 s already"):
        sim.run_until(9)


def test_labels_do_not_matter() -> None:
    """Names of buffers and labels key no draw: the same line labelled otherwise gives the same events."""
    plant = line([station(), station()], 1)
    renamed = line([station(), station()], 1, name={"en": "other", "ko": "other"})

    _, one = played(plant, 200)
    _, other = played(renamed, 200)

    assert one.rows() == other.rows()

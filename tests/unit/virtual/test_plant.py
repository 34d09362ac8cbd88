"""The virtual plant: lag, disturbances, refusals, and a history that depends on nothing but its arguments."""

import pytest

from plants.errors import InvalidInput
from plants.flow.state import PackML
from plants.model.plant import Plant
from plants.model.tags import ORDER_SEQUENCE, PLANT_TIME, DataType, tags_of
from virtual.equipment import Refusal, WriteRefused
from virtual.plant import VirtualPlant
from virtual.script import (
    DEMO_SCRIPT,
    Breakdown,
    ClampedWrites,
    IgnoredWrites,
    Override,
    PanelSetting,
    Scrap,
    Script,
    Selector,
    SlowActual,
    Wear,
)

SPEED = "labeller.speed_per_min"
ACTUAL = f"{SPEED}.actual"
_PYTHON = {
    DataType.BOOLEAN: bool,
    DataType.INT32: int,
    DataType.UINT32: int,
    DataType.DOUBLE: float,
    DataType.STRING: str,
    DataType.STRING_ARRAY: tuple,
}


def number(plant: VirtualPlant, alias: str) -> float:
    """A numeric tag."""
    value = plant.values()[alias]
    assert isinstance(value, int | float)
    return value


def test_it_shows_every_declared_tag_with_a_value_of_its_type(plant: Plant) -> None:
    """No tag is missing, none is extra, none has another type."""
    values = VirtualPlant(plant, warm_s=600).values()

    assert set(values) == {tag.alias for tag in tags_of(plant)}
    for tag in tags_of(plant):
        assert type(values[tag.alias]) is _PYTHON[tag.data_type], tag.alias


def test_it_is_shown_warm_with_a_filled_line(plant: Plant) -> None:
    """After half an hour every machine has counted and plant time says so."""
    warm = VirtualPlant(plant, warm_s=1800)

    assert warm.shown_s == 0
    assert warm.values()[PLANT_TIME] == 1800
    assert all(number(warm, f"{s.id}.processed") > 0 for s in plant.stations)


def test_the_same_seed_gives_the_same_history_and_another_seed_another(plant: Plant) -> None:
    """Reproducible by seed."""
    first, again, other = (VirtualPlant(plant, seed=s, warm_s=900) for s in (5, 5, 6))

    assert first.values() == again.values()
    assert first.values() != other.values()


def test_the_actual_value_lags_behind_the_setpoint_and_arrives_in_time(plant: Plant) -> None:
    """First-order: on the way after ten seconds, there within `reach_s`."""
    line = VirtualPlant(plant, warm_s=60)

    kept = line.write(SPEED, 500.0)
    line.advance(10)
    on_the_way = number(line, ACTUAL)
    line.advance(plant.parameters[SPEED].reach_s)

    assert kept == line.values()[SPEED] == 500.0
    assert 500 < on_the_way < 675
    assert number(line, ACTUAL) == 500.0


def test_a_slow_actual_takes_longer(plant: Plant) -> None:
    """The fault stretches the lag."""
    slow = VirtualPlant(plant, warm_s=60, script=Script(events=(SlowActual(alias=SPEED, factor=20),)))

    slow.write(SPEED, 500.0)
    slow.advance(plant.parameters[SPEED].reach_s)

    assert number(slow, ACTUAL) > 500 + plant.parameters[SPEED].tolerance


def test_a_slower_labeller_makes_less_and_a_restored_one_makes_it_up(plant: Plant) -> None:
    """The setpoint reaches the physics: this is what the agents are to mend."""
    derated, as_designed = (VirtualPlant(plant, seed=2, warm_s=1800) for _ in range(2))
    derated.write(SPEED, 470.0)

    before = number(derated, "labeller.processed")
    derated.advance(1800)
    as_designed.advance(1800)

    made = number(derated, "labeller.processed") - before
    could = number(as_designed, "labeller.processed") - before
    assert made < 0.92 * could


def test_the_demo_script_jams_the_labeller_and_leaves_it_slow(plant: Plant) -> None:
    """Jam, then 470 a minute for good."""
    line = VirtualPlant(plant, script=DEMO_SCRIPT)

    line.advance(250)
    jammed = line.values()["labeller.state"], line.values()["labeller.stop_reason"]
    line.advance(400)

    assert jammed == (PackML.HELD, 10)
    assert line.values()[SPEED] == 470.0
    assert line.values()[ACTUAL] == 470.0


def test_a_scripted_breakdown_aborts_the_station_for_its_repair_time(plant: Plant) -> None:
    """It begins on the second and ends when repaired."""
    script = Script(events=(Breakdown(at_s=100, station="filler", mode="valve", repair_s=300),))
    line = VirtualPlant(plant, warm_s=60, script=script)

    line.advance(399)
    down = line.values()["filler.state"]
    line.advance(2)

    assert down == PackML.ABORTED
    assert line.values()["filler.state"] != PackML.ABORTED


def test_wear_and_scrap_change_the_physics(plant: Plant) -> None:
    """Sixty times the stops, twenty times the rejects."""
    script = Script(
        events=(
            Wear(station="labeller", mode="label_web", factor=60),
            Scrap(station="filler", factor=20),
        )
    )
    worn, new = VirtualPlant(plant, warm_s=60, script=script), VirtualPlant(plant, warm_s=60)

    worn.advance(1800)
    new.advance(1800)

    assert number(worn, "labeller.processed") < 0.8 * number(new, "labeller.processed")
    assert number(worn, "filler.defective") > 5 * number(new, "filler.defective")


@pytest.mark.parametrize(
    ("alias", "value", "refusal"),
    [
        (SPEED, 1000.0, Refusal.OUT_OF_RANGE),
        (SPEED, "fast", Refusal.WRONG_TYPE),
        (ACTUAL, 500.0, Refusal.NOT_WRITABLE),
        (ORDER_SEQUENCE, ("o02",), Refusal.OUT_OF_RANGE),
        (ORDER_SEQUENCE, 3, Refusal.WRONG_TYPE),
    ],
)
def test_the_machine_refuses_what_it_cannot_take(
    plant: Plant, alias: str, value: float | str | tuple[str, ...], refusal: Refusal
) -> None:
    """Independently of any gate."""
    line = VirtualPlant(plant, warm_s=60)
    before = line.values()[SPEED]

    with pytest.raises(WriteRefused) as raised:
        line.write(alias, value)

    assert raised.value.refusal is refusal
    assert line.values()[SPEED] == before


def test_on_local_it_refuses_clients_but_not_its_own_panel(plant: Plant) -> None:
    """The selector locks out the network only."""
    script = Script(events=(Selector(at_s=10, remote=False), PanelSetting(at_s=20, alias=SPEED, value=600)))
    line = VirtualPlant(plant, warm_s=60, script=script)
    line.advance(30)

    with pytest.raises(WriteRefused) as raised:
        line.write(SPEED, 650.0)

    assert raised.value.refusal is Refusal.LOCAL
    assert line.values()[SPEED] == 600.0


def test_clamped_and_ignored_writes_hold_something_else(plant: Plant) -> None:
    """Taken without complaint, and not held."""
    script = Script(events=(ClampedWrites(alias=SPEED, low=450, high=600), IgnoredWrites(alias="filler.speed_per_min")))
    line = VirtualPlant(plant, warm_s=60, script=script)

    held = line.write(SPEED, 700.0), line.write("filler.speed_per_min", 550.0)

    assert held == (600.0, 600.0)
    assert line.values()[SPEED] == 600.0
    assert line.values()["filler.speed_per_min"] == 600.0


def test_an_operator_overrides_a_write_at_the_second_scripted(plant: Plant) -> None:
    """Not before, whatever the step."""
    script = Script(events=(Override(alias=SPEED, value=480, after_s=33),))
    line = VirtualPlant(plant, warm_s=60, script=script)
    line.write(SPEED, 700.0)

    line.advance(32)
    before = line.values()[SPEED]
    line.advance(2)

    assert (before, line.values()[SPEED]) == (700.0, 480.0)


def test_a_new_sequence_of_orders_is_taken_over(plant: Plant) -> None:
    """The orders not started are made in the new sequence."""
    line = VirtualPlant(plant, warm_s=600)
    waiting = line.values()[ORDER_SEQUENCE]
    assert isinstance(waiting, tuple)

    line.write(ORDER_SEQUENCE, waiting[::-1])

    assert line.values()[ORDER_SEQUENCE] == waiting[::-1]


def test_a_script_for_another_plant_is_refused(plant: Plant) -> None:
    """Before anything runs."""
    script = Script(events=(Breakdown(station="oven", mode="gas", repair_s=60),))

    with pytest.raises(InvalidInput, match="oven"):
        VirtualPlant(plant, script=script)

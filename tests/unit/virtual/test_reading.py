"""From a line's state to tags: PackML states, stop reasons, counters in pieces, imperfect sensors."""

import pytest

from plants.flow.state import BufferState, Condition, FailureState, LineState, PackML, Part, StationState
from plants.model.plant import Plant
from virtual.reading import line_values, packml_of, power_kw, station_values


def state(plant: Plant, condition: Condition, *down: str, **more: object) -> StationState:
    """The labeller in a condition, with some failure modes down."""
    failures = tuple(
        FailureState(mode=f.id, down_for_s=1.0 if f.id in down else None) for f in plant.station("labeller").failures
    )
    return StationState.model_validate(
        {"station": "labeller", "condition": condition, "since_s": 0, "failures": failures, **more}
    )


@pytest.mark.parametrize(
    ("condition", "down", "packml", "reason"),
    [
        (Condition.EXECUTING, (), PackML.EXECUTE, 0),
        (Condition.STARVED, (), PackML.SUSPENDED, 1),
        (Condition.BLOCKED, (), PackML.SUSPENDED, 2),
        (Condition.SETUP, (), PackML.STOPPED, 3),
        (Condition.NO_ORDER, (), PackML.IDLE, 4),
        (Condition.DOWN, ("label_web",), PackML.HELD, 10),
        (Condition.DOWN, ("glue",), PackML.ABORTED, 11),
        (Condition.DOWN, ("label_web", "glue"), PackML.ABORTED, 11),
    ],
)
def test_each_condition_has_its_packml_state_and_stop_reason(
    plant: Plant, condition: Condition, down: tuple[str, ...], packml: PackML, reason: int
) -> None:
    """A breakdown aborts, a micro-stop holds; the reason is 10 + the mode's position; a breakdown goes first."""
    assert packml_of(plant.station("labeller"), state(plant, condition, *down)) == (packml, reason)


def test_counters_count_pieces_and_roll_over_like_32_bit_ones(plant: Plant) -> None:
    """A case is 24 bottles."""
    station, actuals = plant.station("labeller"), {"labeller.speed_per_min": 675.0}
    few = state(plant, Condition.EXECUTING, processed=100, scrapped=3)
    many = state(plant, Condition.EXECUTING, processed=2**32 // 24 + 1)

    values = station_values(station, few, 24, 9.0, actuals)
    rolled = station_values(station, many, 24, 9.0, actuals)

    assert (values["labeller.processed"], values["labeller.defective"]) == (2400, 72)
    assert rolled["labeller.processed"] == (2**32 // 24 + 1) * 24 - 2**32


def test_the_order_in_the_station_is_named_and_empty_without_one(plant: Plant) -> None:
    """CurrentOrder is a text, never null."""
    station, actuals = plant.station("labeller"), {"labeller.speed_per_min": 675.0}
    part = Part(order="o03", index=5, entered_s=0)

    with_part = station_values(station, state(plant, Condition.EXECUTING, part=part), 24, 9.0, actuals)
    without = station_values(station, state(plant, Condition.STARVED), 24, 3.0, actuals)

    assert (with_part["labeller.order"], without["labeller.order"]) == ("o03", "")


def test_power_follows_the_condition_and_the_actual_speed(plant: Plant) -> None:
    """Executing power grows with speed; waiting and down have figures of their own."""
    station = plant.station("labeller")

    at_nominal = power_kw(station, state(plant, Condition.EXECUTING), {"labeller.speed_per_min": 675.0})
    slower = power_kw(station, state(plant, Condition.EXECUTING), {"labeller.speed_per_min": 470.0})
    down = power_kw(station, state(plant, Condition.DOWN, "glue"), {"labeller.speed_per_min": 675.0})

    assert at_nominal == pytest.approx(9.0)
    assert slower == pytest.approx(9.0 * (470 / 675) ** 1.2)
    assert down == 2.5


def test_a_level_sensor_errs_but_never_shows_the_impossible(plant: Plant) -> None:
    """Between 0 and the capacity, whatever the error."""
    stations = tuple(StationState(station=s.id, condition=Condition.STARVED, since_s=0) for s in plant.stations)
    parts = tuple(Part(order="o01", index=i, entered_s=0) for i in range(3))
    held = {"conveyor_1": parts}
    line = LineState(
        plant=plant.plant,
        plant_revision=plant.revision,
        plant_time_s=0,
        stations=stations,
        buffers=tuple(BufferState(buffer=b.id, parts=held.get(b.id, ())) for b in plant.buffers),
    )
    actuals = {alias: p.nominal for alias, p in plant.parameters.items()}

    def shown(error: float) -> list[object]:
        values = line_values(plant, line, actuals, lambda _: error, level_sd=2.0, power_sd=0.0)
        return [values["conveyor_1.level"], values["transfer.level"]]

    assert shown(0.0) == [3, 0]
    assert shown(1.0) == [5, 2]
    assert shown(-3.0) == [0, 0]
    assert shown(100.0) == [60, 4]

"""The basis of a plan: what makes up the state that was judged, how near is near, and what has gone away."""

from collections.abc import Mapping

import pytest

from ledger.basis import away, basis_aliases, basis_of, left, unseen, without_modes
from plants.flow.plan import Basis, Plan, WriteStep
from plants.flow.sample import Quality, Sample, Value
from plants.model.change_policy import ChangePolicy, StateTolerance
from plants.model.tags import ORDER_SEQUENCE, TagRole, tags_of
from tests.ledger_ports import FILLER, LABELLER, PLANT, START, FakeClock, Line, draft, plant_with, promise, verdict

BUFFER = f"{PLANT.buffers[0].id}.level"
MODE, OTHER_MODE = "filler.unit_mode", "labeller.unit_mode"


def plan(basis: Mapping[str, Value], **more: object) -> Plan:
    """A plan that writes the filler, judged on some state."""
    made = draft()
    fields: dict[str, object] = {
        "id": "plan-1",
        "plant": made.plant,
        "plant_revision": made.plant_revision,
        "state_revision": made.state_revision,
        "verdict_hash": verdict(made).digest(),
        "steps": (WriteStep(alias=FILLER, before=600.0, target=570.0),),
        "promise": promise(),
        "basis": tuple(Basis(alias=alias, value=value, tolerance=1.0) for alias, value in basis.items()),
    }
    return Plan.model_validate(fields | more)


def live(values: Mapping[str, Value], quality: Quality = Quality.GOOD) -> dict[str, Sample]:
    """What is read now."""
    return {a: Sample(alias=a, value=v, quality=quality, received_at=START) for a, v in values.items()}


def roles(of: tuple[str, ...]) -> set[TagRole]:
    """Which roles some tags play."""
    by_alias = {tag.alias: tag.role for tag in tags_of(PLANT)}
    return {by_alias[alias] for alias in of}


@pytest.mark.parametrize(("share", "counts"), [(1.0, False), (0.99, True), (0.0, True)])
def test_what_makes_up_the_state(share: float, counts: bool) -> None:
    """Setpoints, modes and the sequence; levels where their share is less than all of a buffer."""
    aliases = basis_aliases(plant_with(ChangePolicy(state=StateTolerance(buffer_share=share))))

    always = {TagRole.SETPOINT, TagRole.UNIT_MODE, TagRole.ORDER_SEQUENCE}
    assert roles(aliases) == (always | {TagRole.LEVEL} if counts else always)
    assert {FILLER, LABELLER, MODE, ORDER_SEQUENCE} <= set(aliases)


def test_how_far_each_figure_may_move() -> None:
    """Parameters by their own tolerance, levels by a share of the buffer, orders by number, modes not at all."""
    tolerance = StateTolerance(parameter_tolerances=3.0, buffer_share=0.5, orders_begun=4)
    plant = plant_with(ChangePolicy(state=tolerance))
    line = Line(FakeClock(), plant)

    found = {held.alias: held for held in basis_of(plant, {a: line.sample(a) for a in line.values})}

    assert found[FILLER].tolerance == 3.0 * plant.parameters[FILLER].tolerance
    assert found[BUFFER].tolerance == 0.5 * plant.buffers[0].capacity
    assert found[ORDER_SEQUENCE].tolerance == 4.0
    assert found[MODE].tolerance == 0.0
    assert (found[FILLER].value, found[MODE].value) == (600.0, 1)


def test_what_cannot_be_read_is_left_out() -> None:
    """The verdict tells of it."""
    line = Line(FakeClock())
    line.bad.add(FILLER)

    found = {held.alias for held in basis_of(PLANT, {a: line.sample(a) for a in line.values if a != MODE})}

    assert FILLER not in found
    assert MODE not in found
    assert LABELLER in found


@pytest.mark.parametrize(("plant_s", "says"), [(None, ""), (150.0, ""), (151.0, "is 101 plant seconds old")])
def test_how_old_the_judged_state_may_be(plant_s: float | None, says: str) -> None:
    """Exactly the limit is within it; without plant time it is another check's business."""
    found = left(plan({}, judged_s=50.0), {}, plant_s, 100.0)

    assert (says in found) if says else (found == "")


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ({LABELLER: 675.0}, {LABELLER: 676.0}, ""),
        ({LABELLER: 675.0}, {LABELLER: 677.0}, "labeller.speed_per_min was 675 when it was judged and is 677 now"),
        ({FILLER: 600.0}, {FILLER: 500.0}, ""),
        ({MODE: 1}, {MODE: 3}, ""),
        ({OTHER_MODE: 1}, {OTHER_MODE: 3}, ""),
        ({LABELLER: 675.0}, {}, ""),
        ({LABELLER: 675.0}, {LABELLER: ("a",)}, "labeller.speed_per_min was 675"),
        ({ORDER_SEQUENCE: ("a", "b")}, {ORDER_SEQUENCE: 675.0}, "line.order_sequence was a, b"),
        ({ORDER_SEQUENCE: ("a", "b", "c")}, {ORDER_SEQUENCE: ("b", "c")}, ""),
        ({ORDER_SEQUENCE: ("a", "b", "c")}, {ORDER_SEQUENCE: ("a", "b", "c")}, ""),
        ({ORDER_SEQUENCE: ("a", "b", "c")}, {ORDER_SEQUENCE: ("c",)}, "line.order_sequence was a, b, c"),
        ({ORDER_SEQUENCE: ("a", "b", "c")}, {ORDER_SEQUENCE: ("c", "b")}, "line.order_sequence was a, b, c"),
        ({ORDER_SEQUENCE: ("b", "c")}, {ORDER_SEQUENCE: ("a", "b", "c")}, "line.order_sequence was b, c"),
        ({OTHER_MODE: 1, LABELLER: 675.0}, {OTHER_MODE: 3, LABELLER: 600.0}, "labeller.speed_per_min was 675"),
    ],
)
def test_what_of_the_state_no_longer_holds(was: Mapping[str, Value], now: Mapping[str, Value], says: str) -> None:
    """Neither the plan's own tag, nor a mode, nor what cannot be read: these are others' business."""
    found = left(plan(was), live(now), 0.0, 100.0)

    assert (says in found) if says else (found == "")


@pytest.mark.parametrize(
    ("was", "now", "gone"),
    [
        ({OTHER_MODE: 1}, {OTHER_MODE: 2}, ("labeller", 2)),
        ({OTHER_MODE: 1}, {OTHER_MODE: 1}, None),
        ({OTHER_MODE: 2}, {OTHER_MODE: 3}, None),
        ({OTHER_MODE: 1}, {}, None),
        ({MODE: 1}, {MODE: 2}, None),
        ({"palletizer.count": 1}, {"palletizer.count": 2}, None),
    ],
)
def test_another_machine_that_produced_and_does_not_now_has_gone_away(
    was: Mapping[str, Value], now: Mapping[str, Value], gone: tuple[str, Value] | None
) -> None:
    """Only a mode, only another machine's, and only one that was in production."""
    assert away(plan(was), live(now)) == gone


def test_what_cannot_be_read_of_the_state() -> None:
    """Tags of others, of no good value."""
    judged = plan({FILLER: 600.0, LABELLER: 675.0, OTHER_MODE: 1})
    now = live({LABELLER: 675.0}, Quality.BAD) | live({OTHER_MODE: 1})

    assert list(unseen(judged, now)) == [LABELLER]


def test_the_state_without_the_modes_of_machines() -> None:
    """What is asked for again between the steps of a plan."""
    judged = plan({MODE: 1, LABELLER: 675.0, OTHER_MODE: 1})

    assert [held.alias for held in without_modes(judged)] == [LABELLER]

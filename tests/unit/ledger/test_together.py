"""Joint limits and interlocks of the plant file: when proposed, when written, between two writes, when put back."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ledger.errors import GateRefused
from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.rules_of_combination import beyond
from plants.flow.change import SetParameter
from plants.flow.draft import Draft
from plants.flow.proposal import Proposal, Status
from plants.model.change_policy import ChangePolicy, Interlock, JointLimit
from plants.model.tags import interlock_alias
from tests.ledger_ports import FILLER, LABELLER, FakeClock, Line, Past, draft, plant_with, submitted

GUARD = interlock_alias("guard_closed")
POLICY = ChangePolicy(
    joint_limits=(
        JointLimit(because="one drive feeds both", weights={FILLER: 1.0, LABELLER: 1.0}, at_most=1_280.0),
        JointLimit(because="the labeller must not starve", weights={FILLER: 1.2, LABELLER: -1.0}, at_least=0.0),
    ),
    interlocks=(
        Interlock(id="guard_closed", because="the guard of the filler is open", aliases=(FILLER,)),
        Interlock(id="cleaning", because="the line is being cleaned", writes_when=False),
    ),
)
"""At the start the filler runs at 600 and the labeller at 675: 1,275 together, and 720 against 675."""
PLANT = plant_with(POLICY)


@pytest.fixture
def line(clock: FakeClock) -> Line:
    """A line whose interlocks stand right."""
    made = Line(clock, PLANT)
    made.values |= {GUARD: True, interlock_alias("cleaning"): False}
    return made


@pytest.fixture
def together(tmp_path: Path, clock: FakeClock, past: Past) -> Iterator[Ledger]:
    """Its ledger."""
    opened = Ledger.at(tmp_path / "together.db", PLANT, clock, past)
    yield opened
    opened.close()


@pytest.fixture
async def running(together: Ledger, line: Line, past: Past, clock: FakeClock) -> AsyncIterator[Executor]:
    """Its executor."""
    executor = Executor(together, line, past, clock, PLANT)
    yield executor
    await executor.close()


def setting(**values: float) -> Draft:
    """A draft that sets filler and labeller, in this order."""
    named = {"filler": FILLER, "labeller": LABELLER}
    changes = tuple(SetParameter(alias=named[name], value=value) for name, value in values.items())
    return draft("-".join(["draft", *values]), changes, plant=PLANT)


async def approved(ledger: Ledger, **values: float) -> Proposal:
    """Handed in and approved."""
    proposal = await submitted(ledger, setting(**values))
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    return proposal


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"filler": 606.0}, "is 1281, 1280 is the most"),
        ({"filler": 610.0, "labeller": 665.0}, "with filler.speed_per_min at 610 1/min, the sum"),
        ({"labeller": 680.0, "filler": 560.0}, "is -8, 0 is the least (the labeller must not starve)"),
    ],
)
async def test_what_goes_beyond_a_joint_limit_is_refused_also_on_its_way(
    together: Ledger, values: dict[str, float], says: str
) -> None:
    """A plan may be stopped after any step: each state on its way must keep to the limit, not the last one alone."""
    with pytest.raises(GateRefused) as refused:
        await submitted(together, setting(**values))

    assert "combination: " in refused.value.message
    assert says in refused.value.message


async def test_in_the_other_order_the_same_values_keep_to_the_limits(
    together: Ledger, running: Executor, line: Line
) -> None:
    """First down with the one, then up with the other."""
    proposal = await approved(together, labeller=665.0, filler=610.0)

    await running.step()

    assert together.proposal(proposal.id).status is Status.APPLIED
    assert line.written == [(LABELLER, 665.0), (FILLER, 610.0)]


async def test_at_the_limit_is_within_it(together: Ledger) -> None:
    """1,280 of 1,280."""
    proposal = await submitted(together, setting(filler=605.0))

    assert proposal.status is Status.JUDGED


async def test_another_setpoint_that_moved_meanwhile_counts_at_the_write(
    together: Ledger, running: Executor, line: Line
) -> None:
    """What was within the limit when it was judged is beyond it now; nothing is sent."""
    proposal = await approved(together, filler=605.0)
    line.take(LABELLER, 675.05)  # less than the tolerance within which the state counts as the one that was judged

    await running.step()

    found = together.proposal(proposal.id)
    assert (found.status, line.written) == (Status.NOT_APPLIED, [])
    assert "1280 is the most (one drive feeds both)" in found.reason


async def test_a_setpoint_of_a_limit_that_cannot_be_read_forbids_the_others(together: Ledger, line: Line) -> None:
    """What cannot be told counts as no."""
    line.bad.add(LABELLER)

    with pytest.raises(GateRefused, match="a joint limit cannot be told: labeller"):
        await submitted(together, setting(filler=590.0))


@pytest.mark.parametrize(
    ("signal", "value", "says"),
    [
        ("guard_closed", False, "the interlock 'guard_closed' forbids it (the guard of the filler is open)"),
        ("cleaning", True, "the interlock 'cleaning' forbids it (the line is being cleaned)"),
        ("guard_closed", None, "the interlock 'guard_closed' cannot be read"),
    ],
)
async def test_an_interlock_that_stands_against_it_forbids_the_write(
    together: Ledger, running: Executor, line: Line, signal: str, value: bool | None, says: str
) -> None:
    """Read through the writing session just before; nothing is sent, and the change ends."""
    proposal = await approved(together, filler=590.0)
    if value is None:
        line.bad.add(interlock_alias(signal))
    else:
        line.values[interlock_alias(signal)] = value

    await running.step()

    found = together.proposal(proposal.id)
    assert (found.status, line.written) == (Status.NOT_APPLIED, [])
    assert says in found.reason


async def test_an_interlock_concerns_its_own_tags_only(together: Ledger, running: Executor, line: Line) -> None:
    """The filler's guard says nothing of the labeller."""
    line.values[GUARD] = False
    proposal = await approved(together, labeller=670.0)

    await running.step()

    assert together.proposal(proposal.id).status is Status.APPLIED


async def test_an_interlock_that_trips_between_two_writes_stops_the_plan(
    together: Ledger, running: Executor, line: Line
) -> None:
    """The second write does not leave, and the first one is put back."""
    proposal = await approved(together, labeller=665.0, filler=610.0)
    line.on_written = lambda _: line.values.update({GUARD: False})

    await running.step()
    await running.step()

    found = together.proposal(proposal.id)
    assert found.status is Status.ROLLED_BACK
    assert "'guard_closed' forbids it" in found.reason
    assert line.written == [(LABELLER, 665.0), (LABELLER, 675.0)]


@pytest.mark.parametrize("against", ["interlock", "limit"])
async def test_nothing_is_put_back_against_an_interlock_or_a_joint_limit(
    together: Ledger, running: Executor, line: Line, past: Past, against: str
) -> None:
    """It stays as it is, unknown, and a person decides."""
    past.value = 1_000.0
    proposal = await approved(together, filler=590.0)
    await running.step()
    await running.step()
    line.plant_time_s += 2_700
    if against == "interlock":
        line.values[GUARD] = False
    else:
        line.take(LABELLER, 681.0)

    await running.step()

    found = together.proposal(proposal.id)
    assert (found.status, line.written) == (Status.UNKNOWN, [(FILLER, 590.0)])
    assert ("guard_closed" if against == "interlock" else "one drive feeds both") in found.reason


@pytest.mark.parametrize(
    ("filler", "says"),
    [
        (500.0, []),
        (700.0, []),
        (499.5, ["the sum over filler.speed_per_min, labeller.speed_per_min is -100.5, -100 is the least (a test)"]),
        (700.5, ["the sum over filler.speed_per_min, labeller.speed_per_min is 100.5, 100 is the most (a test)"]),
    ],
)
def test_exactly_at_either_bound_is_within_it(filler: float, says: list[str]) -> None:
    """A bound is a value that may be held."""
    limit = JointLimit(because="a test", weights={FILLER: 1.0, LABELLER: -1.0}, at_least=-100.0, at_most=100.0)
    held = {FILLER: filler, LABELLER: 600.0}

    assert list(beyond((limit,), FILLER, held)) == says
    assert list(beyond((limit,), "filler.other", held)) == []

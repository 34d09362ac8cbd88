"""Changes that people carry out: instructed, taken on, seen in the data, verified; from a work list."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ledger.errors import GateRefused
from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.errors import Refused, UnknownName
from plants.flow.change import Resequence, SetParameter
from plants.flow.draft import Draft
from plants.flow.proposal import Proposal, Status
from plants.flow.sample import Quality, Sample
from plants.model.change_policy import ChangePolicy
from plants.model.tags import ORDER_SEQUENCE, REMOTE, tags_of
from tests.ledger_ports import FILLER, START, FakeClock, Line, Past, draft, plant_with, submitted

BY_PEOPLE = plant_with(ChangePolicy(sequence_by_people=True))
WAITING = tuple(order.id for order in BY_PEOPLE.orders[1:])
TURNED = (WAITING[1], WAITING[0], *WAITING[2:])
IN_WORK = f"{BY_PEOPLE.stations[0].id}.order"


class Shopfloor(Past):
    """A history in which orders begin at the first station."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.begun: list[tuple[float, str]] = [(0.0, BY_PEOPLE.orders[0].id)]

    def begin(self, order: str) -> None:
        """An order begins now."""
        self.begun.append((self.line.plant_time_s, order))

    def samples(self, alias: str, start_s: float, end_s: float) -> tuple[tuple[float, Sample], ...]:
        """What stood at the first station."""
        assert alias == IN_WORK
        return tuple(
            (at_s, Sample(alias=alias, value=order, quality=Quality.GOOD, received_at=START))
            for at_s, order in self.begun
            if start_s <= at_s <= end_s
        )


@pytest.fixture
def floor(line: Line) -> Shopfloor:
    """What was recorded."""
    return Shopfloor(line)


@pytest.fixture
def manned(tmp_path: Path, clock: FakeClock, floor: Shopfloor) -> Iterator[Ledger]:
    """A ledger of a line whose orders people rearrange."""
    opened = Ledger.at(tmp_path / "manned.db", BY_PEOPLE, clock, floor)
    yield opened
    opened.close()


@pytest.fixture
async def foreman(manned: Ledger, line: Line, floor: Shopfloor, clock: FakeClock) -> AsyncIterator[Executor]:
    """Its executor."""
    running = Executor(manned, line, floor, clock, BY_PEOPLE)
    yield running
    await running.close()


def turned(id: str = "draft-0001", orders: tuple[str, ...] = TURNED) -> Draft:
    """The second waiting order before the first."""
    return draft(id, (Resequence(orders=orders),), plant=BY_PEOPLE)


async def instructed(ledger: Ledger, executor: Executor) -> Proposal:
    """Approved, and on the work list."""
    proposal = await submitted(ledger, turned())
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    await executor.step()
    return proposal


def status(ledger: Ledger, proposal: Proposal) -> Status:
    """Where it stands."""
    return ledger.proposal(proposal.id).status


async def test_from_the_work_list_to_verified(manned: Ledger, foreman: Executor, line: Line, floor: Shopfloor) -> None:
    """Nothing is written; what the line shows decides, and the promise is judged from there."""
    proposal = await instructed(manned, foreman)
    [task] = manned.work_list()
    stood = [status(manned, proposal)]
    manned.acknowledge(proposal.id, "park")
    stood.append(status(manned, proposal))
    line.plant_time_s += 600
    floor.begin(TURNED[0])
    await foreman.step()
    await foreman.step()
    stood.append(status(manned, proposal))
    line.plant_time_s += 2_700
    await foreman.step()

    assert stood == [Status.INSTRUCTED, Status.ACKNOWLEDGED, Status.OBSERVED]
    assert status(manned, proposal) is Status.VERIFIED
    assert task.text.startswith(f"Make the waiting orders in this sequence: {TURNED[0]}, {TURNED[1]}")
    assert floor.asked[-1] == (4_500.0, 6_900.0)
    assert line.written == []
    assert manned.work_list() == ()
    assert manned.verify().ok
    actions = [row.action for row in manned.events(proposal.id)]
    assert actions == ["submitted", "signed", "approved", "instructed", "acknowledged", "observed", "ended"]


def test_the_line_has_no_tag_for_it() -> None:
    """So there is nothing that a plan could write."""
    assert ORDER_SEQUENCE not in {tag.alias for tag in tags_of(BY_PEOPLE)}


async def test_the_selector_does_not_concern_people(manned: Ledger, foreman: Executor, line: Line) -> None:
    """They may rearrange orders on a line that is in local."""
    line.values[REMOTE] = False

    assert status(manned, await instructed(manned, foreman)) is Status.INSTRUCTED


async def test_another_sequence_that_is_made_ends_unknown(
    manned: Ledger, foreman: Executor, line: Line, floor: Shopfloor
) -> None:
    """Taken on, and the planned order begins all the same."""
    proposal = await instructed(manned, foreman)
    manned.acknowledge(proposal.id, "park")
    line.plant_time_s += 600
    floor.begin(WAITING[0])

    await foreman.step()

    assert status(manned, proposal) is Status.UNKNOWN
    assert "Another sequence was made" in manned.proposal(proposal.id).reason
    with pytest.raises(GateRefused, match="is locked until a person resolves"):
        await submitted(manned, turned("draft-0002"))


async def test_what_nobody_takes_on_expires(manned: Ledger, foreman: Executor, clock: FakeClock) -> None:
    """After four hours."""
    proposal = await instructed(manned, foreman)
    clock.move(14_399)
    await foreman.step()
    still = status(manned, proposal)
    clock.move(1)
    await foreman.step()

    assert (still, status(manned, proposal)) == (Status.INSTRUCTED, Status.EXPIRED)


async def test_what_is_taken_on_and_not_seen_ends_unknown(manned: Ledger, foreman: Executor, clock: FakeClock) -> None:
    """'Done' is not what anybody says but what the line shows."""
    proposal = await instructed(manned, foreman)
    manned.acknowledge(proposal.id, "park")
    await foreman.step()
    still = status(manned, proposal)
    clock.move(14_400)
    await foreman.step()

    assert (still, status(manned, proposal)) == (Status.ACKNOWLEDGED, Status.UNKNOWN)
    assert "Taken on by park, and not seen" in manned.proposal(proposal.id).reason


@pytest.mark.parametrize("taken_on", [False, True])
async def test_a_person_may_say_that_it_was_not_done(manned: Ledger, foreman: Executor, taken_on: bool) -> None:
    """With a reason, before or after it was taken on."""
    proposal = await instructed(manned, foreman)
    if taken_on:
        manned.acknowledge(proposal.id, "park")

    manned.decline(proposal.id, "park", "the labels are not here")

    assert status(manned, proposal) is Status.NOT_APPLIED
    assert "park says it was not done: the labels are not here" in manned.proposal(proposal.id).reason


async def test_people_and_only_people_act_on_the_work_list(manned: Ledger, foreman: Executor) -> None:
    """Neither agents, nor twice, nor on what is not there."""
    proposal = await instructed(manned, foreman)
    other = await submitted(manned, draft("draft-0002", (SetParameter(alias=FILLER, value=570.0),), plant=BY_PEOPLE))

    with pytest.raises(Refused, match="an agent does not"):
        manned.acknowledge(proposal.id, "agent:solver")
    with pytest.raises(Refused, match="Only a person"):
        manned.decline(proposal.id, "agent:solver", "no")
    with pytest.raises(Refused, match="does not wait on the work list; it is judged"):
        manned.acknowledge(other.id, "park")
    with pytest.raises(Refused, match="is not on the work list"):
        manned.decline(other.id, "park", "no")
    with pytest.raises(UnknownName):
        manned.acknowledge("p-99999", "park")
    manned.acknowledge(proposal.id, "park")
    with pytest.raises(Refused, match="does not wait on the work list"):
        manned.acknowledge(proposal.id, "lee")


async def test_a_promise_that_people_broke_is_told_and_not_undone(
    manned: Ledger, foreman: Executor, line: Line, floor: Shopfloor
) -> None:
    """Whether to undo what people did is for people to decide."""
    proposal = await instructed(manned, foreman)
    manned.acknowledge(proposal.id, "park")
    line.plant_time_s += 600
    floor.begin(TURNED[0])
    floor.value = 1_000.0
    await foreman.step()
    line.plant_time_s += 2_700
    await foreman.step()

    assert status(manned, proposal) is Status.UNKNOWN
    assert "whether to undo it is for people to decide" in manned.proposal(proposal.id).reason


@pytest.mark.parametrize("seen", [False, True])
async def test_plant_time_that_begins_anew_ends_unknown(
    manned: Ledger, foreman: Executor, line: Line, floor: Shopfloor, seen: bool
) -> None:
    """What began since can no longer be told, and a window lies in a time that does not come."""
    proposal = await instructed(manned, foreman)
    manned.acknowledge(proposal.id, "park")
    if seen:
        floor.begin(TURNED[0])
        await foreman.step()
    line.plant_time_s = 10.0

    await foreman.step()

    assert status(manned, proposal) is Status.UNKNOWN
    assert "Plant time has begun anew" in manned.proposal(proposal.id).reason


@pytest.mark.parametrize("seen", [False, True])
async def test_without_plant_time_nothing_is_concluded(
    manned: Ledger, foreman: Executor, line: Line, floor: Shopfloor, seen: bool
) -> None:
    """The mirror may be blind for a while."""
    proposal = await instructed(manned, foreman)
    manned.acknowledge(proposal.id, "park")
    if seen:
        floor.begin(TURNED[0])
        await foreman.step()
    before = status(manned, proposal)
    floor.known = False

    await foreman.step()

    assert status(manned, proposal) is before


async def test_what_people_carry_out_is_handed_in_by_itself(manned: Ledger) -> None:
    """A plan is either written or instructed."""
    both = draft(changes=(Resequence(orders=TURNED), SetParameter(alias=FILLER, value=570.0)), plant=BY_PEOPLE)

    with pytest.raises(GateRefused, match="is handed in by itself"):
        await submitted(manned, both)


async def test_a_hold_stops_instructions_too(manned: Ledger, foreman: Executor) -> None:
    """Approvals not yet taken up are void."""
    proposal = await submitted(manned, turned())
    manned.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    manned.hold("all", "lee", "smoke")

    await foreman.step()

    assert status(manned, proposal) is Status.WITHDRAWN


async def test_a_plan_that_is_no_longer_near_the_state_is_not_instructed(
    manned: Ledger, foreman: Executor, line: Line
) -> None:
    """The gate runs for people as it does for tags."""
    proposal = await submitted(manned, turned())
    manned.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    line.take(FILLER, 620.0)

    await foreman.step()

    assert status(manned, proposal) is Status.WITHDRAWN
    assert manned.work_list() == ()


async def test_while_people_work_the_executor_writes(
    manned: Ledger, foreman: Executor, line: Line, clock: FakeClock
) -> None:
    """A task of hours does not stop what has nothing to do with it."""
    await instructed(manned, foreman)
    other = await submitted(manned, draft("draft-0002", (SetParameter(alias=FILLER, value=570.0),), plant=BY_PEOPLE))
    manned.approve(other.id, "kim", plan_hash=other.plan_hash)

    await foreman.step()

    assert line.written == [(FILLER, 570.0)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE proposals SET status = 'acknowledged'",
        "UPDATE instructions SET acknowledged_by = 'agent:solver'",
        "UPDATE instructions SET due_at = '9999'",
        "DELETE FROM instructions",
        "INSERT INTO writes VALUES ('p-00001', 0, 'apply', 'filler.speed_per_min', '1', 1, 0, '2026', NULL)",
    ],
)
async def test_the_schema_keeps_instructions(manned: Ledger, foreman: Executor, tmp_path: Path, statement: str) -> None:
    """Nobody's word is put into somebody's mouth, and nothing is written for it."""
    await instructed(manned, foreman)
    raw = sqlite3.connect(tmp_path / "manned.db", isolation_level=None)

    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(statement)

    raw.close()


async def test_the_same_sequence_is_seen_at_once(manned: Ledger, foreman: Executor) -> None:
    """Nothing has to begin for it."""
    proposal = await submitted(manned, turned(orders=WAITING))
    manned.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    await foreman.step()
    manned.acknowledge(proposal.id, "park")

    await foreman.step()

    assert status(manned, proposal) is Status.OBSERVED

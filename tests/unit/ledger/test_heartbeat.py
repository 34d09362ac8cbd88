"""The heartbeat: under a standing authorisation, through the executor's session, silent when nothing may be sent."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.policy import Autonomy
from plants.errors import Refused
from plants.flow.approval import Covers, StandingAuthorisation
from plants.flow.proposal import Status
from plants.model.change_policy import ChangePolicy, HeartbeatPolicy
from plants.model.tags import HEARTBEAT
from tests.ledger_ports import FILLER, START, FakeClock, Line, OnWrite, Past, draft, plant_with, submitted

BEATING = plant_with(ChangePolicy(heartbeat=HeartbeatPolicy(period_wall_s=1.0, missed=5)))


@pytest.fixture
def line(clock: FakeClock) -> Line:
    """A line with a dead man."""
    made = Line(clock, BEATING)
    made.values[HEARTBEAT] = 0
    return made


@pytest.fixture
def alive(tmp_path: Path, clock: FakeClock, past: Past) -> Iterator[Ledger]:
    """Its ledger."""
    opened = Ledger.at(tmp_path / "alive.db", BEATING, clock, past)
    yield opened
    opened.close()


@pytest.fixture
async def heart(alive: Ledger, line: Line, past: Past, clock: FakeClock) -> AsyncIterator[Executor]:
    """Its executor."""
    running = Executor(alive, line, past, clock, BEATING)
    yield running
    await running.close()


def standing(**changes: object) -> StandingAuthorisation:
    """A permission to beat."""
    fields: dict[str, object] = {
        "id": "heartbeat-1",
        "author": "lead",
        "plant": BEATING.plant,
        "aliases": (HEARTBEAT,),
        "after_s": 0.0,
        "created_at": START,
        "expires_at": START + timedelta(hours=1),
        "meaning": "Jayul is alive",
        "covers": Covers.HEARTBEAT,
    }
    return StandingAuthorisation.model_validate(fields | changes)


async def beats(heart: Executor, clock: FakeClock, line: Line, wall_s: float) -> int:
    """How many beats arrive in so long, at the writer's cadence."""
    before = len(line.written)
    for _ in range(round(wall_s / 0.2)):
        clock.move(0.2)
        await heart.step()
    return len(line.written) - before


async def periods(heart: Executor, clock: FakeClock, count: int) -> None:
    """Let so many periods pass, with one step of the writer in each."""
    for _ in range(count):
        clock.move(1.0)
        await heart.step()


async def test_it_beats_once_a_period_and_counts(alive: Ledger, heart: Executor, clock: FakeClock, line: Line) -> None:
    """One row when it begins, none for a beat; the session stays open."""
    alive.grant(standing())

    arrived = await beats(heart, clock, line, 10.0)

    assert arrived == 10
    assert [value for _, value in line.written] == list(range(1, 11))
    assert {alias for alias, _ in line.written} == {HEARTBEAT}
    assert line.opened == 1
    assert [row.action for row in alive.events("heartbeat-1")] == ["granted", "beating"]


async def test_without_an_authorisation_it_is_silent(heart: Executor, clock: FakeClock, line: Line) -> None:
    """Nothing at all is sent that nobody approved, beats included."""
    assert await beats(heart, clock, line, 5.0) == 0


@pytest.mark.parametrize("how", ["held", "revoked", "over", "advise"])
async def test_it_falls_silent_when_nothing_may_be_sent(
    alive: Ledger, heart: Executor, clock: FakeClock, line: Line, how: str
) -> None:
    """And says so, once."""
    alive.grant(standing())
    await beats(heart, clock, line, 2.0)
    if how == "held":
        alive.hold("all", "lee", "smoke")
    elif how == "revoked":
        alive.revoke("heartbeat-1", "lee", "no")
    elif how == "advise":
        alive.set_autonomy(Autonomy.ADVISE, "lead", "audit week")
    else:
        clock.move(3_600)

    arrived = await beats(heart, clock, line, 5.0)

    assert arrived == 0
    assert [str(row.action) for row in alive.events("heartbeat-1")].count("silent") == 1


async def test_a_beat_that_does_not_arrive_is_missed_and_not_repeated(
    alive: Ledger, heart: Executor, clock: FakeClock, line: Line
) -> None:
    """It goes on counting when the link is back."""
    alive.grant(standing())
    await beats(heart, clock, line, 2.0)
    line.link = False
    await beats(heart, clock, line, 3.0)
    line.link = True
    await beats(heart, clock, line, 2.0)

    values = [value for _, value in line.written]
    assert len(values) == len(set(values))
    assert values == [1, 2, 6, 7]
    assert [row.action for row in alive.events("link")] == ["link_lost", "link_back"]


async def test_a_plan_never_writes_the_heartbeat(alive: Ledger) -> None:
    """It is the executor's alone; and what authorises it authorises nothing else."""
    with pytest.raises(Refused, match="may not"):
        alive.grant(standing(aliases=(FILLER,)))
    with pytest.raises(Refused, match="may not"):
        alive.grant(standing(covers=Covers.CHANGES))
    alive.set_autonomy(Autonomy.BOUNDED_AUTO, "lead", "night")
    alive.grant(standing())
    proposal = await submitted(alive, draft(plant=BEATING))

    assert alive.apply_standing() == ()
    assert alive.proposal(proposal.id).status is Status.JUDGED


async def test_changes_are_written_between_beats(alive: Ledger, heart: Executor, clock: FakeClock, line: Line) -> None:
    """Both go through one session, one after the other."""
    alive.grant(standing())
    proposal = await submitted(alive, draft(plant=BEATING))
    alive.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)

    await beats(heart, clock, line, 3.0)

    assert (FILLER, 570.0) in line.written
    assert len([1 for alias, _ in line.written if alias == HEARTBEAT]) == 3


async def test_an_instance_that_was_set_aside_beats_no_more(
    alive: Ledger, heart: Executor, clock: FakeClock, line: Line, tmp_path: Path, past: Past
) -> None:
    """It must not keep the line believing in a Jayul that no longer carries out anything."""
    alive.grant(standing())
    await beats(heart, clock, line, 2.0)
    (tmp_path / "alive.lease").unlink()
    other = Executor(alive, Line(clock, BEATING), past, clock, BEATING, holder="other")
    before = len(line.written)

    for _ in range(5):
        clock.move(1.0)
        with pytest.raises(Refused, match="no longer may"):
            await heart.step()

    assert len(line.written) == before
    await other.close()


async def test_a_line_that_goes_on_refusing_is_not_asked_for_a_session_each_time(
    alive: Ledger, heart: Executor, clock: FakeClock, line: Line
) -> None:
    """Anew after the 1st, 2nd, 4th, … 64th refusal, then every 64th; as soon as it takes beats again, they arrive."""
    alive.grant(standing())
    line.answers[HEARTBEAT] = OnWrite.REFUSES
    await periods(heart, clock, 200)
    refused, opened = list(line.written), line.opened
    line.answers.clear()

    arrived = await beats(heart, clock, line, 5.0)

    assert refused == []
    assert opened == 1 + len((1, 2, 4, 8, 16, 32, 64, 128, 192))
    assert arrived >= 4
    assert line.opened == opened


async def test_each_time_that_the_line_begins_to_refuse_is_told_once(
    alive: Ledger, heart: Executor, clock: FakeClock, line: Line
) -> None:
    """And a session is opened anew at once each time: what helped before may help again."""
    alive.grant(standing())
    told, opened = [], []
    for answer in (OnWrite.TAKES, OnWrite.REFUSES, OnWrite.TAKES, OnWrite.REFUSES):
        line.answers[HEARTBEAT] = answer
        with capture_logs() as logs:
            await periods(heart, clock, 3)
        told.append([entry["why"] for entry in logs if entry["event"] == "the line refuses the heartbeat"])
        opened.append(line.opened)

    assert told == [[], ["The line refused it."], [], ["The line refused it."]]
    assert opened == [1, 3, 3, 5]


async def test_a_line_that_refuses_from_the_first_beat_on_is_told(
    alive: Ledger, heart: Executor, clock: FakeClock, line: Line
) -> None:
    """There need not have been one that arrived."""
    alive.grant(standing())
    line.answers[HEARTBEAT] = OnWrite.REFUSES
    with capture_logs() as logs:
        await periods(heart, clock, 1)

    assert [entry["event"] for entry in logs] == ["the line refuses the heartbeat"]
    assert (line.opened, line.closed) == (1, 1)


async def test_the_count_begins_again_before_it_outgrows_the_tag(
    alive: Ledger, heart: Executor, clock: FakeClock, line: Line
) -> None:
    """The largest Int32 is followed by 0."""
    alive.grant(standing())
    heart._heartbeat._count = 2**31 - 2

    await periods(heart, clock, 3)

    assert [value for _, value in line.written] == [2**31 - 1, 0, 1]

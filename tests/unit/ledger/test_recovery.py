"""Recovery: what a former instance left behind is accounted for by reading, never by sending again."""

from collections.abc import Callable

import pytest

from ledger.executor import Executor
from ledger.journal import Journal
from ledger.ledger import Ledger
from ledger.points import Point, reach
from plants.flow.change import Resequence, SetParameter
from plants.flow.proposal import Status
from plants.flow.sample import Value
from plants.model.tags import ORDER_SEQUENCE, REMOTE
from tests.ledger_ports import FILLER, LABELLER, PLANT, FakeClock, Line, OnWrite, Past, approved, draft

TWO = (SetParameter(alias=FILLER, value=570.0), SetParameter(alias=LABELLER, value=640.0))


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


def dies(_: str = "") -> None:
    """End the instance here."""
    raise Killed


@pytest.fixture
def restarted(ledger: Ledger, line: Line, past: Past, clock: FakeClock) -> Callable[[], Executor]:
    """A new instance after the old one is gone."""
    return lambda: Executor(ledger, line, past, clock, PLANT, holder="after restart")


async def killed(executor: Executor, count: int = 1) -> None:
    """The instance takes steps until it is killed in the last of them."""
    for _ in range(count - 1):
        await executor.step()
    with pytest.raises(Killed):
        await executor.step()
    await executor.close()


@pytest.mark.parametrize(
    ("found", "status", "says"),
    [
        (570.0, Status.WATCHING, ""),
        (600.0, Status.NOT_APPLIED, "still holds 600 1/min"),
        (585.0, Status.UNKNOWN, "reads back 585 1/min"),
        (None, Status.UNKNOWN, "cannot be read back"),
    ],
)
async def test_a_write_without_a_receipt_is_read_back(
    ledger: Ledger,
    executor: Executor,
    restarted: Callable[[], Executor],
    line: Line,
    found: Value | None,
    status: Status,
    says: str,
) -> None:
    """Equal to the target, equal to the value before, anything else, bad quality."""
    proposal = await approved(ledger)
    line.on_written = dies
    await killed(executor)
    line.bad = {FILLER} if found is None else set()
    line.values[FILLER] = found or 0.0

    after = restarted()
    await after.recover()
    await after.recover()
    line.plant_time_s += 1_000.0
    await after.recover()

    assert ledger.proposal(proposal.id).status is status
    assert says in ledger.proposal(proposal.id).reason
    assert line.written == [(FILLER, 570.0)]
    await after.close()


async def test_the_watch_goes_on_after_a_restart_and_is_verified(
    ledger: Ledger, executor: Executor, restarted: Callable[[], Executor], line: Line, past: Past
) -> None:
    """The window runs from the plant time at which it was written."""
    proposal = await approved(ledger)
    line.on_written = dies
    await killed(executor)

    after = restarted()
    await after.recover()
    await after.step()
    line.plant_time_s += 2_700
    await after.step()

    assert ledger.proposal(proposal.id).status is Status.VERIFIED
    assert past.asked[-1] == (3_900.0, 6_300.0)
    await after.close()


async def test_a_window_that_passed_meanwhile_is_judged_from_history(
    ledger: Ledger, executor: Executor, restarted: Callable[[], Executor], line: Line, past: Past
) -> None:
    """Recovery itself comes to the verdict."""
    proposal = await approved(ledger)
    await executor.step()
    await executor.step()
    await executor.close()
    line.plant_time_s += 50_000

    after = restarted()
    await after.recover()

    assert ledger.proposal(proposal.id).status is Status.VERIFIED
    assert past.asked[0] == (3_900.0, 6_300.0)
    await after.close()


@pytest.mark.parametrize("link", [True, False])
async def test_what_was_only_claimed_was_not_sent(ledger: Ledger, executor: Executor, line: Line, link: bool) -> None:
    """The intent to send is stored before the bytes leave, so its absence is proof."""
    proposal = await approved(ledger)
    live = {sample.alias: sample for sample in await line.read(tuple(line.values))}
    claimed = Journal(ledger.book, PLANT, executor.epoch).claim(proposal, live, 3_600.0)
    line.link = link

    await executor.recover()

    assert claimed is not None
    ended = ledger.proposal(proposal.id)
    assert ended.status is Status.NOT_APPLIED
    assert "interrupted before anything was sent" in ended.reason
    assert ("holds 600 1/min" in ended.reason) is link
    assert line.written == []


async def test_a_plan_interrupted_half_way_is_put_back(
    ledger: Ledger, executor: Executor, restarted: Callable[[], Executor], line: Line
) -> None:
    """The second write is not sent after a restart; the first is undone."""
    proposal = await approved(ledger, draft(changes=TWO))
    line.before_write = lambda alias: dies() if alias == LABELLER else None
    await killed(executor)
    line.before_write = lambda _: None

    after = restarted()
    await after.recover()
    line.plant_time_s += 1_000.0
    await after.step()

    assert ledger.proposal(proposal.id).status is Status.ROLLED_BACK
    assert line.written == [(FILLER, 570.0), (FILLER, 600.0)]
    await after.close()


@pytest.mark.parametrize(
    ("dies_at", "status", "written"),
    [
        ("before the bytes", Status.UNKNOWN, [570.0]),
        ("after the bytes", Status.ROLLED_BACK, [570.0, 600.0]),
    ],
)
async def test_putting_back_is_not_sent_twice_either(
    ledger: Ledger,
    executor: Executor,
    restarted: Callable[[], Executor],
    line: Line,
    past: Past,
    dies_at: str,
    status: Status,
    written: list[float],
) -> None:
    """A restoring write that may have left is read back like any other; one that did not take is for a person."""
    proposal = await approved(ledger)
    past.value = 1_000.0
    await executor.step()
    await executor.step()
    line.plant_time_s += 2_700
    if dies_at == "before the bytes":
        line.before_write = dies
    else:
        line.on_written = dies
    await killed(executor)
    line.before_write, line.on_written = (lambda _: None), (lambda _: None)

    after = restarted()
    await after.recover()
    line.plant_time_s += 1_000.0
    await after.recover()

    assert ledger.proposal(proposal.id).status is status
    assert [value for _, value in line.written] == written
    await after.close()


async def test_a_roll_back_decided_without_a_link_is_done_when_it_is_back(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """Nothing was sent, so waiting for the link is not retrying a write."""
    proposal = await approved(ledger, draft(changes=TWO))
    line.answers[LABELLER] = OnWrite.REFUSES
    line.before_write = lambda alias: setattr(line, "link", alias != LABELLER)

    await executor.step()
    still = ledger.proposal(proposal.id).status
    line.link = True
    await executor.step()

    assert still is Status.SENT
    assert ledger.proposal(proposal.id).status is Status.ROLLED_BACK
    assert line.written == [(FILLER, 570.0), (FILLER, 600.0)]


@pytest.mark.parametrize("why", ["link", "bad"])
async def test_a_roll_back_that_cannot_be_done_in_time_ends_unknown(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock, why: str
) -> None:
    """A bounded wait, for the link or for a good value."""
    proposal = await approved(ledger, draft(changes=TWO))
    line.answers[LABELLER] = OnWrite.REFUSES

    def breaks(alias: str) -> None:
        if alias == LABELLER and why == "link":
            line.link = False
        elif alias == LABELLER:
            line.bad.add(FILLER)

    line.before_write = breaks

    await executor.step()
    clock.move(200)
    await executor.step()
    still = ledger.proposal(proposal.id).status
    clock.move(101)
    await executor.step()

    assert still is Status.SENT
    assert ledger.proposal(proposal.id).status is Status.UNKNOWN
    assert "the line could not be reached" in ledger.proposal(proposal.id).reason
    assert line.written == [(FILLER, 570.0)]


@pytest.mark.parametrize(
    ("happens", "says"),
    [
        (lambda line, _: line.values.update({REMOTE: False}), "selector is not on remote"),
        (lambda line, _: line.values.update({"filler.unit_mode": 2}), "not in production mode"),
        (lambda _, ledger: ledger.hold("all", "lee", "smoke"), "held by lee"),
        (lambda line, _: line.answers.update({FILLER: OnWrite.REFUSES}), "The line refused it."),
        (lambda line, _: line.answers.update({FILLER: OnWrite.IGNORES}), "reads back 570 1/min"),
        (lambda line, _: line.answers.update({FILLER: OnWrite.CLAMPS}), "reads back 585 1/min"),
    ],
)
async def test_what_stops_putting_back_is_told_with_both_values(
    ledger: Ledger,
    executor: Executor,
    line: Line,
    past: Past,
    happens: Callable[[Line, Ledger], None],
    says: str,
) -> None:
    """The selector, a hold, a refusal, a machine that ignores or clamps: unknown, and not sent again."""
    proposal = await approved(ledger)
    past.value = 1_000.0
    await executor.step()
    await executor.step()
    line.plant_time_s += 2_700
    happens(line, ledger)

    await executor.step()
    line.plant_time_s += 1_000.0
    await executor.step()

    ended = ledger.proposal(proposal.id)
    assert ended.status is Status.UNKNOWN
    assert says in ended.reason
    assert "It was to be put back, but" in ended.reason
    assert len(line.written) <= 2


async def test_a_receipt_of_a_restore_that_failed_is_believed_after_a_restart(
    ledger: Ledger, executor: Executor, restarted: Callable[[], Executor], line: Line, past: Past
) -> None:
    """Two steps to put back; the first failed and is on record, then the instance dies at the second."""
    proposal = await approved(ledger, draft(changes=TWO))
    past.value = 1_000.0
    await executor.step()
    await executor.step()
    line.plant_time_s += 2_700
    line.answers[LABELLER] = OnWrite.IGNORES
    line.on_written = lambda alias: dies() if alias == FILLER else None
    await executor.step()
    line.plant_time_s += 1_000.0
    await killed(executor)
    line.on_written = lambda _: None

    after = restarted()
    await after.recover()

    ended = ledger.proposal(proposal.id)
    assert ended.status is Status.UNKNOWN
    assert "labeller.speed_per_min was sent 675 1/min and reads back 640 1/min" in ended.reason
    assert line.written[2:] == [(LABELLER, 675.0), (FILLER, 600.0)]
    assert line.values[FILLER] == 600.0
    await after.close()


async def test_a_sequence_that_reads_as_both_is_unknown(
    ledger: Ledger, executor: Executor, restarted: Callable[[], Executor], line: Line
) -> None:
    """Two sequences that end alike cannot be told apart once their beginnings have started."""
    waiting = line.values[ORDER_SEQUENCE]
    assert isinstance(waiting, tuple)
    wanted = (waiting[1], waiting[0], *waiting[2:])
    proposal = await approved(ledger, draft(changes=(Resequence(orders=wanted),)))
    line.on_written = dies
    await killed(executor)
    line.values[ORDER_SEQUENCE] = waiting[3:]

    after = restarted()
    await after.recover()

    assert ledger.proposal(proposal.id).status is Status.UNKNOWN
    await after.close()


async def test_writing_the_value_that_is_there_counts_as_applied(
    ledger: Ledger, executor: Executor, line: Line
) -> None:
    """A plan whose target is the value before has nothing to tell apart."""
    proposal = await approved(ledger, draft(changes=(SetParameter(alias=FILLER, value=600.0),)))

    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.APPLIED


async def test_with_nothing_in_flight_recovery_does_nothing(ledger: Ledger, executor: Executor, line: Line) -> None:
    """Also not taking up what is approved: that is the next step's."""
    await approved(ledger)

    await executor.recover()

    assert line.opened == 0
    assert executor.epoch == 1


def test_a_named_point_kills_only_when_asked_and_at_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the variable nothing happens; with it, the n-th time the point is reached."""
    kills: list[int] = []
    monkeypatch.setattr("os.kill", lambda _, number: kills.append(number))

    reach(Point.SETTLING)
    monkeypatch.setenv("JAYUL_CRASH_AT", "settling:2")
    reach(Point.SETTLING)
    reach(Point.ENDED)
    after_one = list(kills)
    reach(Point.SETTLING)

    assert (after_one, kills) == ([], [9])

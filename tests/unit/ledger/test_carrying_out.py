"""Carrying out: from an approval to a verified, put back, or honestly unknown change."""

import sqlite3
from pathlib import Path

import pytest

from ledger.errors import RecordUnavailable
from ledger.executor import Executor
from ledger.lease import Lease
from ledger.ledger import Ledger
from ledger.session import Session
from plants.errors import Refused
from plants.flow.change import Resequence, SetParameter
from plants.flow.outcome import Outcome
from plants.flow.proposal import Proposal, Status
from plants.flow.sample import Value
from plants.model.tags import ORDER_SEQUENCE, PLANT_TIME, REMOTE
from tests.ledger_ports import FILLER, LABELLER, PLANT, FakeClock, Line, OnWrite, Past, approved, draft, submitted

TWO = (SetParameter(alias=FILLER, value=570.0), SetParameter(alias=LABELLER, value=640.0))


async def outcome_of(ledger: Ledger, proposal: Proposal) -> Outcome:
    """How it ended."""
    outcome = await ledger.of(proposal.id)
    assert outcome is not None
    assert outcome.status is ledger.proposal(proposal.id).status
    return outcome


async def steps(executor: Executor, count: int) -> None:
    """Several steps of the executor."""
    for _ in range(count):
        await executor.step()


async def test_an_approved_change_is_written_watched_and_verified(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """The closed loop: one write, read back, followed, measured over the window, kept."""
    proposal = await approved(ledger)

    await executor.step()
    after_write = ledger.proposal(proposal.id).status
    await executor.step()
    line.plant_time_s += 300 + 2_400
    await executor.step()

    outcome = await outcome_of(ledger, proposal)
    assert after_write is Status.APPLIED
    assert line.written == [(FILLER, 570.0)]
    assert (outcome.status, outcome.kept) == (Status.VERIFIED, True)
    assert past.asked[-1] == (3_900.0, 6_300.0)
    assert "1450 1/h from 3900 s to 6300 s" in outcome.explanation
    assert [row.action for row in ledger.events(proposal.id)] == [
        "submitted",
        "signed",
        "approved",
        "claimed",
        "sent",
        "read_back",
        "applied",
        "watching",
        "ended",
    ]
    assert ledger.verify().ok


async def test_nothing_is_written_without_an_approval(ledger: Ledger, executor: Executor, line: Line) -> None:
    """A proposal that waits is left alone."""
    await submitted(ledger)

    await steps(executor, 3)

    assert line.written == []
    assert line.opened == 0


async def test_the_harmful_side_of_the_promise_is_put_back(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """Measured below the interval: restored to the value before, read back, told."""
    proposal = await approved(ledger)
    past.value = 1_390.0

    await steps(executor, 2)
    line.plant_time_s += 2_700
    await executor.step()

    outcome = await outcome_of(ledger, proposal)
    assert line.written == [(FILLER, 570.0), (FILLER, 600.0)]
    assert (outcome.status, outcome.kept) == (Status.ROLLED_BACK, False)
    assert outcome.measured is not None
    assert "broken on the harmful side" in outcome.explanation
    assert "Put back and read back: filler.speed_per_min = 600 1/min" in outcome.explanation


async def test_the_good_side_is_verified_and_told_as_broken(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """Better than promised stays, and the promise is still not kept."""
    proposal = await approved(ledger)
    past.value = 1_600.0

    await steps(executor, 2)
    line.plant_time_s += 2_700
    await executor.step()

    outcome = await outcome_of(ledger, proposal)
    assert (outcome.status, outcome.kept) == (Status.VERIFIED, False)
    assert line.values[FILLER] == 570.0


async def test_a_collapse_is_put_back_half_way_through_the_window(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """Nobody waits for the end of the window to see a line that has all but stopped."""
    proposal = await approved(ledger)
    past.value = 800.0

    await steps(executor, 2)
    line.plant_time_s += 1_499
    await executor.step()
    still = ledger.proposal(proposal.id).status
    line.plant_time_s += 1
    await executor.step()

    assert still is Status.WATCHING
    assert (await outcome_of(ledger, proposal)).status is Status.ROLLED_BACK
    assert line.values[FILLER] == 600.0


async def test_missing_data_end_unknown_after_one_more_window(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """Nothing is done to a line on missing data; a person is asked."""
    proposal = await approved(ledger)
    past.sufficient = False

    await steps(executor, 2)
    line.plant_time_s += 2_700
    await executor.step()
    still = ledger.proposal(proposal.id).status
    line.plant_time_s += 2_400
    await executor.step()

    outcome = await outcome_of(ledger, proposal)
    assert still is Status.WATCHING
    assert (outcome.status, outcome.kept) == (Status.UNKNOWN, None)
    assert line.written == [(FILLER, 570.0)]


@pytest.mark.parametrize(
    ("answer", "status", "holds", "says"),
    [
        (OnWrite.IGNORES, Status.NOT_APPLIED, 600.0, "still holds 600 1/min, not 570 1/min (Good)"),
        (OnWrite.REFUSES, Status.NOT_APPLIED, 600.0, "The line refused it."),
        (OnWrite.SILENT_LOST, Status.NOT_APPLIED, 600.0, "No answer came in time."),
        (OnWrite.SILENT_TAKEN, Status.APPLIED, 570.0, ""),
        (OnWrite.CLAMPS, Status.UNKNOWN, 585.0, "was 600 1/min, was sent 570 1/min and reads back 585 1/min"),
    ],
)
async def test_what_is_read_back_decides(
    ledger: Ledger, executor: Executor, line: Line, answer: OnWrite, status: Status, holds: Value, says: str
) -> None:
    """Whatever the server answered, or did not: never sent again, judged by what the tag holds."""
    line.answers[FILLER] = answer
    proposal = await approved(ledger)

    await executor.step()
    if status is Status.NOT_APPLIED and answer is not OnWrite.REFUSES:
        assert ledger.proposal(proposal.id).status is Status.SENT
        line.plant_time_s += 1_000.0
        await executor.step()

    assert ledger.proposal(proposal.id).status is status
    assert len(line.written) == (0 if answer is OnWrite.REFUSES else 1)
    assert line.values[FILLER] == holds
    assert says in ledger.proposal(proposal.id).reason


async def test_a_late_machine_is_given_its_time(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """A server that takes the value up a second later has applied it."""
    line.answers[FILLER] = OnWrite.LATE
    clock.on_sleep = lambda _: line.catch_up() if clock.elapsed_s >= 1 else None
    proposal = await approved(ledger)

    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.APPLIED


async def test_a_link_cut_after_the_write_is_unknown_and_locks_the_tag(
    ledger: Ledger, executor: Executor, line: Line
) -> None:
    """Nobody can say what the tag holds, so nobody writes it until a person has looked."""
    line.on_written = lambda _: setattr(line, "link", False)
    proposal = await approved(ledger)

    await executor.step()

    outcome = await outcome_of(ledger, proposal)
    assert outcome.status is Status.UNKNOWN
    assert "cannot be read back" in outcome.explanation
    with pytest.raises(Refused, match=f"locked until a person resolves proposal {proposal.id}"):
        await submitted(ledger, draft("draft-0002"))


async def test_a_person_resolves_what_is_unknown_and_unlocks_it(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """The person's word is the outcome; only then may the tag be proposed again."""
    line.answers[FILLER] = OnWrite.CLAMPS
    proposal = await approved(ledger)
    await executor.step()
    line.values[FILLER] = 600.0

    with pytest.raises(Refused, match="Only a person"):
        ledger.resolve(proposal.id, "agent:solver", Status.NOT_APPLIED, "?")
    ledger.resolve(proposal.id, "kim", Status.NOT_APPLIED, "the panel shows 600")
    line.plant_time_s += 600

    assert (await outcome_of(ledger, proposal)).explanation == "kim found: the panel shows 600"
    assert (await ledger.recent())[0].status is Status.NOT_APPLIED
    assert (await submitted(ledger, draft("draft-0002"))).status is Status.JUDGED
    with pytest.raises(Refused, match="only what ended unknown"):
        ledger.resolve(proposal.id, "kim", Status.VERIFIED, "again")


async def test_a_machine_that_does_not_follow_is_put_back(ledger: Ledger, executor: Executor, line: Line) -> None:
    """A server may answer Good to a setpoint the machine never runs at."""
    line.follows = False
    proposal = await approved(ledger)

    await steps(executor, 2)
    line.plant_time_s += 180
    await executor.step()
    still = ledger.proposal(proposal.id).status
    line.plant_time_s += 1
    await executor.step()

    assert still is Status.APPLIED
    outcome = await outcome_of(ledger, proposal)
    assert (outcome.status, outcome.kept) == (Status.ROLLED_BACK, None)
    assert "the machine is at 600 1/min after 181 plant seconds" in outcome.explanation
    assert line.values[FILLER] == 600.0


async def test_an_override_before_the_machine_has_followed_ends_it_too(
    ledger: Ledger, executor: Executor, line: Line
) -> None:
    """An operator who puts the value back by hand at once has decided."""
    proposal = await approved(ledger)
    await executor.step()
    line.values[FILLER] = 600.0

    await executor.step()

    assert "it now holds 600 1/min" in (await outcome_of(ledger, proposal)).explanation


async def test_an_override_at_the_panel_ends_the_watch_and_is_not_written_over(
    ledger: Ledger, executor: Executor, line: Line
) -> None:
    """Both values are told; the operator's stands."""
    proposal = await approved(ledger)
    await steps(executor, 2)
    line.values[FILLER] = 550.0

    await executor.step()

    outcome = await outcome_of(ledger, proposal)
    assert outcome.status is Status.UNKNOWN
    assert "we wrote 570 1/min, it now holds 550 1/min" in outcome.explanation
    assert line.written == [(FILLER, 570.0)]


async def test_a_plan_of_two_writes_goes_in_order_and_comes_back_in_reverse(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """All or nothing, in the declared order."""
    await approved(ledger, draft(changes=TWO))
    past.value = 1_000.0

    await steps(executor, 2)
    line.plant_time_s += 2_700
    await executor.step()

    assert line.written == [(FILLER, 570.0), (LABELLER, 640.0), (LABELLER, 675.0), (FILLER, 600.0)]


async def test_a_plan_that_fails_half_way_is_put_back(ledger: Ledger, executor: Executor, line: Line) -> None:
    """The second write is refused: the first is compensated."""
    line.answers[LABELLER] = OnWrite.REFUSES
    proposal = await approved(ledger, draft(changes=TWO))

    await executor.step()

    outcome = await outcome_of(ledger, proposal)
    assert line.written == [(FILLER, 570.0), (FILLER, 600.0)]
    assert outcome.status is Status.ROLLED_BACK
    assert "not carried out as a whole" in outcome.explanation


async def test_a_plan_whose_second_write_is_doubtful_puts_back_the_first_and_stays_unknown(
    ledger: Ledger, executor: Executor, line: Line
) -> None:
    """What is certain is put back, what is not is told."""
    line.answers[LABELLER] = OnWrite.CLAMPS
    proposal = await approved(ledger, draft(changes=TWO))

    await executor.step()

    outcome = await outcome_of(ledger, proposal)
    assert line.written == [(FILLER, 570.0), (LABELLER, 640.0), (FILLER, 600.0)]
    assert outcome.status is Status.UNKNOWN
    assert "reads back 657.5 1/min" in outcome.explanation


async def test_rolling_back_stops_at_a_value_that_somebody_else_set(
    ledger: Ledger, executor: Executor, line: Line
) -> None:
    """Between the decision and the write somebody may have changed it."""
    line.answers[LABELLER] = OnWrite.REFUSES
    proposal = await approved(ledger, draft(changes=TWO))
    line.before_write = lambda alias: line.values.update({FILLER: 555.0}) if alias == LABELLER else None
    await executor.step()

    outcome = await outcome_of(ledger, proposal)
    assert outcome.status is Status.UNKNOWN
    assert "somebody has set filler.speed_per_min to 555 1/min meanwhile (we wrote 570 1/min over 600 1/min)" in (
        outcome.explanation
    )
    assert line.written == [(FILLER, 570.0)]


async def test_what_is_already_back_is_not_written_again(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """An operator who put it back by hand just before the roll-back leaves nothing to send."""
    proposal = await approved(ledger)
    past.value = 1_000.0
    await steps(executor, 2)
    line.plant_time_s += 2_700
    by_hand = iter([570.0, 600.0])
    line.before_read = lambda: line.values.update({FILLER: next(by_hand, 600.0)})
    await executor.step()

    assert (await outcome_of(ledger, proposal)).status is Status.ROLLED_BACK
    assert line.written == [(FILLER, 570.0)]


@pytest.mark.parametrize(
    ("changed", "status", "says"),
    [
        ({FILLER: 590.0}, Status.WITHDRAWN, "holds 590 1/min, the plan starts from 600 1/min"),
        ({REMOTE: False}, Status.NOT_APPLIED, "selector is on local"),
    ],
)
async def test_the_gate_says_no_on_fresh_data_just_before_the_write(
    ledger: Ledger, executor: Executor, line: Line, changed: dict[str, Value], status: Status, says: str
) -> None:
    """What was approved a minute ago is checked again on what is read now."""
    proposal = await approved(ledger)
    line.values |= changed

    await executor.step()

    outcome = await outcome_of(ledger, proposal)
    assert outcome.status is status
    assert says in outcome.explanation
    assert line.written == []


async def test_an_approved_change_waits_for_a_machine_under_repair_and_says_so_once(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """Nothing is sent while the filler is in maintenance; when it is back in production the change is written."""
    proposal = await approved(ledger)
    line.values["filler.unit_mode"] = 2
    for _ in range(3):
        await executor.step()
        clock.move(1)
    told = [row.text for row in ledger.events(proposal.id) if row.action == "waiting"]
    before = ledger.proposal(proposal.id).status

    line.values["filler.unit_mode"] = 1
    await executor.step()

    assert before is Status.APPROVED
    assert len(told) == 1
    assert "filler is not in production mode (2)" in told[0]
    assert line.written == [(FILLER, 570.0)]


async def test_a_machine_under_repair_for_longer_than_the_approval_lasts_is_not_written(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """Waiting ends with the approval."""
    proposal = await approved(ledger)
    line.values["filler.unit_mode"] = 2
    await executor.step()

    clock.move(601)
    line.values["filler.unit_mode"] = 1
    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.EXPIRED
    assert line.written == []


async def test_an_approval_does_not_outlive_a_link_that_is_down(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """One line on loss; when the link is back the approval has expired and nothing is sent."""
    proposal = await approved(ledger)
    line.link = False

    await steps(executor, 3)
    clock.move(600)
    line.link = True
    await steps(executor, 2)

    assert ledger.proposal(proposal.id).status is Status.EXPIRED
    assert line.written == []
    assert [row.action for row in ledger.events("link")] == ["link_lost"]


async def test_a_link_that_comes_back_in_time_is_noted_and_the_change_goes_on(
    ledger: Ledger, executor: Executor, line: Line
) -> None:
    """Nothing was sent yet, so waiting is not retrying a write."""
    proposal = await approved(ledger)
    line.link = False
    await steps(executor, 2)
    line.link = True

    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.APPLIED
    assert [row.action for row in ledger.events("link")] == ["link_lost", "link_back"]


async def test_a_loss_that_could_not_be_stored_is_noted_when_it_can_be(
    ledger: Ledger, executor: Executor, line: Line, tmp_path: Path
) -> None:
    """Found by the simulation (seed 202): without the row of the loss the chain told twice that the link was back."""
    await approved(ledger)
    other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    line.link = False
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(RecordUnavailable):
        await executor.step()
    other.execute("ROLLBACK")
    other.close()
    await executor.step()
    line.link = True
    await executor.step()

    assert [row.action for row in ledger.events("link")] == ["link_lost", "link_back"]


async def test_hold_all_stops_a_plan_between_its_writes(ledger: Ledger, executor: Executor, line: Line) -> None:
    """The hold also stops putting back: nothing at all is written, and that is told."""
    proposal = await approved(ledger, draft(changes=TWO))
    line.on_written = lambda _: ledger.hold("all", "lee", "smoke")

    await executor.step()

    outcome = await outcome_of(ledger, proposal)
    assert line.written == [(FILLER, 570.0)]
    assert outcome.status is Status.UNKNOWN
    assert "held by lee" in outcome.explanation


async def test_a_sequence_is_watched_while_its_orders_begin(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """Orders leave the front of the sequence as they begin; the rest of it is what was written."""
    waiting = line.values[ORDER_SEQUENCE]
    assert isinstance(waiting, tuple)
    wanted = (*waiting[1:], waiting[0])
    proposal = await approved(ledger, draft(changes=(Resequence(orders=wanted),)))
    past.value = 1_000.0

    await steps(executor, 2)
    line.values[ORDER_SEQUENCE] = wanted[2:]
    line.plant_time_s += 2_700
    await executor.step()

    assert (await outcome_of(ledger, proposal)).status is Status.ROLLED_BACK
    assert line.written[-1] == (ORDER_SEQUENCE, tuple(order for order in waiting if order in wanted[2:]))


async def test_a_line_that_falls_silent_ends_unknown(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """Nothing waits for ever: without news for five minutes a person is asked."""
    proposal = await approved(ledger)
    await steps(executor, 2)
    line.link = False

    await executor.step()
    clock.move(301)
    await executor.step()

    outcome = await outcome_of(ledger, proposal)
    assert outcome.status is Status.UNKNOWN
    assert "told nothing new" in outcome.explanation


async def test_bad_plant_time_means_nothing_is_written(ledger: Ledger, executor: Executor, line: Line) -> None:
    """Without plant time a watch window cannot be kept; the change waits for it."""
    proposal = await approved(ledger)
    line.bad.add(PLANT_TIME)

    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.APPROVED
    assert line.written == []


async def test_one_change_at_a_time(ledger: Ledger, executor: Executor, line: Line) -> None:
    """The second approved proposal waits until the first has ended, and is void then: it was judged without it."""
    first = await approved(ledger)
    second = await approved(ledger, draft("draft-0002", (SetParameter(alias=LABELLER, value=640.0),)))

    await steps(executor, 3)
    waiting = ledger.proposal(second.id).status
    line.plant_time_s += 2_700
    await steps(executor, 2)

    assert ledger.proposal(first.id).status is Status.VERIFIED
    assert waiting is Status.APPROVED
    ended = ledger.proposal(second.id)
    assert ended.status is Status.WITHDRAWN
    assert "filler.speed_per_min was 600 when it was judged and is 570 now" in ended.reason
    assert line.written == [(FILLER, 570.0)]


async def test_a_parameter_is_left_alone_until_it_has_cooled_down(
    ledger: Ledger, executor: Executor, line: Line
) -> None:
    """Our own last change counts, also one that was put back."""
    line.follows = False
    await approved(ledger)
    await steps(executor, 2)
    line.plant_time_s += 181
    await executor.step()

    with pytest.raises(Refused, match=r"step_and_rate: filler\.speed_per_min was changed 0 plant seconds ago"):
        await submitted(ledger, draft("draft-0002"))


def test_a_second_instance_is_refused(ledger: Ledger, executor: Executor, line: Line, past: Past) -> None:
    """One writer; the other is told who holds the lease."""
    with pytest.raises(Refused, match=r"Another instance \(service, epoch 1\)"):
        Executor(ledger, line, past, FakeClock(), PLANT, holder="spare")


async def test_an_instance_that_was_set_aside_writes_nothing(
    ledger: Ledger, executor: Executor, line: Line, past: Past, clock: FakeClock
) -> None:
    """A paused process whose lock was taken away wakes up and is fenced by the epoch."""
    await approved(ledger)
    executor._lease.release()
    newer = Executor(ledger, line, past, clock, PLANT, holder="spare")

    with pytest.raises(Refused, match="spare carries out changes since epoch 2"):
        await executor.step()

    assert line.written == []
    await newer.step()
    assert line.written == [(FILLER, 570.0)]
    await newer.close()


def test_a_lease_that_cannot_be_recorded_is_not_held(
    ledger: Ledger, line: Line, past: Past, clock: FakeClock, tmp_path: Path
) -> None:
    """The file is locked: no epoch, no lease; once it is free the next instance gets it."""
    other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(RecordUnavailable):
        Executor(ledger, line, past, clock, PLANT)
    other.execute("ROLLBACK")
    other.close()
    lease = Lease.take(ledger.book, "next")
    lease.release()

    assert lease.epoch == 1


async def test_an_approval_that_runs_out_while_reading_is_not_spent(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """The gate looks at the time after the reading, not before."""
    proposal = await approved(ledger)
    line.before_read = lambda: clock.move(600)

    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.EXPIRED
    assert line.written == []


async def test_a_session_that_is_not_open_sends_nothing(line: Line) -> None:
    """Writing never connects by itself."""
    session = Session(line, PLANT)

    assert await session.write(FILLER, 570.0) == (False, "the session was lost before the write")
    assert (line.opened, line.written) == (0, [])


async def test_a_plain_channel_is_as_good_as_no_link(ledger: Ledger, executor: Executor, line: Line) -> None:
    """Whatever keeps the session from opening, the change waits and nothing is sent."""
    proposal = await approved(ledger)
    line.refuses_to_open = "The channel would be plain."

    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.APPROVED
    assert ledger.events("link")[0].text == "The writing link was lost: The channel would be plain."


async def test_history_without_plant_time_lets_the_watch_wait(
    ledger: Ledger, executor: Executor, line: Line, past: Past
) -> None:
    """The equipment is read all right, but nothing was recorded: no judgement."""
    proposal = await approved(ledger)
    await steps(executor, 2)
    line.plant_time_s += 5_000
    past.known = False

    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.WATCHING


async def test_a_proposal_withdrawn_at_the_last_moment_is_not_claimed(
    ledger: Ledger, executor: Executor, line: Line
) -> None:
    """Between looking for work and claiming it somebody may have taken it back."""
    proposal = await approved(ledger)
    line.before_read = lambda: setattr(
        line, "withdrawn", line.opened == 1 and ledger.withdraw(proposal.id, "lee", "not now")
    )

    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.WITHDRAWN
    assert line.written == []


async def test_screens_see_the_checks_the_approval_and_what_was_written(
    ledger: Ledger, executor: Executor, line: Line
) -> None:
    """Approved, written and reported values are kept apart."""
    proposal = await approved(ledger)
    line.values[REMOTE] = False
    local = {check.name: check for check in ledger.checks(proposal.id) if not check.passed}
    line.values[REMOTE] = True

    await executor.step()

    approval, [receipt] = ledger.approval(proposal.id), ledger.receipts(proposal.id)
    assert list(local) == ["interlock"]
    assert approval is not None
    assert approval.approver == "kim"
    assert (receipt.before, receipt.target, receipt.read_back, receipt.server_status) == (600.0, 570.0, 570.0, "Good")

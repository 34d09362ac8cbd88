"""The record: the chain, its anchor, the file that is locked, the clock that steps back, two people at once."""

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.audit import Action
from ledger.errors import RecordUnavailable
from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.policy import Autonomy, Policy
from plants.errors import InvalidInput, JayulError, Refused
from plants.flow.change import SetParameter
from plants.flow.proposal import Status
from tests.ledger_ports import FILLER, PLANT, FakeClock, Line, Past, draft, submitted


async def decided(ledger: Ledger) -> None:
    """Some rows in the chain."""
    proposal = await submitted(ledger)
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)


def unguarded(path: Path, *statements: str) -> None:
    """Somebody with a SQL prompt who removes the triggers first."""
    raw = sqlite3.connect(path / "ledger.db", isolation_level=None)
    triggers = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
    for trigger in triggers:
        raw.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        raw.execute(statement)
    raw.close()


async def test_a_new_ledger_and_a_used_one_verify(ledger: Ledger) -> None:
    """Genesis and head, with the anchor at the end."""
    empty = ledger.verify()
    await decided(ledger)

    report = ledger.verify()

    assert (empty.ok, empty.rows) == (True, 0)
    assert (report.ok, report.rows, report.head) == (True, 3, ledger.events()[-1].hash)
    assert ledger.head() == report.head


@pytest.mark.parametrize(
    ("statement", "bad", "says"),
    [
        ("UPDATE audit SET actor = 'lee' WHERE seq = 2", 2, "was changed"),
        ("UPDATE audit SET payload = replace(payload, ',', ', ') WHERE seq = 1", 1, "was changed"),
        ("UPDATE audit SET payload = 'x' WHERE seq = 1", 1, "cannot be read"),
        ("UPDATE audit SET prev = hash WHERE seq = 2", 2, "does not follow"),
        ("DELETE FROM audit WHERE seq = 1", 1, "row 1 is missing"),
    ],
)
async def test_a_changed_chain_is_found_and_stops_writing(
    ledger: Ledger, executor: Executor, line: Line, tmp_path: Path, statement: str, bad: int, says: str
) -> None:
    """The first bad row is named, and the gate lets nothing through."""
    await decided(ledger)

    unguarded(tmp_path, statement)

    report = ledger.verify()
    await executor.step()
    assert (report.ok, report.bad_seq) == (False, bad)
    assert says in report.problem
    assert line.written == []


async def test_a_cut_chain_shows_against_the_anchor_which_is_not_overwritten(ledger: Ledger, tmp_path: Path) -> None:
    """The end is gone, what is left is a valid chain; only the anchor tells, also after more was written."""
    await decided(ledger)
    unguarded(tmp_path, "DELETE FROM audit WHERE seq = 3")

    before = ledger.verify()
    ledger.hold("agents", "kim", "look into it")
    ledger.hold("agents", "kim", "look into it")

    assert "the chain ends at row 2, its anchor says it had 3" in before.problem
    assert "row 3 is not the one that its anchor names" in ledger.verify().problem


async def test_an_older_copy_put_back_shows_and_a_person_may_accept_it(
    ledger: Ledger, tmp_path: Path, clock: FakeClock, past: Past
) -> None:
    """A restored backup is detected; accepting it is itself on record."""
    await submitted(ledger)
    ledger.close()
    shutil.copy(tmp_path / "ledger.db", tmp_path / "backup.db")
    again = Ledger.at(tmp_path / "ledger.db", PLANT, clock, past)
    again.hold("agents", "kim", "x")
    again.close()
    shutil.copy(tmp_path / "backup.db", tmp_path / "ledger.db")

    restored = Ledger.at(tmp_path / "ledger.db", PLANT, clock, past)
    report = restored.verify()
    with pytest.raises(Refused, match="Only a person"):
        restored.anchor_again("agent:solver", "?")
    restored.anchor_again("kim", "disk replaced, backup of today")

    assert "the end is missing" in report.problem
    assert restored.verify().ok
    assert restored.events()[-1].payload["was"] == report.problem
    restored.close()


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"seq": -1'])
async def test_a_missing_or_spoilt_anchor_is_reported(ledger: Ledger, tmp_path: Path, content: bytes | None) -> None:
    """Without its anchor a chain is in doubt."""
    await decided(ledger)
    anchor = tmp_path / "ledger.anchor"
    anchor.unlink()
    if content is not None:
        anchor.write_bytes(content)

    report = ledger.verify()

    assert not report.ok
    assert "the anchor beside the file is missing or cannot be read" in report.problem


async def test_a_broken_chain_cannot_be_accepted(ledger: Ledger, tmp_path: Path) -> None:
    """Accepting is for restored copies, not for edits."""
    await decided(ledger)
    unguarded(tmp_path, "UPDATE audit SET actor = 'lee' WHERE seq = 1")

    with pytest.raises(InvalidInput, match="The chain itself is broken: row 1"):
        ledger.anchor_again("kim", "never mind")


async def test_an_anchor_that_cannot_be_written_lags_and_catches_up(ledger: Ledger, tmp_path: Path) -> None:
    """The decision stands; the next commit moves the anchor on."""
    await submitted(ledger)
    blocker = tmp_path / f"ledger.anchor.{os.getpid()}-{threading.get_native_id()}.new"
    blocker.mkdir()

    ledger.hold("agents", "kim", "x")
    lagging, behind = ledger.verify(), (tmp_path / "ledger.anchor").read_text()
    blocker.rmdir()
    ledger.release("agents", "kim")

    assert lagging.ok
    assert f'"seq":{lagging.rows - 1}' in behind
    assert ledger.verify().ok
    assert f'"seq":{len(ledger.events())}' in (tmp_path / "ledger.anchor").read_text()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE proposals SET plan = replace(plan, '570.0', '560.0')",
        "UPDATE proposals SET plan = replace(plan, '570.0', '560.0'), plan_hash = '{}'",
        "UPDATE proposals SET verdict = replace(verdict, '\"replications\":32', '\"replications\":33')",
        "UPDATE proposals SET draft = replace(draft, 'agent:solver', 'agent:sulver')",
        "UPDATE approvals SET body = replace(body, 'kim', 'lee')",
        "UPDATE approvals SET body = replace(body, '06:10:00', '07:10:00'), expires_at = '9999'",
        'UPDATE approvals SET body = replace(body, \'"binding":"\', \'"binding":"0\')',
        "UPDATE proposals SET draft = 'x'",
    ],
)
async def test_an_edited_proposal_or_approval_is_not_written(
    ledger: Ledger, executor: Executor, line: Line, tmp_path: Path, statement: str
) -> None:
    """Whatever is changed in what was approved, nothing is sent."""
    await decided(ledger)

    unguarded(tmp_path, statement)

    with suppress(JayulError):
        await executor.step()

    assert line.written == []


async def test_an_approval_that_is_not_in_the_chain_is_not_written(
    ledger: Ledger, executor: Executor, line: Line, tmp_path: Path, clock: FakeClock, past: Past
) -> None:
    """Rows forged beside the chain, copied from a real approval elsewhere, do not pass the gate."""
    waiting = await submitted(ledger)
    (tmp_path / "other").mkdir()
    other = Ledger.at(tmp_path / "other" / "ledger.db", PLANT, clock, past)
    await decided(other)
    other.close()

    unguarded(
        tmp_path,
        f"ATTACH '{tmp_path / 'other' / 'ledger.db'}' AS other",
        "INSERT INTO approvals SELECT * FROM other.approvals",
        "UPDATE proposals SET status = 'approved'",
    )
    await executor.step()

    assert "the audit chain does not hold this approval" in ledger.proposal(waiting.id).reason
    assert line.written == []


# Locked, foreign and damaged files -----------------------------------------------------------------------------------


async def test_a_file_locked_by_another_process_stops_the_claim_and_nothing_is_sent(
    ledger: Ledger, executor: Executor, line: Line, tmp_path: Path
) -> None:
    """Fail closed; when the lock is gone the approval is taken up."""
    await decided(ledger)
    other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(RecordUnavailable, match="database is locked"):
        await executor.step()
    while_locked = list(line.written)
    other.execute("ROLLBACK")
    other.close()
    await executor.step()

    assert while_locked == []
    assert line.written == [(FILLER, 570.0)]


async def test_a_file_locked_after_the_bytes_left_is_read_back_later_and_not_sent_again(
    ledger: Ledger, executor: Executor, line: Line, tmp_path: Path
) -> None:
    """The receipt could not be stored; the next step reads back instead of sending."""
    await decided(ledger)
    other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    line.on_written = lambda _: setattr(line, "locked_by", other.execute("BEGIN IMMEDIATE"))

    with pytest.raises(RecordUnavailable):
        await executor.step()
    other.execute("ROLLBACK")
    other.close()
    await executor.step()

    assert line.written == [(FILLER, 570.0)]
    assert (await ledger.open())[0].status is Status.APPLIED


def test_a_file_of_a_newer_version_is_refused(ledger: Ledger, tmp_path: Path, clock: FakeClock, past: Past) -> None:
    """Better not to touch what is not understood."""
    ledger.close()
    raw = sqlite3.connect(tmp_path / "ledger.db")
    raw.execute("PRAGMA user_version = 99")
    raw.close()

    with pytest.raises(RecordUnavailable, match="schema 99"):
        Ledger.at(tmp_path / "ledger.db", PLANT, clock, past)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path, clock: FakeClock, past: Past) -> None:
    """Damaged is not empty."""
    (tmp_path / "ledger.db").write_bytes(b"not a database, and long enough to be read as one" * 50)

    with pytest.raises(RecordUnavailable, match="not a database"):
        Ledger.at(tmp_path / "ledger.db", PLANT, clock, past)


async def test_a_full_disk_stores_nothing(ledger: Ledger, tmp_path: Path) -> None:
    """The transaction that finds the disk full is gone as a whole."""
    await submitted(ledger)
    with ledger.book.read() as conn:
        [pages] = conn.execute("PRAGMA page_count").fetchone()
    ledger.book._store._conn.execute(f"PRAGMA max_page_count = {pages}")

    async def until_full() -> None:
        for number in range(2, 50):
            await submitted(ledger, draft(f"draft-{number:04d}"))

    with pytest.raises(RecordUnavailable, match="full"):
        await until_full()
    ledger.book._store._conn.execute("PRAGMA max_page_count = 100000")

    assert ledger.verify().ok
    assert (await submitted(ledger, draft("draft-0099"))).status is Status.JUDGED


def test_a_transaction_within_a_transaction_is_a_mistake_that_shows(ledger: Ledger) -> None:
    """It would roll the outer one back; better to fail loudly, and the next one works."""
    with pytest.raises(RuntimeError, match="within another"), ledger.book.write():
        ledger.holds()

    assert ledger.holds() == ()


# Time ----------------------------------------------------------------------------------------------------------------


async def test_a_wall_clock_that_steps_back_holds_all_writing(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """It is told by whom and why; nothing is written until a person accepts the time."""
    await decided(ledger)
    clock.wall -= timedelta(seconds=60)

    await executor.step()

    [hold] = ledger.holds()
    assert line.written == []
    assert hold.who == "ledger:clock"
    assert "stepped back by 60.0 s" in hold.reason
    assert (await ledger.open()) == ()


async def test_a_refusal_while_the_clock_steps_back_leaves_the_chain_whole(ledger: Ledger, clock: FakeClock) -> None:
    """The hold is first undone with the refused transaction, then stored with the refusal."""
    await submitted(ledger)
    clock.wall -= timedelta(seconds=60)

    with pytest.raises(Refused):
        await submitted(ledger, draft("draft-0002", (SetParameter(alias=FILLER, value=9_999.0),)))
    ledger.release("all", "kim", "time server replaced")

    assert (await submitted(ledger, draft("draft-0003"))).status is Status.JUDGED
    assert [row.action for row in ledger.events()] == ["submitted", "held", "refused", "released", "submitted"]
    assert ledger.verify().ok


async def test_a_person_accepts_the_time_by_releasing(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """Afterwards things go on with the time as it is now."""
    await decided(ledger)
    clock.wall -= timedelta(seconds=60)
    await executor.step()

    ledger.release("all", "kim", "time server replaced")
    proposal = await submitted(ledger, draft("draft-0002"))
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    await executor.step()

    assert ledger.holds() == ()
    assert line.written == [(FILLER, 570.0)]


async def test_a_step_back_within_the_allowed_skew_is_nothing(ledger: Ledger, clock: FakeClock) -> None:
    """Time servers nudge clocks; the record's time just waits."""
    await submitted(ledger)
    clock.wall -= timedelta(seconds=1.5)

    await submitted(ledger, draft("draft-0002"))

    assert ledger.holds() == ()
    assert [row.at for row in ledger.events()] == sorted(row.at for row in ledger.events())


async def test_an_equipment_clock_that_is_off_suspends_writing(
    ledger: Ledger, executor: Executor, line: Line, clock: FakeClock
) -> None:
    """More than two seconds between the server's time and ours: neither is trusted."""
    await decided(ledger)
    line.source_time = lambda: clock.now() + timedelta(seconds=3)

    await executor.step()

    assert "ahead of ours" in ledger.proposals()[0].reason
    assert line.written == []


# Who and what --------------------------------------------------------------------------------------------------------


async def test_a_changed_plant_voids_what_was_made_for_the_old_one(
    ledger: Ledger, tmp_path: Path, clock: FakeClock, past: Past
) -> None:
    """A proposal belongs to the description it was made with."""
    proposal = await submitted(ledger)
    changed = PLANT.model_copy(update={"site": "Elsewhere"})
    after = Ledger.at(tmp_path / "ledger.db", type(PLANT).model_validate(changed.model_dump()), clock, past)

    with pytest.raises(Refused, match="description of the plant has changed"):
        after.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)

    after.close()


async def test_below_approve_nothing_is_approved(tmp_path: Path, clock: FakeClock, past: Past) -> None:
    """A line set to advise shows proposals and writes nothing."""
    advising = Ledger.at(tmp_path / "a.db", PLANT, clock, past, policy=Policy(autonomy=Autonomy.ADVISE))
    proposal = await submitted(advising)

    with pytest.raises(Refused, match="the line is set to 'advise'"):
        advising.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)

    assert advising.apply_standing() == ()
    advising.close()


async def test_the_inbox_is_bounded(tmp_path: Path, clock: FakeClock, past: Past) -> None:
    """More than can be read is not taken in."""
    small = Ledger.at(tmp_path / "a.db", PLANT, clock, past, policy=Policy(max_open=2))
    for number in (1, 2):
        await submitted(small, draft(f"draft-000{number}"))

    with pytest.raises(Refused, match="2 proposals wait"):
        await submitted(small, draft("draft-0003"))

    small.close()


DEEDS: list[Callable[[Ledger, str], object]] = [
    lambda ledger, which: ledger.reject(which, "agent:solver", "no"),
    lambda ledger, which: ledger.withdraw(which, "agent:other", "no"),
    lambda ledger, which: ledger.resolve(which, "agent:solver", Status.VERIFIED, "no"),
    lambda ledger, which: ledger.approve(which, " AGENT:x", plan_hash=ledger.proposal(which).plan_hash),
]


@pytest.mark.parametrize("deed", DEEDS)
async def test_what_no_agent_may_do(ledger: Ledger, deed: Callable[[Ledger, str], object]) -> None:
    """A model has no authority, whatever it is told to call."""
    proposal = await submitted(ledger)

    with pytest.raises(Refused):
        deed(ledger, proposal.id)

    assert ledger.proposal(proposal.id).status is Status.JUDGED
    assert ledger.events()[-1].action == "refused"


async def test_an_agent_withdraws_what_it_proposed(ledger: Ledger) -> None:
    """Its own, before anybody has decided."""
    proposal = await submitted(ledger)

    assert ledger.withdraw(proposal.id, "agent:solver", "superseded").status is Status.WITHDRAWN


@pytest.mark.parametrize(("who", "reason"), [("", "x"), ("a\nb", "x"), ("x" * 81, "x"), ("kim", "x" * 1_001)])
async def test_names_and_reasons_the_record_could_not_hold_are_refused(ledger: Ledger, who: str, reason: str) -> None:
    """Before anything is stored."""
    proposal = await submitted(ledger)

    with pytest.raises(InvalidInput, match="printable"):
        ledger.reject(proposal.id, who, reason)

    assert ledger.proposal(proposal.id).status is Status.JUDGED


@pytest.mark.parametrize("two_files", [False, True])
async def test_of_two_people_at_once_one_decides_and_the_other_is_told(
    ledger: Ledger, tmp_path: Path, clock: FakeClock, past: Past, two_files: bool
) -> None:
    """Approve against reject, fifty times, in two threads: of one ledger, and of two that opened the same file."""
    second = Ledger.at(tmp_path / "ledger.db", PLANT, clock, past) if two_files else ledger
    for number in range(50):
        proposal = await submitted(ledger, draft(f"draft-{number:04d}"))
        barrier = threading.Barrier(2)
        results: dict[str, str] = {}

        def approve(id: str = proposal.id, hash: str = proposal.plan_hash, at: threading.Barrier = barrier) -> str:
            at.wait()
            ledger.approve(id, "kim", plan_hash=hash)
            return "kim"

        def reject(id: str = proposal.id, at: threading.Barrier = barrier) -> str:
            at.wait()
            return str(second.reject(id, "lee", "no").decided_by)

        def run(name: str, deed: Callable[[], str], into: dict[str, str] = results) -> None:
            try:
                into[name] = f"done by {deed()}"
            except Refused as refusal:
                into[name] = refusal.message

        threads = [threading.Thread(target=run, args=(n, d)) for n, d in (("kim", approve), ("lee", reject))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=10)

        status = ledger.proposal(proposal.id).status
        winner, loser = ("kim", "lee") if status is Status.APPROVED else ("lee", "kim")
        assert status in (Status.APPROVED, Status.REJECTED)
        assert results[winner] == f"done by {winner}"
        assert f"{winner} decided at" in results[loser]
        if status is Status.APPROVED:
            ledger.withdraw(proposal.id, "kim", "next round")
    assert ledger.verify().ok
    second.close()


def test_a_plain_channel_that_a_setting_allows_is_a_row_of_its_own(ledger: Ledger) -> None:
    """It names the address and the setting, and the chain holds."""
    ledger.plain_channel("opc.tcp://192.0.2.1:4840")

    [row] = [row for row in ledger.events() if row.action is Action.PLAIN_CHANNEL]
    assert (row.actor, row.payload["endpoint"]) == ("service", "opc.tcp://192.0.2.1:4840")
    assert "allow_unencrypted_network" in row.text
    assert ledger.verify().ok

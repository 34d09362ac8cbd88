"""The chain is verified whole at the start and round and round; before a write, from the checkpoint on."""

import sqlite3
from pathlib import Path

import pytest

from ledger.errors import GateRefused
from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.policy import Policy
from plants.flow.proposal import Proposal, Status
from tests.ledger_ports import PLANT, FakeClock, Line, Past, draft, submitted


async def approved(ledger: Ledger, id: str = "draft-0001") -> Proposal:
    """Approved by kim."""
    proposal = await submitted(ledger, draft(id))
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    return proposal


def unguarded(folder: Path, statement: str) -> None:
    """Change the file as somebody does who removes its triggers first."""
    raw = sqlite3.connect(folder / "ledger.db", isolation_level=None)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute(statement)
    raw.close()


@pytest.fixture
def many(tmp_path: Path, clock: FakeClock, past: Past) -> Ledger:
    """A ledger that verifies two rows a step, with some rows in it."""
    opened = Ledger.at(tmp_path / "ledger.db", PLANT, clock, past, policy=Policy(verify_rows=2))
    for number in range(10):
        opened.hold("agents", "kim", f"{number}")
    return opened


async def test_before_a_write_only_what_came_since_the_checkpoint_is_read(
    many: Ledger, line: Line, past: Past, clock: FakeClock
) -> None:
    """So a write does not take longer as the chain grows."""
    many.release("agents", "kim", "go on")
    proposal = await approved(many)
    executor = Executor(many, line, past, clock, PLANT)
    await executor.recover()
    read: list[str] = []
    many.book._store._conn.set_trace_callback(read.append)

    await executor.step()

    many.book._store._conn.set_trace_callback(None)
    chains = [sql for sql in read if "FROM audit WHERE seq >" in sql]
    from_the_start = [sql for sql in chains if "seq > 0 " in sql and "LIMIT -1" in sql]
    assert many.proposal(proposal.id).status is Status.APPLIED
    assert chains
    assert from_the_start == []
    await executor.close()
    many.close()


async def test_a_row_long_before_the_checkpoint_that_is_edited_is_found_within_a_round(
    many: Ledger, tmp_path: Path, line: Line, past: Past, clock: FakeClock
) -> None:
    """Then the gate is shut until the whole chain verifies again."""
    executor = Executor(many, line, past, clock, PLANT)
    await executor.recover()
    many.release("agents", "kim", "go on")
    unguarded(tmp_path, "UPDATE audit SET actor = 'eve' WHERE seq = 7")

    await executor.step()
    early = many.book._rotten
    clock.move(3_600)
    for _ in range(10):
        clock.move(1.0)
        await executor.step()

    assert early == ""
    assert "row 7 was changed" in many.book._rotten
    with pytest.raises(GateRefused, match="row 7 was changed"):
        await submitted(many)
    unguarded(tmp_path, "UPDATE audit SET actor = 'kim' WHERE seq = 7")
    assert many.verify().ok
    assert (await approved(many, "draft-0002")).status is Status.JUDGED
    await executor.close()
    many.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'eve' WHERE action = 'approved'",
        "UPDATE audit SET actor = 'eve' WHERE action = 'signed'",
        "UPDATE audit SET hash = '1' WHERE action = 'approved'",
        "UPDATE audit SET prev = '1' WHERE seq = (SELECT seq + 1 FROM audit WHERE action = 'approved')",
    ],
)
async def test_the_rows_that_tell_of_the_approval_are_checked_by_themselves(
    ledger: Ledger, executor: Executor, line: Line, tmp_path: Path, statement: str
) -> None:
    """Also when they lie before the checkpoint and no round has come to them yet."""
    proposal = await approved(ledger)
    ledger.hold("agents", "kim", "look")
    ledger.verify()
    unguarded(tmp_path, statement)

    await executor._begin(ledger.proposal(proposal.id))

    assert ledger.proposal(proposal.id).status is Status.NOT_APPLIED
    assert "the audit chain does not hold this approval" in ledger.proposal(proposal.id).reason
    assert line.written == []


async def test_without_its_anchor_nothing_is_even_handed_in(ledger: Ledger, tmp_path: Path) -> None:
    """What is found since the checkpoint includes that its end cannot be trusted."""
    (tmp_path / "ledger.anchor").unlink()

    with pytest.raises(GateRefused, match="the anchor beside the file is missing"):
        await submitted(ledger)


async def test_the_whole_chain_is_verified_at_the_start(
    ledger: Ledger, executor: Executor, line: Line, tmp_path: Path
) -> None:
    """A chain that was changed while nothing ran stops writing, and the service still reads."""
    proposal = await approved(ledger)
    unguarded(tmp_path, "UPDATE audit SET actor = 'eve' WHERE seq = 1")

    await executor.recover()
    await executor.step()

    assert ledger.proposal(proposal.id).status is Status.NOT_APPLIED
    assert line.written == []

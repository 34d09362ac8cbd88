"""The storage fails at its first call, its second, its third, and so on, until a whole change went through."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.errors import RecordUnavailable
from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.flow.proposal import Status
from tests.ledger_ports import FILLER, PLANT, FakeClock, Line, Past, submitted

EVERY = 30
"""SQLite's instructions between two chances to fail; a step of the executor takes some thousands."""


class FailsOnce:
    """Interrupts SQLite at its n-th chance, once: the statement fails half way, as on an I/O error."""

    def __init__(self, nth: int) -> None:
        self.left = nth

    def __call__(self) -> int:
        """Called by SQLite every so many instructions; not zero interrupts."""
        self.left -= 1
        return int(self.left == 0)


@dataclass
class Scene:
    """A proposal that is approved, and who carries it out."""

    ledger: Ledger
    executor: Executor
    line: Line
    proposal_id: str

    async def goes_through(self, fails: FailsOnce) -> int:
        """Carry it out to its end, stepping on after every failure; how often storage failed."""
        failures = 0
        self.ledger.book._store._conn.set_progress_handler(fails, EVERY)
        for _ in range(6):
            try:
                await self.executor.step()
            except RecordUnavailable:
                failures += 1
            self.line.plant_time_s += 1_500
        self.ledger.book._store._conn.set_progress_handler(None, 0)
        return failures


@asynccontextmanager
async def scene(file: Path, value: float) -> AsyncIterator[Scene]:
    """A fresh ledger with an approved proposal, and what the line will make."""
    clock = FakeClock()
    line = Line(clock)
    past = Past(line)
    past.value = value
    ledger = Ledger.at(file, PLANT, clock, past)
    executor = Executor(ledger, line, past, clock, PLANT)
    proposal = await submitted(ledger)
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    yield Scene(ledger, executor, line, proposal.id)
    await executor.close()
    ledger.close()


@pytest.mark.parametrize(
    ("value", "ends", "written"),
    [
        (1_450.0, Status.VERIFIED, [570.0]),
        pytest.param(1_000.0, Status.ROLLED_BACK, [570.0, 600.0], marks=pytest.mark.slow),
    ],
)
async def test_a_failing_storage_call_anywhere_never_sends_twice_and_ends_decided(
    tmp_path: Path, value: float, ends: Status, written: list[float]
) -> None:
    """Before the claim nothing is sent; after it what was sent is read back; the chain is whole every time."""
    ended: list[Status] = []
    failed: list[int] = []
    for nth in range(1, 2_000):
        async with scene(tmp_path / f"{nth}.db", value) as now:
            failed.append(await now.goes_through(FailsOnce(nth)))

            outcome = await now.ledger.of(now.proposal_id)
            assert now.ledger.verify().ok
            assert outcome is not None, f"nothing was decided after a failure at call {nth}"
            assert [v for _, v in now.line.written] == written[: len(now.line.written)]
            assert (outcome.status is Status.NOT_APPLIED) == (now.line.written == [])
            ended.append(outcome.status)
        if not failed[-1]:
            break

    assert failed[-1] == 0, "the storage was still failing at the last call"
    assert len(failed) > 20
    assert ended[-1] is ends
    assert set(ended) <= {ends, Status.NOT_APPLIED, Status.UNKNOWN}


async def test_a_decision_that_could_not_be_stored_was_not_made(tmp_path: Path) -> None:
    """An approval fails anywhere: either it is whole or the proposal still waits, and can be approved again."""
    stored: list[bool] = []
    for nth in range(1, 5_000):
        clock = FakeClock()
        ledger = Ledger.at(tmp_path / f"{nth}.db", PLANT, clock, Past(Line(clock)))
        proposal = await submitted(ledger)
        fails = FailsOnce(nth)
        ledger.book._store._conn.set_progress_handler(fails, 20)

        with suppress(RecordUnavailable):
            ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
        ledger.book._store._conn.set_progress_handler(None, 0)

        approved = ledger.proposal(proposal.id).status is Status.APPROVED
        assert approved == (ledger.approval(proposal.id) is not None)
        assert approved == any(row.action == "approved" for row in ledger.events(proposal.id))
        assert ledger.proposal(proposal.id).plan.steps[0].alias == FILLER
        stored.append(approved)
        ledger.close()
        if fails.left > 0:
            break

    assert stored[-1]
    assert len(stored) > 10

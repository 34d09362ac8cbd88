"""SIGSTOP and SIGCONT of a real process, also between intent and bytes."""

import asyncio
import multiprocessing
import os
import signal
import time
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from ledger import points
from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.errors import Refused
from plants.flow.proposal import Status
from tests.crash.ledger.instance import STORIES, FiledLine, aftermath, lived
from tests.crash.ledger.kill import RealClock
from tests.ledger_ports import FILLER, PLANT, START, Past, submitted

KEPT = STORIES["kept"]


async def one_step(folder: Path) -> None:
    """Recover, approve something, and take one step."""
    clock = RealClock()
    clock.wall = START + timedelta(seconds=60)
    line = FiledLine(clock, folder)
    past = Past(line)
    ledger = Ledger.at(folder / "ledger.db", PLANT, clock, past)
    executor = Executor(ledger, line, past, clock, PLANT, holder="real time")
    await executor.recover()
    proposal = await submitted(ledger)
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    try:
        await executor.step()
    except Refused as refused:
        (folder / "refused.txt").write_text(refused.message)
    await executor.close()
    ledger.close()


def body(folder: Path, pause_at: str) -> None:
    """Body of the child process."""
    points._reached.clear()
    if pause_at:
        os.environ["JAYUL_PAUSE_AT"] = pause_at
    asyncio.run(one_step(folder))


def started(folder: Path, pause_at: str = "") -> BaseProcess:
    """An instance as a process of its own."""
    child = multiprocessing.get_context("fork").Process(target=body, args=(folder, pause_at))
    child.start()
    return child


def wait_until_it_stands_still(child: BaseProcess) -> None:
    """Until the operating system says that it was stopped."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        state = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[0]
        if state == "T":
            return
        time.sleep(0.01)
    pytest.fail("it was not paused")


def woken(child: BaseProcess) -> None:
    """Let it go on to its end."""
    assert child.pid is not None
    os.kill(child.pid, signal.SIGCONT)
    child.join(30)
    assert child.exitcode == 0


def test_a_process_that_stood_still_between_intent_and_bytes_sends_nothing(tmp_path: Path) -> None:
    """After a pause nobody knows what the line is doing: what was read just before is no longer just before."""
    child = started(tmp_path, "sent")
    wait_until_it_stands_still(child)
    time.sleep(1.2)  # longer than what may lie between the intent and its bytes

    woken(child)

    found = aftermath(tmp_path)
    assert (found.proposal.status, found.written) == (Status.NOT_APPLIED, [])
    assert "stood still" in found.proposal.reason


@pytest.mark.parametrize("point", ["sent", "written"])
def test_a_process_that_was_set_aside_while_it_stood_still_sends_nothing_more(tmp_path: Path, point: str) -> None:
    """Its lock file is removed and another instance takes over; when it wakes, the epoch stops it."""
    child = started(tmp_path, point)
    wait_until_it_stands_still(child)
    (tmp_path / "ledger.lease").unlink()
    code = lived(tmp_path, KEPT, 2)
    before = aftermath(tmp_path)

    woken(child)

    found = aftermath(tmp_path)
    assert code == 0
    assert found.written == before.written == ([] if point == "sent" else [(FILLER, 570.0)])
    assert (
        found.proposal.status is before.proposal.status is (Status.NOT_APPLIED if point == "sent" else Status.VERIFIED)
    )
    assert "no longer may" in (tmp_path / "refused.txt").read_text()


def test_while_it_stands_still_with_its_lock_nobody_takes_over(tmp_path: Path) -> None:
    """A paused process is not a dead one."""
    child = started(tmp_path, "written")
    wait_until_it_stands_still(child)

    refused = lived(tmp_path, KEPT, 2)
    woken(child)

    found = aftermath(tmp_path)
    assert refused == 1
    assert (found.proposal.status, found.written) == (Status.APPLIED, [(FILLER, 570.0)])

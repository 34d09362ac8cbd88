"""One ledger on a fresh file, with a line of equipment in memory."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ledger.executor import Executor
from ledger.ledger import Ledger
from tests.ledger_ports import PLANT, FakeClock, Line, Past


@pytest.fixture
def clock() -> FakeClock:
    """A clock that moves when told to."""
    return FakeClock()


@pytest.fixture
def line(clock: FakeClock) -> Line:
    """The equipment."""
    return Line(clock)


@pytest.fixture
def past(line: Line) -> Past:
    """What was recorded."""
    return Past(line)


@pytest.fixture
def ledger(tmp_path: Path, clock: FakeClock, past: Past) -> Iterator[Ledger]:
    """A ledger on a fresh file."""
    opened = Ledger.at(tmp_path / "ledger.db", PLANT, clock, past)
    yield opened
    opened.close()


@pytest.fixture
async def executor(ledger: Ledger, line: Line, past: Past, clock: FakeClock) -> AsyncIterator[Executor]:
    """The one instance that writes."""
    running = Executor(ledger, line, past, clock, PLANT)
    yield running
    await running.close()

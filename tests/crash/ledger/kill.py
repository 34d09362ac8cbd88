"""One case: killed at a point, perhaps once more while recovering, restarted, and looked at."""

import asyncio
import json
import multiprocessing
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from ledger import points
from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.flow.proposal import FINAL, Status
from tests.crash.ledger.instance import BEFORE, STORIES, TARGET, FiledLine, Story, aftermath, lived
from tests.ledger_ports import PLANT, START, FakeClock, OnWrite, Past

CASES = [(name, point) for name, story in STORIES.items() for point in story.points]
WHILE_RECOVERING = ("recovering", "settling", "applied", "watching", "decided", "restore_written", "ended")
DECIDED_WALL_S = 5.0
"""Within so long after a restart it is known of every byte whether it left."""


class RealClock(FakeClock):
    """Plant time as the test wants it, everything else as it passes."""

    def monotonic(self) -> float:
        """True seconds."""
        return time.monotonic()

    async def sleep(self, wall_s: float) -> None:
        """True waiting."""
        await asyncio.sleep(wall_s)


@dataclass(frozen=True)
class Case:
    """What came of it."""

    kills: int
    """Real ones, of this case."""
    lost: int
    """Approvals that were given and are no longer on record."""
    doubled: int
    """Writes that the equipment received more than once."""
    decided_wall_s: float
    """From opening the ledger after the last kill to knowing of every byte."""
    problem: str
    """What record and equipment do not agree on; empty when they agree."""


def killed(folder: Path, name: str, point: str, seed: int) -> Case:
    """Killed at a point, and with seeds from 2 on once more while recovering; then left to finish."""
    story, rng = STORIES[name], random.Random(f"{seed} {name} {point}")
    codes = [lived(folder, story, 0, point)]
    if seed > 1:
        codes.append(lived(folder, story, 1, rng.choice(WHILE_RECOVERING)))
    decided_wall_s = recovered(folder, story)
    codes.append(lived(folder, story, 2))
    found = aftermath(folder)
    held = {alias: found.values[alias] for alias in story.aliases}
    wrong = (
        (codes[0] != -signal.SIGKILL, f"it was not killed at '{point}' but ended with {codes[0]}"),
        (not set(codes[1:-1]) <= {0, -signal.SIGKILL}, f"a recovery failed with {codes[1:-1]}"),
        (codes[-1] != 0, f"the last instance failed with {codes[-1]}"),
        (found.proposal.status not in FINAL, f"it ended {found.proposal.status}"),
        (
            found.proposal.status not in (story.ends, Status.NOT_APPLIED, Status.ROLLED_BACK, Status.UNKNOWN),
            f"it ended {found.proposal.status} and should have {story.ends}",
        ),
        (
            found.proposal.status in (Status.NOT_APPLIED, Status.ROLLED_BACK)
            and held != {alias: BEFORE[alias] for alias in story.aliases},
            f"it ended {found.proposal.status} and the equipment holds {held}",
        ),
        (
            found.proposal.status is Status.VERIFIED and held != {alias: TARGET[alias] for alias in story.aliases},
            f"it ended verified and the equipment holds {held}",
        ),
    )
    return Case(
        kills=codes.count(-signal.SIGKILL),
        lost=1 - found.approvals,
        doubled=sum(number - 1 for number in Counter(map(str, found.written)).values()),
        decided_wall_s=decided_wall_s,
        problem="; ".join(text for applies, text in wrong if applies),
    )


async def _recover(folder: Path, story: Story) -> None:
    """Open the ledger and recover, in real time; tell how long it took."""
    began = time.monotonic()
    clock = RealClock()
    clock.wall = START + timedelta(seconds=30)
    line = FiledLine(clock, folder)
    line.answers = dict.fromkeys(story.refuses, OnWrite.REFUSES)
    past = Past(line)
    past.value = story.value
    ledger = Ledger.at(folder / "ledger.db", PLANT, clock, past)
    executor = Executor(ledger, line, past, clock, PLANT, holder="real time")
    await executor.recover()
    (folder / "recovered.json").write_text(json.dumps(time.monotonic() - began))
    await executor.close()
    ledger.close()


def _body(folder: Path, story: Story) -> None:
    points._reached.clear()
    asyncio.run(_recover(folder, story))


def recovered(folder: Path, story: Story) -> float:
    """Recover in a process of its own; the wall seconds that it took."""
    child = multiprocessing.get_context("fork").Process(target=_body, args=(folder, story))
    child.start()
    child.join(30)
    assert child.exitcode == 0, "recovery failed"
    return float(json.loads((folder / "recovered.json").read_text()))

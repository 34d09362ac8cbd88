"""A process that runs one step of the agents and kills itself at a named point. Started by `test_killed_agents`.

    python -m tests.crash.agents.child FOLDER POINT

The ledger is two JSON files in the folder, written as a real one would be: before the caller goes on. The line's state
is the folder's `state.json`. What was learned is appended to `learned.txt`, what was handed in to `submitted.txt`.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from agents.deps import AgentDeps
from agents.runner import AgentRunner
from agents.settings import AgentSettings
from agents.solver import SolverBrain
from plants.flow.draft import Draft
from plants.flow.outcome import Outcome
from plants.flow.proposal import FINAL, Proposal
from plants.flow.state import LineState
from plants.flow.verdict import Verdict
from plants.loader.load import load_plant
from tests.unit.agents.paper import proposal_of
from twin import ForecastError
from twin import judge as judge_in_twin

P = ParamSpec("P")
T = TypeVar("T")


class FileLedger:
    """Submissions and Outcomes in two files."""

    def __init__(self, folder: Path, die_at: Callable[[str], None]) -> None:
        self._folder = folder
        self._die_at = die_at

    def _read(self, name: str) -> dict[str, Any]:
        path = self._folder / name
        stored: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return stored

    async def submit(self, draft: Draft, verdict: Verdict) -> Proposal:
        """Store it under its draft's id, or return what is stored."""
        self._die_at("before_submit")
        with (self._folder / "submitted.txt").open("a") as log:
            log.write(f"{draft.id}\n")
        stored = self._read("proposals.json")
        stored.setdefault(draft.id, proposal_of(draft, verdict).model_dump(mode="json"))
        (self._folder / "proposals.json").write_text(json.dumps(stored))
        self._die_at("after_submit")
        return Proposal.model_validate(stored[draft.id])

    async def open(self) -> tuple[Proposal, ...]:
        """Those without an outcome."""
        ended = self._read("outcomes.json")
        proposals = [Proposal.model_validate(p) for p in self._read("proposals.json").values()]
        return tuple(p for p in proposals if p.id not in ended and p.status not in FINAL)

    async def of(self, proposal_id: str) -> Outcome | None:
        """How one ended."""
        dump = self._read("outcomes.json").get(proposal_id)
        return None if dump is None else Outcome.model_validate(dump)

    async def recent(self, limit: int = 100) -> tuple[Outcome, ...]:
        """All there are."""
        return tuple(Outcome.model_validate(o) for o in self._read("outcomes.json").values())[:limit]


class DyingExecutor(Executor):
    """Computes at once; dies when the judging begins or has ended, if that is the point."""

    def __init__(self, die_at: Callable[[str], None]) -> None:
        self._die_at = die_at

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """The result, computed here."""
        judging = getattr(fn, "func", None) is judge_in_twin
        if judging:
            self._die_at("before_judge")
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        if judging:
            self._die_at("after_judge")
        return future


class WallClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Wall time."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Not used here."""
        return 0.0

    async def sleep(self, wall_s: float) -> None:
        """Wait."""
        await asyncio.sleep(wall_s)


def main() -> None:
    """Run one step; the report goes to stdout as JSON."""
    folder, point = Path(sys.argv[1]), sys.argv[2]

    def die_at(here: str) -> None:
        if here == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def learned(outcome: Outcome) -> None:
        die_at("before_learned")
        with (folder / "learned.txt").open("a") as log:
            log.write(f"{outcome.proposal_id}\n")
        die_at("after_learned")

    ledger = FileLedger(folder, die_at)
    deps = AgentDeps(
        plant=load_plant("bottling"),
        submissions=ledger,
        outcomes=ledger,
        brain=SolverBrain(),
        clock=WallClock(),
        checkpoint=folder / "agents.sqlite",
        forecast_error=ForecastError,
        settings=AgentSettings(horizon_s=1800.0, replications=8, screen_replications=3, max_candidates=3, rest_s=0.0),
        executor=DyingExecutor(die_at),
        on_outcome=learned,
    )
    asyncio.run(_step(deps, LineState.model_validate_json((folder / "state.json").read_text()), die_at))


async def _step(deps: AgentDeps, state: LineState, die_at: Callable[[str], None]) -> None:
    runner = AgentRunner(deps)
    await runner.start()
    report = await runner.step(state)
    die_at("waiting")
    await runner.close()
    said = {"end": report.end, "proposal": report.proposal_id, "learned": len(report.outcomes), "words": report.words}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()

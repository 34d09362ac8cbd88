"""Replications: many runs of one scenario, here or elsewhere, always with the same results.

Used by `simulate`, `compare`, `screen` and `judge`. Replications are numbered and draw from keys of their own, so
neither their sequence nor the number of workers matters. Who makes them is in `twin.crew`.
"""

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from plants.errors import RunFailed
from plants.flow.change import Change
from plants.flow.state import LineState
from plants.model.plant import Plant
from twin.engines import Engine
from twin.run import Record, RunResult, run

Progress = Callable[[int, int], None]
"""Called with (done, all) after each run."""

AS_IT_IS, CHANGED = "as it is", "with the changes"
"""Names of the two scenarios of a pair."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What all replications of one scenario share."""

    plant: Plant
    horizon_s: float
    seed: int = 1
    state: LineState | None = None
    changes: tuple[Change, ...] = ()
    warmup_s: float = 0.0
    delay_s: float = 0.0
    window_s: tuple[float, float] | None = None
    slots: int = 0
    engine: str = Engine.AUTO
    name: str = ""
    """How a person tells it from the others it is played with, such as 'with the changes'."""


Job = tuple[Scenario, int]
"""A scenario and the number of a replication."""


def play(job: Job, record: Record | None = None) -> RunResult:
    """One replication of a scenario, recorded where that is asked for.

    Raises:
        RunFailed: it does not come forward; the message says which it was.
    """
    scenario, replication = job
    with named(scenario, replication):
        return run(
            scenario.plant,
            horizon_s=scenario.horizon_s,
            seed=scenario.seed,
            replication=replication,
            state=scenario.state,
            changes=scenario.changes,
            warmup_s=scenario.warmup_s,
            delay_s=scenario.delay_s,
            window_s=scenario.window_s,
            slots=scenario.slots,
            engine=scenario.engine,
            record=record,
        )


@contextmanager
def named(scenario: Scenario, replication: int) -> Iterator[None]:
    """Say in the message of a run that failed which scenario and replication it was."""
    try:
        yield
    except RunFailed as error:
        of = f" {scenario.name}" if scenario.name else ""
        raise type(error)(f"replication {replication}{of}: {error}") from error


Packed = tuple[bytes, int]
"""A job for another process: the scenario's bytes, which it unpacks once, and the number of the replication."""


def pack(scenario: Scenario) -> bytes:
    """A scenario as bytes; the same ones go with all its jobs."""
    return pickle.dumps(scenario)


def play_packed(job: Packed) -> RunResult:
    """One replication of a scenario that came as bytes."""
    content, replication = job
    return play((_unpacked(content), replication))


@lru_cache(maxsize=64)
def _unpacked(content: bytes) -> Scenario:
    """To read a plant takes some milliseconds, more than many a run."""
    scenario: Scenario = pickle.loads(content)  # noqa: S301 - it comes from the process that asks for the run
    return scenario

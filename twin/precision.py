"""Precision: replications one look after the other, until an interval is as narrow as was asked for.

Used by `simulate` and `compare`. After a first look, the number of replications that will probably do is worked out
from the width so far (it falls with the root of their number); at each look the number at most doubles. How many
replications there are at each look follows from results alone, so the number of processes changes nothing. Few looks
keep the interval honest: one that is looked at after every replication stops too often when it happens to be narrow
(Law, "Simulation Modeling and Analysis", section on obtaining a specified precision; relative to the estimated mean).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from plants.errors import InvalidInput
from plants.flow.verdict import Interval
from plants.kpi import Kpi
from twin.crew import Crew, Workers
from twin.replications import Progress, Scenario
from twin.run import Record, RunResult

MAX_REPLICATIONS = 100_000
DEFAULT_MOST = 2_000
"""Replications after which a run to a precision gives up, unless said otherwise."""

FEWEST = 10
"""Replications before the first look at a precision; fewer tell too little of the spread."""


@dataclass(frozen=True, slots=True)
class Precision:
    """How narrow an interval is, against how narrow it should be."""

    kpi: Kpi
    """Whose interval."""
    target: float
    """Relative half-width asked for."""
    relative_half_width: float
    """Half-width over the mean it is related to; infinite when that mean is 0 and the interval is not a point."""
    replications: int
    """Replications so far."""
    reached: bool
    """Whether it is narrow enough."""
    planned: int = 0
    """Replications that were to be made up to this look; there are fewer where a Ctrl-C came before."""

    def as_dict(self) -> dict[str, object]:
        """Plain JSON values; a half-width that is infinite is null."""
        narrow = self.relative_half_width
        return {
            "kpi": self.kpi.value,
            "target": self.target,
            "relative_half_width": narrow if math.isfinite(narrow) else None,
            "replications": self.replications,
            "reached": self.reached,
        }


Look = Callable[[Precision], None]
"""Called at every look with the precision there is."""

Measure = Callable[[Sequence[Sequence[RunResult]]], tuple[Interval, float]]
"""From the runs of every scenario: the interval that counts, and the mean it is related to."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What is asked of a run to a precision."""

    kpi: Kpi
    target: float
    most: int = DEFAULT_MOST

    def check(self, replications: int) -> None:
        """Whether it can be.

        Raises:
            InvalidInput: a target outside 0 to 1, or fewer replications allowed than the first look takes.
        """
        if not 0 < self.target < 1:
            raise InvalidInput(f"precision must lie between 0 and 1 (0.01 is 1 %), {self.target:g} was given")
        if not max(replications, FEWEST) <= self.most <= MAX_REPLICATIONS:
            raise InvalidInput(
                f"max_replications must be {max(replications, FEWEST)} (those of the first look) to "
                f"{MAX_REPLICATIONS}, {self.most} was given"
            )


def check_replications(replications: int, fewest: int = 2) -> None:
    """Whether a number of replications can be.

    Raises:
        InvalidInput: fewer than two (or `fewest`), or too many.
    """
    if not fewest <= replications <= MAX_REPLICATIONS:
        raise InvalidInput(f"replications must be {fewest} to {MAX_REPLICATIONS}, {replications} was given")


def play_fixed(
    scenarios: Sequence[Scenario],
    replications: int,
    *,
    first: int = 0,
    fewest: int = 2,
    workers: Workers = 1,
    progress: Progress | None = None,
    keep_partial: bool = False,
    recording: Record | None = None,
) -> list[list[RunResult]]:
    """So many replications of each scenario, numbered from `first`; none has fewer than `fewest`.

    With `keep_partial`, a Ctrl-C ends the runs and the first replications that are whole are given, at least `fewest`.

    Raises:
        InvalidInput: figures that cannot be.
        RunFailed: a run does not come forward.
        KeyboardInterrupt: a Ctrl-C, and there is nothing to give.
    """
    check_replications(replications, fewest)
    with Crew(workers, keep_partial=keep_partial, recording=recording) as crew:
        return _enough(crew, _rounds(crew, scenarios, first, first + replications, progress), fewest)


def play_until(
    scenarios: Sequence[Scenario],
    aim: Aim,
    measure: Measure,
    *,
    replications: int,
    workers: Workers = 1,
    progress: Progress | None = None,
    look: Look | None = None,
    keep_partial: bool = False,
    recording: Record | None = None,
) -> tuple[list[list[RunResult]], Precision]:
    """Replications of each scenario until the interval is narrow enough, or `aim.most` are done.

    Args:
        scenarios: Played in pairs (triples, …) of the same replication number.
        aim: What is asked for.
        measure: The interval that counts.
        replications: Replications at the first look, at least `FEWEST` of them are made.
        workers: Processes; the result does not depend on it.
        progress: Called with (done, all) after each run; all is what is planned up to the next look.
        look: Called at every look.
        keep_partial: At a Ctrl-C, give the first replications that are whole.
        recording: Where the first replications are recorded; with one scenario only.

    Raises:
        InvalidInput: figures that cannot be.
        RunFailed: a run does not come forward.
        KeyboardInterrupt: a Ctrl-C, and there is nothing to give.
    """
    check_replications(replications)
    aim.check(replications)
    runs: list[list[RunResult]] = [[] for _ in scenarios]
    planned = max(replications, FEWEST)
    with Crew(workers, keep_partial=keep_partial, recording=recording) as crew:
        while True:
            told = None if progress is None else _shifted(progress, len(runs[0]) * len(scenarios))
            more = _rounds(crew, scenarios, len(runs[0]), planned, told)
            runs = _enough(crew, [old + new for old, new in zip(runs, more, strict=True)], 2)
            found = replace(_precision(aim, *measure(runs), len(runs[0])), planned=planned)
            if look is not None:
                look(found)
            if found.reached or planned >= aim.most or crew.interrupted:
                return runs, found
            planned = _next(found, aim.most)


def _rounds(
    crew: Crew, scenarios: Sequence[Scenario], first: int, last: int, progress: Progress | None
) -> list[list[RunResult]]:
    """Replications first … last - 1 of every scenario; after a Ctrl-C, those that all scenarios have."""
    wide = len(scenarios)
    played = crew.play([(s, r) for r in range(first, last) for s in scenarios], progress)
    whole = len(played) // wide * wide
    return [played[i:whole:wide] for i in range(wide)]


def _enough(crew: Crew, runs: list[list[RunResult]], fewest: int) -> list[list[RunResult]]:
    """The runs, unless a Ctrl-C came before there were enough for anything."""
    if crew.interrupted and len(runs[0]) < fewest:
        raise KeyboardInterrupt
    return runs


def _shifted(progress: Progress, before: int) -> Progress:
    return lambda done, total: progress(before + done, before + total)


def _precision(aim: Aim, interval: Interval, mean: float, replications: int) -> Precision:
    half = interval.half_width
    narrow = half / abs(mean) if mean else (0.0 if half == 0 else math.inf)
    return Precision(aim.kpi, aim.target, narrow, replications, narrow <= aim.target)


def _next(found: Precision, most: int) -> int:
    """Replications at the next look: as many as will probably do, at least an eighth more and at most twice as many."""
    n = found.replications
    ratio = min((found.relative_half_width / found.target) ** 2, 2.0)
    return min(max(math.ceil(n * ratio * 1.02), n + max(n // 8, 2)), 2 * n, most)

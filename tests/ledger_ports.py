"""Fakes of the ports that the ledger needs, and values to feed it: shared by its unit, property and crash tests.

`Line` is a line of equipment in memory; it is written, read and recorded through the ports only.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.errors import LinkDown, NotSent, Refused, WriteOutcomeUnknown
from plants.flow.change import Change, SetParameter
from plants.flow.draft import Draft
from plants.flow.outcome import Measurement
from plants.flow.proposal import Proposal
from plants.flow.sample import Quality, Sample, Value
from plants.flow.verdict import Interval, KpiEffect, Promise, Result, Verdict
from plants.kpi import Kpi
from plants.loader.load import load_plant
from plants.model.change_policy import ChangePolicy
from plants.model.plant import Plant
from plants.model.tags import ORDER_SEQUENCE, PLANT_TIME, REMOTE, TagRole, tags_of

FILLER = "filler.speed_per_min"
LABELLER = "labeller.speed_per_min"
START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
PLANT = load_plant("bottling")


def plant_with(policy: ChangePolicy | None = None, **of_parameters: object) -> Plant:
    """The bottling line with another policy, and with other figures of all its parameters."""
    described = PLANT.model_dump(mode="json", exclude={"policy"})
    for station in described["stations"]:
        for parameter in station["parameters"]:
            parameter.update(of_parameters)
    return Plant.model_validate({**described, "policy": policy or ChangePolicy()})


class FakeClock:
    """A clock that moves when told to, or when somebody sleeps."""

    def __init__(self) -> None:
        self.wall = START
        self.elapsed_s = 0.0
        self.on_sleep: Callable[[float], None] = lambda _: None

    def now(self) -> datetime:
        """Wall time."""
        return self.wall

    def monotonic(self) -> float:
        """Seconds since the start."""
        return self.elapsed_s

    async def sleep(self, wall_s: float) -> None:
        """Move on by as much."""
        self.move(wall_s)
        self.on_sleep(wall_s)

    def move(self, wall_s: float) -> None:
        """Let both clocks move on."""
        self.wall += timedelta(seconds=wall_s)
        self.elapsed_s += wall_s


class OnWrite(StrEnum):
    """What the equipment makes of a write."""

    TAKES = "takes"
    IGNORES = "ignores"
    CLAMPS = "clamps"
    REFUSES = "refuses"
    SILENT_TAKEN = "silent_taken"
    SILENT_LOST = "silent_lost"
    LATE = "late"


class Line:
    """Equipment in memory: its tags, how it answers, and a log of what was written to it."""

    def __init__(self, clock: FakeClock, plant: Plant = PLANT) -> None:
        self.clock = clock
        self.plant_time_s = 3_600.0
        self.link = True
        self.follows = True
        self.answers: dict[str, OnWrite] = {}
        self.late: list[tuple[str, Value]] = []
        self.written: list[tuple[str, Value]] = []
        self.bad: set[str] = set()
        self.source_time: Callable[[], datetime] = clock.now
        self.before_write: Callable[[str], None] = lambda _: None
        self.on_written: Callable[[str], None] = lambda _: None
        self.before_read: Callable[[], None] = lambda: None
        self.values: dict[str, Value] = {tag.alias: 0.0 for tag in tags_of(plant)}
        self.values |= {tag.alias: 1 for tag in tags_of(plant) if tag.role is TagRole.UNIT_MODE}
        for alias, parameter in plant.parameters.items():
            self.values |= {alias: parameter.nominal, f"{alias}.actual": parameter.nominal}
        self.values |= {REMOTE: True, ORDER_SEQUENCE: tuple(order.id for order in plant.orders[1:])}
        self.opened = 0
        self.closed = 0
        self.refuses_to_open = ""

    def sample(self, alias: str) -> Sample:
        """The present value of a tag."""
        value = self.plant_time_s if alias == PLANT_TIME else self.values[alias]
        bad = alias in self.bad
        return Sample(
            alias=alias,
            value=None if bad else value,
            quality=Quality.BAD if bad else Quality.GOOD,
            source_time=self.source_time(),
            received_at=self.clock.now(),
        )

    def take(self, alias: str, value: Value) -> None:
        """Take up a setpoint; the machine follows when it does."""
        self.values[alias] = value
        if self.follows and f"{alias}.actual" in self.values:
            self.values[f"{alias}.actual"] = value

    def catch_up(self) -> None:
        """Take up what was sent late."""
        for alias, value in self.late:
            self.take(alias, value)
        self.late = []

    # Port: Actuator ---------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Connect."""
        if self.refuses_to_open:
            raise Refused(self.refuses_to_open)
        if not self.link:
            raise LinkDown("The line does not answer.")
        self.opened += 1

    async def read(self, aliases: tuple[str, ...]) -> tuple[Sample, ...]:
        """Fresh values."""
        self.before_read()
        if not self.link:
            raise LinkDown("The line does not answer.")
        return tuple(self.sample(alias) for alias in aliases)

    async def write(self, alias: str, value: Value) -> str:
        """Take one write, in the way this line was told to."""
        self.before_write(alias)
        answer = self.answers.get(alias, OnWrite.TAKES)
        if not self.link or answer is OnWrite.REFUSES:
            raise NotSent("The line refused it.")
        self.written.append((alias, value))
        if answer in (OnWrite.TAKES, OnWrite.SILENT_TAKEN):
            self.take(alias, value)
        elif answer is OnWrite.CLAMPS:
            self.take(alias, (float(value) + float(self.values[alias])) / 2)  # type: ignore[arg-type]  # numbers only
        elif answer is OnWrite.LATE:
            self.late.append((alias, value))
        self.on_written(alias)
        if answer in (OnWrite.SILENT_TAKEN, OnWrite.SILENT_LOST):
            raise WriteOutcomeUnknown("No answer came in time.")
        return "Good"

    async def close(self) -> None:
        """Disconnect."""
        self.closed += 1


class Past:
    """History of a `Line`: its newest samples, and KPIs as the test says they were."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.known = True
        self.value: float | None = 1_450.0
        self.sufficient = True
        self.asked: list[tuple[float, float]] = []
        self.recorded: dict[str, list[tuple[float, Value]]] = {}

    def plant_time_s(self) -> float | None:
        """Plant time."""
        return self.line.plant_time_s if self.known else None

    def latest(self, alias: str) -> Sample | None:
        """Newest sample."""
        return self.line.sample(alias) if self.known else None

    def samples(self, alias: str, start_s: float, end_s: float) -> tuple[tuple[float, Sample], ...]:
        """What the test has recorded of a tag, else the newest sample; as far as it lies in the span."""
        now_s = self.line.plant_time_s
        if alias in self.recorded:
            known = self.line.sample(alias)
            told = self.recorded[alias]
            return tuple((s, known.model_copy(update={"value": v})) for s, v in told if start_s <= s <= end_s)
        return ((now_s, self.line.sample(alias)),) if start_s <= now_s <= end_s else ()

    def measure(self, kpi: Kpi, start_s: float, end_s: float) -> Measurement:
        """The KPI as set."""
        self.asked.append((start_s, end_s))
        value = self.value if self.sufficient else None
        return Measurement(kpi=kpi, value=value, start_s=start_s, end_s=end_s, samples=10, sufficient=value is not None)


def promise(
    low: float = 1_400.0, high: float = 1_500.0, *, kpi: Kpi = Kpi.THROUGHPUT, window_s: float = 2_400.0
) -> Promise:
    """A promise about one KPI."""
    return Promise(
        kpi=kpi,
        prediction=Interval(mean=(low + high) / 2, low=low, high=high, level=0.9),
        without=Interval(mean=1_300.0, low=1_250.0, high=1_350.0, level=0.9),
        settle_s=300.0,
        window_s=window_s,
        abort_below=0.6 * low,
        error_sd=0.02,
    )


def draft(
    id: str = "draft-0001", changes: tuple[Change, ...] = (), author: str = "agent:solver", plant: Plant = PLANT
) -> Draft:
    """A draft that slows the filler a little, unless told otherwise."""
    return Draft(
        id=id,
        plant=plant.plant,
        plant_revision=plant.revision,
        state_revision="5" * 64,
        author=author,
        created_at=START,
        findings=(),
        changes=changes or (SetParameter(alias=FILLER, value=570.0),),
        rationale="The labeller limits the line.",
    )


def verdict(
    of: Draft,
    result: Result = Result.BETTER,
    *,
    data_sufficient: bool = True,
    promised: Promise | None = None,
    state_time_s: float = 3_600.0,
) -> Verdict:
    """A verdict on a draft."""
    difference = Interval(mean=100.0, low=60.0, high=140.0)
    effect = KpiEffect(
        kpi=Kpi.THROUGHPUT,
        baseline=Interval(mean=1_300.0, low=1_280.0, high=1_320.0),
        candidate=Interval(mean=1_400.0, low=1_380.0, high=1_420.0),
        difference=difference,
        result=result,
        harm=0.01,
    )
    return Verdict(
        id=f"verdict-{of.id}",
        draft_id=of.id,
        draft_hash=of.digest(),
        plant=of.plant,
        plant_revision=of.plant_revision,
        state_revision=of.state_revision,
        state_time_s=state_time_s,
        horizon_s=3_600.0,
        replications=32,
        confirmed_on_fresh=True,
        seed=1,
        engine="test",
        effects=(effect,),
        result=result,
        promise=promised or promise(),
        data_sufficient=data_sufficient,
    )


async def submitted(ledger: Ledger, of: Draft | None = None, judged: Verdict | None = None) -> Proposal:
    """A proposal that waits for a decision."""
    made, now_s = of or draft(), ledger._history.plant_time_s()
    return await ledger.submit(made, judged or verdict(made, state_time_s=3_600.0 if now_s is None else now_s))


async def approved(ledger: Ledger, of: Draft | None = None, judged: Verdict | None = None) -> Proposal:
    """A proposal approved by as many people as its risk asks for, each of whom has just proved who he is."""
    proposal = await submitted(ledger, of, judged)
    with ledger.book.read() as conn:
        now = ledger.book.now(conn)
    for who in ("kim", "lee")[: proposal.plan.approvers]:
        ledger.approve(proposal.id, who, plan_hash=proposal.plan_hash, authenticated_at=now)
    return ledger.proposal(proposal.id)


@asynccontextmanager
async def running(folder: Path, plant: Plant, line: Line, past: Past) -> AsyncIterator[tuple[Ledger, Executor]]:
    """A ledger of a plant on a fresh file, and the one instance that writes for it, under the clock of a line."""
    ledger = Ledger.at(folder / "running.db", plant, line.clock, past)
    executor = Executor(ledger, line, past, line.clock, plant)
    try:
        yield ledger, executor
    finally:
        await executor.close()
        ledger.close()

"""A ledger on paper for the two ports that agents see, and a clock that stands still: for the tests of the agents."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from plants.errors import Refused
from plants.flow.change import SetParameter
from plants.flow.draft import Draft
from plants.flow.outcome import Measurement, Outcome
from plants.flow.plan import Plan, WriteStep
from plants.flow.proposal import FINAL, Proposal, Status
from plants.flow.state import LineState
from plants.flow.verdict import Verdict

AT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


class FixedClock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.at = AT
        self.wall_s = 0.0

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.at + timedelta(seconds=self.wall_s)

    def monotonic(self) -> float:
        """Seconds it was moved on."""
        return self.wall_s

    async def sleep(self, wall_s: float) -> None:
        """Move on without waiting."""
        self.wall_s += wall_s


class PaperLedger:
    """Submissions and Outcomes on paper: what was handed in, and how it ended."""

    def __init__(self) -> None:
        self.proposals: dict[str, Proposal] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.submitted = 0
        self.refuse: str | None = None

    async def submit(self, draft: Draft, verdict: Verdict) -> Proposal:
        """Store it, or return what is stored; refuse when the test says so."""
        self.submitted += 1
        if self.refuse is not None:
            raise Refused(self.refuse)
        return self.proposals.setdefault(draft.id, proposal_of(draft, verdict))

    async def open(self) -> tuple[Proposal, ...]:
        """Those that have not ended."""
        return tuple(p for p in self.proposals.values() if p.status not in FINAL)

    async def of(self, proposal_id: str) -> Outcome | None:
        """How one ended."""
        return self.outcomes.get(proposal_id)

    async def recent(self, limit: int = 100) -> tuple[Outcome, ...]:
        """Newest first."""
        return tuple(reversed(self.outcomes.values()))[:limit]

    def end(self, proposal_id: str, status: Status, value: float | None = None) -> Outcome:
        """Bring a proposal to its end, with a measured value when there is one."""
        ours = next(p for p in self.proposals.values() if p.id == proposal_id)
        self.proposals[ours.draft.id] = ours.model_copy(update={"status": status})
        promise = ours.verdict.promise
        measured = None
        if value is not None:
            span = {"start_s": 0.0, "end_s": promise.window_s}
            measured = Measurement(kpi=promise.kpi, value=value, samples=100, sufficient=True, **span)
        self.outcomes[proposal_id] = Outcome(
            proposal_id=proposal_id,
            status=status,
            explanation="as the test says",
            promise=promise,
            measured=measured,
            kept=None if value is None else promise.prediction.low <= value <= promise.prediction.high,
            at=AT,
        )
        return self.outcomes[proposal_id]


def proposal_of(draft: Draft, verdict: Verdict) -> Proposal:
    """A proposal with a plan that sets each parameter from 0; enough for what agents read of it."""
    steps = tuple(
        WriteStep(alias=c.alias, before=0.0, target=c.value)
        if isinstance(c, SetParameter)
        else WriteStep(alias="line.order_sequence", before=(), target=c.orders)
        for c in draft.changes
    )
    plan = Plan(
        id=f"plan-{draft.id}",
        plant=draft.plant,
        plant_revision=draft.plant_revision,
        state_revision=draft.state_revision,
        verdict_hash=verdict.digest(),
        steps=steps,
        promise=verdict.promise,
    )
    return Proposal(
        id=f"p-{draft.id}",
        status=Status.JUDGED,
        draft=draft,
        verdict=verdict,
        plan=plan,
        plan_hash=plan.digest(),
        created_at=AT,
        expires_at=AT + timedelta(minutes=10),
        updated_at=AT,
    )


MakeState = Callable[..., LineState]
"""The fixture `make_state`: a moment, and speeds by station."""

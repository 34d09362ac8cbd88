"""Whatever happens in whatever order: nothing reaches the equipment that was not approved, and nothing twice.

A Hypothesis state machine acts as agents, operators, equipment, network and clock, kills the instance between the bytes
and their receipt, and checks the invariants of `ledger` at every write and after every step.
"""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ledger import records
from ledger.executor import Executor
from ledger.hold import Scope
from ledger.ledger import Ledger
from ledger.lifecycle import ALLOWED
from plants.errors import JayulError
from plants.flow.approval import StandingAuthorisation
from plants.flow.change import SetParameter
from plants.flow.proposal import Proposal, Status
from plants.flow.verdict import Result
from plants.model.tags import REMOTE
from tests.ledger_ports import FILLER, LABELLER, PLANT, START, FakeClock, Line, OnWrite, Past, draft, verdict

Answer = TypeVar("Answer")
ALIASES = (FILLER, LABELLER)


class Killed(BaseException):
    """The end of the process."""


class Plantday(RuleBasedStateMachine):
    """A day with everything in it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.loop = asyncio.new_event_loop()
        self.clock = FakeClock()
        self.line = Line(self.clock)
        self.past = Past(self.line)
        self.line.before_write = self.check_write
        self.ledger = Ledger.at(self.folder / "ledger.db", PLANT, self.clock, self.past)
        self.executor = Executor(self.ledger, self.line, self.past, self.clock, PLANT)
        self.sent: Counter[tuple[str, str, str]] = Counter()
        self.statuses: dict[str, Status] = {}
        self.drafts = 0

    def teardown(self) -> None:
        """Leave nothing behind, and tell what was reached."""
        event(f"{min(self.sent.total(), 9)} writes")
        for found in self.ledger.proposals():
            event(f"a proposal stands {found.status}")
        self.run(self.executor.close())
        self.ledger.close()
        self.loop.close()
        shutil.rmtree(self.folder)

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Run something asynchronous to its end."""
        return self.loop.run_until_complete(work)

    def some(self, number: int) -> Proposal | None:
        """Some proposal."""
        known = self.ledger.proposals()
        return known[number % len(known)] if known else None

    # What may happen --------------------------------------------------------------------------------------------------

    @rule(
        alias=st.sampled_from((*ALIASES, "mixer.speed", "filler.state")),
        value=st.sampled_from((570.0, 620.0, 640.0, 690.0, 9_999.0)),
        result=st.sampled_from((Result.BETTER, Result.BETTER, Result.INCONCLUSIVE)),
        author=st.sampled_from(("agent:solver", "kim")),
        both=st.booleans(),
    )
    def submits(self, alias: str, value: float, result: Result, author: str, both: bool) -> None:
        """Somebody proposes something, sensible or not."""
        self.drafts += 1
        changes: tuple[SetParameter, ...] = (SetParameter(alias=alias, value=value),)
        if both and alias == FILLER:
            changes = (*changes, SetParameter(alias=LABELLER, value=640.0))
        made = draft(f"draft-{self.drafts:04d}", changes, author)
        with suppress(JayulError):
            self.run(self.ledger.submit(made, verdict(made, result)))

    @rule(alias=st.sampled_from(ALIASES), by=st.sampled_from((-30.0, 20.0)), both=st.booleans())
    def a_sensible_change_is_approved(self, alias: str, by: float, both: bool) -> None:
        """The usual case after things were put right, so that the unusual ones have something to disturb."""
        self.put_right()
        self.drafts += 1
        aliases = ALIASES if both else (alias,)
        present = {a: self.line.values[a] for a in aliases}
        changes = tuple(SetParameter(alias=a, value=float(v) + by) for a, v in present.items() if isinstance(v, float))
        made = draft(f"draft-{self.drafts:04d}", changes)
        with suppress(JayulError):
            proposal = self.run(self.ledger.submit(made, verdict(made)))
            self.ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
        self.run(self.executor.step())

    @rule(number=st.integers(0, 5), who=st.sampled_from(("kim", "lee", "agent:solver")), forged=st.booleans())
    def approves(self, number: int, who: str, forged: bool) -> None:
        """Somebody approves, perhaps who may not, perhaps another plan."""
        found = self.some(number)
        if found:
            with suppress(JayulError):
                self.ledger.approve(found.id, who, plan_hash="0" * 64 if forged else found.plan_hash)

    @rule(number=st.integers(0, 5), how=st.sampled_from(("reject", "withdraw", "resolve")))
    def decides_otherwise(self, number: int, how: str) -> None:
        """Somebody rejects, withdraws or resolves."""
        found = self.some(number)
        if found is None:
            return
        with suppress(JayulError):
            if how == "reject":
                self.ledger.reject(found.id, "lee", "no")
            elif how == "withdraw":
                self.ledger.withdraw(found.id, "lee", "no")
            else:
                self.ledger.resolve(found.id, "lee", Status.NOT_APPLIED, "looked at it")

    @rule(after_s=st.sampled_from((0.0, 60.0)))
    def grants(self, after_s: float) -> None:
        """A permission ahead, for one tag."""
        with suppress(JayulError):
            self.ledger.grant(
                StandingAuthorisation(
                    id=f"standing-{after_s:g}",
                    author="lead",
                    plant=PLANT.plant,
                    aliases=(FILLER,),
                    after_s=after_s,
                    created_at=START,
                    expires_at=START + timedelta(hours=2),
                    meaning="test",
                )
            )

    @rule(hold=st.booleans())
    def holds_or_releases(self, hold: bool) -> None:
        """Stop, or go on."""
        with suppress(JayulError):
            if hold:
                self.ledger.hold("all", "lee", "stop")
            else:
                self.ledger.release("all", "lee")

    @rule(wall_s=st.sampled_from((1.0, 61.0, 601.0, 1_801.0, -30.0)))
    def time_passes(self, wall_s: float) -> None:
        """Or steps back."""
        self.clock.wall += timedelta(seconds=wall_s)
        self.clock.elapsed_s += max(wall_s, 0.0)

    @rule(plant_s=st.sampled_from((10.0, 200.0, 1_500.0, 6_000.0)), value=st.sampled_from((1_450.0, 1_000.0, 2_000.0)))
    def the_line_runs(self, plant_s: float, value: float) -> None:
        """And makes more or less than promised."""
        self.line.plant_time_s += plant_s
        self.past.value = value

    @rule(alias=st.sampled_from(ALIASES), answer=st.sampled_from(OnWrite), follows=st.booleans())
    def the_equipment_changes_its_manners(self, alias: str, answer: OnWrite, follows: bool) -> None:
        """Takes, ignores, clamps, refuses, answers late or not at all."""
        self.line.answers[alias] = answer
        self.line.follows = follows

    @rule(link=st.booleans(), remote=st.booleans())
    def the_link_and_the_selector(self, link: bool, remote: bool) -> None:
        """Up or down, remote or local."""
        self.line.link = link
        self.line.values[REMOTE] = remote

    @rule(alias=st.sampled_from(ALIASES), value=st.sampled_from((500.0, 600.0, 675.0)))
    def an_operator_sets(self, alias: str, value: float) -> None:
        """At the panel."""
        self.line.take(alias, value)

    @rule(steps=st.integers(1, 4))
    def the_executor_steps(self, steps: int) -> None:
        """As it does all day."""
        for _ in range(steps):
            self.run(self.executor.step())

    @rule(after=st.booleans())
    def the_instance_is_killed_at_its_next_write(self, after: bool) -> None:
        """Before or after the bytes; a new one recovers."""

        def dies(alias: str) -> None:
            if not after:
                self.check_write(alias)
            raise Killed

        if after:
            self.line.on_written = dies
        else:
            self.line.before_write = dies
        with suppress(Killed):
            self.run(self.executor.step())
        self.line.on_written, self.line.before_write = (lambda _: None), self.check_write
        self.run(self.executor.close())
        self.executor = Executor(self.ledger, self.line, self.past, self.clock, PLANT)
        self.run(self.executor.recover())

    def put_right(self) -> None:
        """People look, resolve and release; the line answers and has had time to cool down."""
        self.line.link, self.line.values[REMOTE], self.line.answers = True, True, {}
        self.line.plant_time_s += 700
        with suppress(JayulError):
            self.ledger.release("all", "lee")
        for found in self.ledger.proposals():
            if found.status is Status.UNKNOWN:
                self.ledger.resolve(found.id, "lee", Status.NOT_APPLIED, "looked at it")

    # What must hold ---------------------------------------------------------------------------------------------------

    def check_write(self, alias: str) -> None:
        """At the moment before the bytes: approved as a whole, in time, on record, once, within limits, not held."""
        with self.ledger.book.read() as conn:
            rows = conn.execute(
                "SELECT writes.*, claims.at AS claimed_at FROM writes JOIN claims USING (proposal_id)"
                " WHERE receipt IS NULL AND alias = ? ORDER BY writes.at DESC",
                (alias,),
            ).fetchall()
            assert rows, "bytes without a stored intent"
            found = records.proposal(conn, rows[0]["proposal_id"])
            approval = records.approval(conn, rows[0]["proposal_id"])
        assert found is not None
        assert approval is not None
        step = found.plan.steps[rows[0]["step"]]
        parameter = PLANT.parameters[alias]
        value = float(rows[0]["value"])
        assert rows[0]["claimed_at"] < records.text_of(approval.expires_at)
        assert approval.approver != found.draft.author
        assert found.verdict.approvable
        assert value == (step.target if rows[0]["direction"] == "apply" else step.before)
        assert parameter.minimum <= value <= parameter.maximum
        assert isinstance(step.target, float)
        assert isinstance(step.before, float)
        assert abs(step.target - step.before) <= parameter.max_step
        assert all(hold.scope is not Scope.ALL for hold in self.ledger.holds())
        self.sent[(found.id, alias, rows[0]["direction"])] += 1
        assert max(self.sent.values()) == 1, "sent twice"

    @invariant()
    def nothing_was_written_beside_the_record(self) -> None:
        """As many writes on the equipment as checks that passed, at most."""
        assert len(self.line.written) <= self.sent.total()

    @invariant()
    def the_chain_verifies(self) -> None:
        """Also in the middle of everything."""
        report = self.ledger.verify()
        assert report.ok, report.problem

    @invariant()
    def no_status_was_reached_outside_the_lifecycle(self) -> None:
        """Each proposal stands where steps of the table lead."""
        for found in self.ledger.proposals():
            before = self.statuses.get(found.id, Status.JUDGED)
            assert found.status in _reachable(before)
            self.statuses[found.id] = found.status

    @invariant()
    def what_has_ended_says_how(self) -> None:
        """Every ended proposal has an outcome with an explanation, and one in flight at most."""
        for found in self.ledger.proposals():
            outcome = self.run(self.ledger.of(found.id))
            if outcome is not None:
                assert outcome.status is found.status
                assert len(outcome.explanation) > 10
        in_flight = (Status.CLAIMED, Status.SENT, Status.APPLIED, Status.WATCHING)
        assert sum(found.status in in_flight for found in self.ledger.proposals()) <= 1


def _reachable(start: Status) -> set[Status]:
    """Every status that steps of the table lead to."""
    found, todo = {start}, [start]
    while todo:
        for after in ALLOWED[todo.pop()] - found:
            found.add(after)
            todo.append(after)
    return found


TestAnyOrder = Plantday.TestCase
TestAnyOrder.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

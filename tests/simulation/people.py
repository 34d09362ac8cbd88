"""People and agents of the simulation: they propose, sensibly or not, and decide, rightly or not, at their own pace."""

import random
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from plants.errors import JayulError
from plants.flow.approval import StandingAuthorisation
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.draft import Draft
from plants.flow.proposal import Proposal, Status
from plants.flow.sample import Value
from plants.flow.verdict import Interval, KpiEffect, Promise, Result, Verdict
from plants.kpi import Kpi
from plants.model.tags import ORDER_SEQUENCE, REMOTE
from service.running import Service
from tests.simulation.invariants.history import Judged
from tests.simulation.world import World

NOTICED_WALL_S = 6.0
"""Data that are wrong for longer than this must be noticed."""
SCRIPTED = "draft-"
"""How the ids of the scripted proposers' drafts begin."""
PEOPLE = ("kim", "lee", "park")
Done = TypeVar("Done")


def run_now(work: Coroutine[Any, Any, Done]) -> Done:
    """Run something asynchronous that waits for nothing.

    Raises:
        RuntimeError: it does wait.
    """
    try:
        work.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]  # what the coroutine returned
    work.close()
    raise RuntimeError("it waited for something")


class Proposer:
    """Hands in drafts with verdicts of its own making: mostly what the twin would say, at times an attacker's."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self._world = world
        self._rng = rng
        self._number = 0

    def propose(self) -> None:
        """Hand something in; later, when there is nobody to hand it in to."""
        if self._world.service is None:
            self._world.later(2.0, self.propose)
            return
        self._number += 1
        self._world.counted["handed in"] += 1
        kind = self._rng.choices(*zip(*_KINDS.items(), strict=True))[0]
        self._world.attempt(f"propose {kind.__name__.strip('_')}", lambda service: self._hand_in(service, kind))

    def _hand_in(self, service: Service, kind: Callable[["Proposer", Draft, Verdict], tuple[Draft, Verdict]]) -> None:
        world = self._world
        world.note_data()
        state = service.state()
        draft = self._draft(service, state.revision)
        wrong = world.wrong_for(NOTICED_WALL_S)
        verdict = self._verdict(draft, sufficient=state.trustworthy)
        draft, verdict = kind(self, draft, verdict)
        proposal = run_now(service.ledger.submit(draft, verdict))
        world.line.history.judged.append(Judged(draft.id, wrong if kind is _sound else ()))
        world.counted["proposals"] += 1
        self._decide(proposal)

    def _draft(self, service: Service, revision: str) -> Draft:
        rng, world = self._rng, self._world
        seen = {a: s.value for a in world.plant.parameters if (s := service.historian.latest(a)) is not None}
        changes: list[Change] = []
        for alias in rng.sample(sorted(seen), k=min(rng.choice((1, 1, 1, 2, 3)), len(seen))):
            parameter, held = world.plant.parameters[alias], seen[alias]
            start = held if isinstance(held, float) else parameter.nominal
            far = parameter.max_stages if rng.random() < 0.4 else 1
            step = rng.uniform(0.2, 1.0) * far * parameter.max_step * rng.choice((-1, 1))
            value = min(max(start + step, parameter.minimum), parameter.maximum)
            changes.append(SetParameter(alias=alias, value=round(value, 2)))
        rearranges = 0.35 if world.plant.policy.sequence_by_people else 0.15
        if rng.random() < rearranges or not changes:
            waiting = service.historian.latest(ORDER_SEQUENCE)
            held = waiting.value if waiting is not None else world.line.values[ORDER_SEQUENCE]
            orders = list(held) if isinstance(held, tuple) else ["o2"]
            rng.shuffle(orders)
            changes = [Resequence(orders=tuple(orders))] if orders else changes
        return Draft(
            id=f"{SCRIPTED}{self._number:04d}",
            plant=world.plant.plant,
            plant_revision=world.plant.revision,
            state_revision=revision,
            author=rng.choice(("agent:solver", "agent:solver", "agent:model", "kim")),
            created_at=world.true.now(),
            findings=(),
            changes=tuple(changes) or (SetParameter(alias="cutter.speed", value=90.0),),
            rationale="It should make more.",
        )

    def _verdict(self, draft: Draft, *, sufficient: bool) -> Verdict:
        world, rng = self._world, self._rng
        set_to = {c.alias: float(c.value) for c in draft.changes if isinstance(c, SetParameter)}
        try:
            made = world.line.per_hour(set_to)
        except (TypeError, ValueError):
            made = 300.0
        made *= rng.choice((1.0, 1.0, 1.0, 1.0, 1.3, 0.7))
        likely = Interval(mean=made, low=0.93 * made, high=1.07 * made, level=0.9)
        gain = Interval(mean=10.0, low=5.0, high=15.0)
        effect = KpiEffect(
            kpi=Kpi.THROUGHPUT, baseline=likely, candidate=likely, difference=gain, result=Result.BETTER, harm=0.01
        )
        return Verdict(
            id=f"verdict-{draft.id}",
            draft_id=draft.id,
            draft_hash=draft.digest(),
            plant=draft.plant,
            plant_revision=draft.plant_revision,
            state_revision=draft.state_revision,
            state_time_s=world.line.plant_s,
            horizon_s=3_600.0,
            replications=32,
            confirmed_on_fresh=True,
            seed=world.seed,
            engine="simulation",
            effects=(effect,),
            result=Result.BETTER,
            promise=Promise(
                kpi=Kpi.THROUGHPUT,
                prediction=likely,
                without=likely,
                settle_s=120.0,
                window_s=900.0,
                abort_below=0.6 * likely.low,
                error_sd=0.02,
            ),
            data_sufficient=sufficient,
        )

    # Deciding --------------------------------------------------------------------------------------------------------

    def _decide(self, proposal: Proposal) -> None:
        """Plan who will say what about it, and when."""
        rng, world = self._rng, self._world
        first_s = rng.choice((0.0, 0.3, 0.5, 1.0, 1.0, 2.0, 3.0, 10.0, 39.0, 59.99, 60.0, 70.0))
        if rng.random() < 0.85:
            two = rng.sample([p for p in PEOPLE if p != proposal.draft.author], k=2)
            emergency = rng.random() < 0.1
            world.later(first_s, lambda: self._approve(proposal, two[0], proposal.plan_hash, emergency=emergency))
            if proposal.plan.approvers == 2 and rng.random() < 0.9:
                later_s = first_s + rng.choice((0.0, 0.3, 2.0, 10.0))
                world.later(later_s, lambda: self._approve(proposal, two[1], proposal.plan_hash))
        for _ in range(rng.choice((0, 0, 1, 2, 3))):
            act = rng.choice((self._reject, self._withdraw, self._forge, self._approve_own, self._approve_again))
            world.later(max(first_s + rng.choice((-1.0, 0.0, 0.0, 0.03, 2.0)), 0.0), lambda a=act: a(proposal))  # type: ignore[misc]

    def _approve(self, proposal: Proposal, who: str, plan_hash: str, *, emergency: bool = False) -> None:
        """Sign, nearly always having proved who one is."""
        proved = self._world.wall() if self._rng.random() < 0.95 else None
        done = self._world.attempt(
            f"approve {proposal.id} by {who}{' in an emergency' if emergency else ''}",
            lambda s: s.ledger.approve(
                proposal.id,
                who,
                plan_hash=plan_hash,
                authenticated_at=proved,
                emergency=emergency,
                comment="it burns" if emergency else "",
            ),
        )
        self._world.counted["signatures"] += done

    def _approve_again(self, proposal: Proposal) -> None:
        self._approve(proposal, self._rng.choice(PEOPLE), proposal.plan_hash)

    def _approve_own(self, proposal: Proposal) -> None:
        author = proposal.draft.author
        self._approve(
            proposal, self._rng.choice((author, author.upper(), f" {author}", "agent:other")), proposal.plan_hash
        )

    def _forge(self, proposal: Proposal) -> None:
        self._approve(proposal, "lee", "f" * 64)

    def _reject(self, proposal: Proposal) -> None:
        self._world.attempt(f"reject {proposal.id} by lee", lambda s: s.ledger.reject(proposal.id, "lee", "not now"))

    def _withdraw(self, proposal: Proposal) -> None:
        who = self._rng.choice((proposal.draft.author, "park", "agent:other"))
        self._world.attempt(f"withdraw {proposal.id} by {who}", lambda s: s.ledger.withdraw(proposal.id, who, "no"))


# What is handed in ---------------------------------------------------------------------------------------------------


def _sound(_: Proposer, draft: Draft, verdict: Verdict) -> tuple[Draft, Verdict]:
    """What the twin would say of a plausible draft."""
    return draft, verdict


def _out_of_envelope(by: Proposer, draft: Draft, verdict: Verdict) -> tuple[Draft, Verdict]:
    """Beyond what the machine may be set to."""
    alias = by._rng.choice(("cutter.speed", "packer.speed"))
    value = by._rng.choice((121.0, 9_999.0, -1.0, 59.9))
    return _redrafted(draft, verdict, (SetParameter(alias=alias, value=value),))


def _too_far(by: Proposer, draft: Draft, verdict: Verdict) -> tuple[Draft, Verdict]:
    """Within the envelope, and further than one step."""
    return _redrafted(draft, verdict, (SetParameter(alias="packer.speed", value=by._rng.choice((60.0, 120.0))),))


def _read_only(by: Proposer, draft: Draft, verdict: Verdict) -> tuple[Draft, Verdict]:
    """A tag that nobody may write, or one that does not exist."""
    alias = by._rng.choice(("line.remote", "cutter.speed.actual", "mixer.speed"))
    return _redrafted(draft, verdict, (SetParameter(alias=alias, value=100.0),))


def _wrong_revision(_: Proposer, draft: Draft, verdict: Verdict) -> tuple[Draft, Verdict]:
    """About another description of the plant."""
    other = draft.model_copy(update={"plant_revision": "a" * 64})
    return other, verdict.model_copy(update={"draft_hash": other.digest(), "plant_revision": "a" * 64})


def _another_draft(_: Proposer, draft: Draft, verdict: Verdict) -> tuple[Draft, Verdict]:
    """A verdict that was given on something else."""
    return draft.model_copy(update={"rationale": "Something else."}), verdict


def _insufficient(_: Proposer, draft: Draft, verdict: Verdict) -> tuple[Draft, Verdict]:
    """A verdict that says that its data do not suffice."""
    return draft, verdict.model_copy(update={"data_sufficient": False})


def _inconclusive(_: Proposer, draft: Draft, verdict: Verdict) -> tuple[Draft, Verdict]:
    """A verdict that is not better."""
    return draft, verdict.model_copy(update={"result": Result.INCONCLUSIVE})


def _same_id(_: Proposer, draft: Draft, verdict: Verdict) -> tuple[Draft, Verdict]:
    """An id that was used before."""
    other = draft.model_copy(update={"id": f"{SCRIPTED}0001"})
    return other, verdict.model_copy(update={"draft_id": other.id, "draft_hash": other.digest()})


def _redrafted(draft: Draft, verdict: Verdict, changes: tuple[Change, ...]) -> tuple[Draft, Verdict]:
    other = draft.model_copy(update={"changes": changes})
    return other, verdict.model_copy(update={"draft_hash": other.digest()})


_KINDS: dict[Callable[[Proposer, Draft, Verdict], tuple[Draft, Verdict]], int] = {
    _sound: 30,
    _out_of_envelope: 2,
    _too_far: 2,
    _read_only: 1,
    _wrong_revision: 1,
    _another_draft: 1,
    _insufficient: 2,
    _inconclusive: 1,
    _same_id: 1,
}
"""How often what is handed in."""


# Looking after things ------------------------------------------------------------------------------------------------


def look_after(world: World, rng: random.Random) -> None:
    """A person comes by: decides on what the agents propose, resolves what ended unknown, releases what is held."""
    service = world.service
    if service is None or world.recovering:
        return
    try:
        for proposal in service.ledger.proposals():
            if proposal.status is Status.JUDGED and not proposal.draft.id.startswith(SCRIPTED):
                _approve_agents(world, proposal)
            if proposal.status is Status.UNKNOWN and rng.random() < 0.7:
                status = rng.choice((Status.VERIFIED, Status.ROLLED_BACK, Status.NOT_APPLIED))
                _resolve(world, proposal.id, status)
        _catch_up(world, service, rng)
        if service.ledger.holds() and rng.random() < 0.3:
            for scope in ("all", "agents"):
                world.attempt(f"release {scope} by park", lambda s, w=scope: s.ledger.release(w, "park", "it is right"))  # type: ignore[misc]
    except JayulError as error:
        world.said.append(error.message)


def _approve_agents(world: World, proposal: Proposal) -> None:
    """What the service's own agents have proposed waits for somebody to come by."""
    world.attempt(
        f"approve {proposal.id} of the agents by kim",
        lambda s: s.ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash, authenticated_at=world.wall()),
    )


def _catch_up(world: World, service: Service, rng: random.Random) -> None:
    """Review emergencies, take work on, turn the selector back after the dead man has acted."""
    for review in service.ledger.reviews():
        _review(world, review.proposal_id, rng.choice((*PEOPLE, review.approver)))
    for task in service.ledger.work_list():
        if task.acknowledged_by is None:
            _take_on(world, service, task.proposal_id, rng)
    if world.line.fell_back > world.armed_again and rng.random() < 0.7:
        world.armed_again = world.line.fell_back
        world.line.values[REMOTE] = True


def _review(world: World, id: str, who: str) -> None:
    world.attempt(f"review {id} by {who}", lambda s: s.ledger.review(id, who, "looked at it"))


def _take_on(world: World, service: Service, id: str, rng: random.Random) -> None:
    """Somebody takes work on and mostly does it; at times it is declined, or an agent tries."""
    if rng.random() < 0.1:
        world.attempt(f"decline {id} by lee", lambda s: s.ledger.decline(id, "lee", "no time"))
        return
    who = rng.choice((*PEOPLE, "agent:solver"))
    step = service.ledger.proposal(id).plan.steps[0]
    if world.attempt(f"acknowledge {id} by {who}", lambda s: s.ledger.acknowledge(id, who)) and rng.random() < 0.8:
        _do(world, step.alias, step.target, rng)


def _do(world: World, alias: str, target: Value, rng: random.Random) -> None:
    """Rearrange the orders, or turn a valve, at times not quite to where it was asked for at first."""
    if isinstance(target, tuple):
        world.later(rng.choice((1.0, 5.0)), lambda: world.line.rearrange(target))
        world.later(rng.choice((6.0, 20.0)), world.line.begin_order)
        return
    assert isinstance(target, float)
    if rng.random() < 0.3:
        world.later(0.5, lambda: world.line.take(alias, round(target + rng.choice((-0.3, 0.3)), 2)))
    world.later(rng.choice((1.0, 5.0, 20.0)), lambda: world.line.take(alias, target))


def _resolve(world: World, id: str, status: Status) -> None:
    world.attempt(f"resolve {id} as {status} by lee", lambda s: s.ledger.resolve(id, "lee", status, "saw it"))


def grant(world: World, rng: random.Random) -> None:
    """A permission given ahead, at times revoked."""
    now = world.clock.now()
    standing = StandingAuthorisation(
        id=f"standing-{int(world.true.s)}",
        author="lead",
        plant=world.plant.plant,
        aliases=tuple(rng.sample(sorted(world.plant.parameters), k=2)),
        after_s=rng.choice((0.0, 5.0, 20.0)),
        created_at=now,
        expires_at=now.replace(year=now.year + 1),
        meaning="approves small changes of speed",
    )
    if world.attempt("grant by lead", lambda s: s.ledger.grant(standing)):
        again = rng.choice((20.0, 100.0))
        world.later(again, lambda: world.attempt("revoke by lee", lambda s: s.ledger.revoke(standing.id, "lee", "no")))

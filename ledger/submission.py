"""Handing in: a judged draft becomes a plan, passes the gate, and waits as a proposal. Used by `Ledger.submit`."""

from datetime import timedelta

from ledger import evidence, records
from ledger.audit import Action
from ledger.basis import basis_aliases
from ledger.book import Book, Entry
from ledger.errors import GateRefused
from ledger.gate import gate, passed
from ledger.plans import alias_of, aliases_to_read, plan_of
from ledger.values import told_step
from plants.errors import Refused
from plants.flow.draft import Draft
from plants.flow.proposal import Proposal, Status
from plants.flow.sample import Sample
from plants.flow.verdict import Verdict
from plants.model.plant import Plant
from plants.ports.history import History


def take_in(book: Book, entry: Entry, plant: Plant, history: History, draft: Draft, verdict: Verdict) -> Proposal:
    """Store a proposal that waits for a decision.

    Raises:
        Refused: too many wait already.
        GateRefused: the gate says no.
    """
    waiting = len(records.proposals(entry.conn, [Status.JUDGED]))
    if waiting >= book.policy.max_open:
        raise Refused(f"{waiting} proposals wait for a decision, which is the most; decide some first.")
    live = live_of(plant, history, tuple(alias_of(change) for change in draft.changes))
    plan = plan_of(draft, verdict, plant, live)
    plant_s = history.plant_time_s()
    given = evidence.at_proposal(
        book, entry.conn, plant, draft, verdict, plan, now=entry.now, live=live, plant_time_s=plant_s
    )
    checks = gate(given)
    if not passed(checks):
        raise GateRefused(checks)
    proposal = Proposal(
        id=records.next_id(entry.conn),
        status=Status.PROPOSED,
        draft=draft,
        verdict=verdict,
        plan=plan,
        plan_hash=plan.digest(),
        created_at=entry.now,
        expires_at=entry.now + timedelta(seconds=book.policy.proposal_wall_s),
        updated_at=entry.now,
    )
    records.insert_proposal(entry.conn, proposal)
    steps = "; ".join(told_step(step) for step in plan.steps)
    entry.note(
        draft.author,
        Action.SUBMITTED,
        proposal.id,
        f"{draft.author} proposes {steps}. The twin says {verdict.result} after {verdict.replications} "
        f"replications. Its risk is {plan.risk}: {plan.risk_because}.",
        draft=draft.digest(),
        verdict=verdict.digest(),
        plan=proposal.plan_hash,
        checks=[f"{check.name}: {check.detail}" for check in checks],
    )
    return records.step(entry.conn, proposal, Status.JUDGED, entry.now)


def live_of(plant: Plant, history: History, aliases: tuple[str, ...]) -> dict[str, Sample]:
    """Newest recorded samples of some tags, of all that matters to them, and of the state of the line."""
    wanted = dict.fromkeys((*aliases_to_read(plant, aliases), *basis_aliases(plant)))
    seen = ((alias, history.latest(alias)) for alias in wanted)
    return {alias: sample for alias, sample in seen if sample is not None}

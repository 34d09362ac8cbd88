"""Revisions by people: other changes in place of a proposal, or the values before, judged anew by the twin.

An edit is a proposal of its own with the editor as its author: whoever edits does not approve. The old one is withdrawn
once the new one has passed the gate, so that nothing is lost when the gate says no.
"""

from plants.errors import InvalidInput, Refused
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.draft import Draft
from plants.flow.plan import WriteStep
from plants.flow.proposal import Proposal, Status
from plants.frozen import content_hash
from service.running import Service


async def edit(service: Service, old: Proposal, changes: tuple[Change, ...], who: str, reason: str) -> Proposal:
    """Hand in other changes in place of a proposal that waits or is approved.

    Raises:
        InvalidInput: the changes do not fit the plant.
        Refused: it has been taken up or has ended, or the gate says no to the new one.
    """
    if old.status not in (Status.JUDGED, Status.APPROVED):
        raise Refused(f"{old.id} is {old.status}: only what has not been taken up is edited; propose anew.")
    new = await _hand_in(service, old, changes, who, f"{reason} (in place of {old.id})")
    try:
        service.ledger.withdraw(old.id, who, f"edited: {new.id} takes its place; {reason}")
    except Refused:
        service.ledger.withdraw(new.id, who, f"{old.id} was taken up meanwhile")
        raise
    return new


async def put_back(service: Service, found: Proposal, who: str, reason: str) -> Proposal:
    """Have a change put back: by the executor while it is under way, else as a proposal of the values before.

    Raises:
        Refused: there is nothing to put back, or the gate says no.
    """
    if found.status is not Status.VERIFIED:
        return service.ledger.roll_back(found.id, who, reason)
    first: dict[str, WriteStep] = {}
    for step in found.plan.steps:
        first.setdefault(step.alias, step)
    changes = tuple(_change(step) for step in reversed(first.values()))
    return await _hand_in(service, found, changes, who, f"{reason} (puts back {found.id})")


async def _hand_in(service: Service, of: Proposal, changes: tuple[Change, ...], who: str, why: str) -> Proposal:
    state = service.state()
    draft = Draft(
        id=f"by-hand-{content_hash([of.id, who, why, service.clock.now().isoformat()])[:24]}",
        plant=service.plant.plant,
        plant_revision=service.plant.revision,
        state_revision=state.revision,
        author=who,
        created_at=service.clock.now(),
        findings=of.draft.findings,
        changes=changes,
        rationale=why,
    )
    return await service.ledger.submit(draft, await service.judge(state, draft))


def _change(step: WriteStep) -> Change:
    if isinstance(step.before, tuple):
        return Resequence(orders=step.before)
    if isinstance(step.before, bool | str):
        raise InvalidInput(f"{step.alias} held {step.before}, which is no value of a parameter.")
    return SetParameter(alias=step.alias, value=float(step.before))

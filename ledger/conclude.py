"""What a half-told story of writes means: the one rule by which both the live executor and recovery go on. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger.values import told
from plants.flow.plan import Plan
from plants.flow.proposal import Status
from plants.flow.receipt import Receipt, Sent


class Next(StrEnum):
    """How it goes on."""

    APPLIED = "applied"
    """All steps are applied: watch."""
    NOT_APPLIED = "not_applied"
    """No step is: it ends."""
    UNKNOWN = "unknown"
    """Nothing can be put back and something cannot be told: it ends."""
    PUT_BACK = "put_back"
    """Some steps are applied and the plan cannot be completed: put those back."""


@dataclass(frozen=True)
class Conclusion:
    """How it goes on, why, and what the ending of putting back would be."""

    next: Next
    why: str
    ending: Status = Status.ROLLED_BACK


def conclude(plan: Plan, receipts: Sequence[Receipt]) -> Conclusion:
    """What the receipts of a plan's writes mean; a step without a receipt was never sent."""
    applied = [r for r in receipts if r.sent is Sent.APPLIED]
    doubtful = [r for r in receipts if r.sent in (Sent.DIFFERENT, Sent.UNKNOWN)]
    told_all = " ".join(_sentence(plan, receipt) for receipt in receipts)
    missing = len(plan.steps) - len(receipts)
    if missing:
        told_all = f"{told_all} {missing} of {len(plan.steps)} writes were not sent.".strip()
    if len(applied) == len(plan.steps):
        return Conclusion(Next.APPLIED, told_all)
    if applied:
        ending = Status.UNKNOWN if doubtful else Status.ROLLED_BACK
        return Conclusion(Next.PUT_BACK, f"The plan was not carried out as a whole. {told_all}", ending)
    if doubtful:
        return Conclusion(Next.UNKNOWN, f"{told_all} Its tags are locked until a person resolves it.")
    return Conclusion(Next.NOT_APPLIED, told_all)


def _sentence(plan: Plan, receipt: Receipt) -> str:
    unit = plan.steps[receipt.step].unit
    was, to = told(receipt.before, unit), told(receipt.target, unit)
    if receipt.sent is Sent.APPLIED:
        return f"{receipt.alias} took {to} (it was {was})."
    if receipt.sent is Sent.NOT_APPLIED:
        answer = f" ({receipt.server_status})" if receipt.server_status else ""
        held = receipt.before if receipt.read_back is None else receipt.read_back
        return f"{receipt.alias} still holds {told(held, unit)}, not {to}{answer}."
    if receipt.sent is Sent.DIFFERENT:
        reads = told(receipt.read_back, unit)
        return f"{receipt.alias} was {was}, was sent {to} and reads back {reads}: clamped, or changed by somebody."
    return f"{receipt.alias} was {was}, was sent {to} and cannot be read back."

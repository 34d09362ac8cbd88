"""A proposal: draft, verdict and plan under one id, with its place in the lifecycle."""

from enum import StrEnum

from plants.flow.draft import Draft
from plants.flow.plan import Plan
from plants.flow.verdict import Verdict
from plants.frozen import Frozen, RecordId, Sha256, WallTime


class Status(StrEnum):
    """Where a proposal stands. The table of allowed steps is `ledger.lifecycle`."""

    PROPOSED = "proposed"
    """Handed in."""
    JUDGED = "judged"
    """The twin has spoken; it waits for a person."""
    APPROVED = "approved"
    """Approved, not yet taken up."""
    CLAIMED = "claimed"
    """Intent stored: writing is about to begin."""
    SENT = "sent"
    """Bytes may have left."""
    APPLIED = "applied"
    """Read back equal to the target."""
    WATCHING = "watching"
    """Within its watch window."""
    INSTRUCTED = "instructed"
    """On the work list: people are to carry it out."""
    ACKNOWLEDGED = "acknowledged"
    """A person has taken it on."""
    OBSERVED = "observed"
    """Seen in the data; within its watch window."""
    VERIFIED = "verified"
    """Watched to the end without reason to roll back."""
    REJECTED = "rejected"
    """A person said no."""
    EXPIRED = "expired"
    """Nobody decided in time, or the approval ran out before the write."""
    WITHDRAWN = "withdrawn"
    """Taken back, or void because the plant has changed."""
    NOT_APPLIED = "not_applied"
    """Surely not written."""
    ROLLED_BACK = "rolled_back"
    """Written and put back."""
    UNKNOWN = "unknown"
    """Cannot be told; its tags are locked until a person resolves it."""


FINAL = frozenset(
    {
        Status.VERIFIED,
        Status.REJECTED,
        Status.EXPIRED,
        Status.WITHDRAWN,
        Status.NOT_APPLIED,
        Status.ROLLED_BACK,
        Status.UNKNOWN,
    }
)
"""Statuses from which the service does nothing more by itself."""


class Proposal(Frozen):
    """What an operator sees and decides on."""

    id: RecordId
    """Id of the proposal."""
    status: Status
    """Where it stands."""
    reason: str = ""
    """Why it stands there, in words, for statuses that need a reason."""
    draft: Draft
    """What and why."""
    verdict: Verdict
    """What the twin says."""
    plan: Plan
    """What would be written."""
    plan_hash: Sha256
    """Digest of the plan; an approval binds to it."""
    created_at: WallTime
    """When it was handed in."""
    expires_at: WallTime
    """Until when it may be decided."""
    decided_by: str | None = None
    """Who approved or rejected it."""
    updated_at: WallTime
    """Last step."""

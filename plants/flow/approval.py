"""An approval: who said yes to exactly which plan, until when. It is spent once."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from plants.frozen import Alias, Frozen, Name, Person, RecordId, Sha256, WallTime
from plants.model.change_policy import Risk


class Signature(Frozen):
    """One person's word under one plan. A plan of high risk needs two before there is an approval."""

    proposal_id: RecordId
    """The proposal."""
    plan_hash: Sha256
    """Digest of the plan that was shown."""
    signer: Person
    """Who."""
    meaning: Annotated[str, Field(min_length=1, max_length=200)]
    """What it means."""
    comment: Annotated[str, Field(max_length=1000)] = ""
    """What the signer said."""
    at: WallTime
    """When."""
    authenticated_at: WallTime | None = None
    """When the signer last proved who he is, if for this signature."""
    standing_id: RecordId | None = None
    """The standing authorisation it was given under, if no person gave it just now."""


class Approval(Frozen):
    """One person's (or one standing authorisation's) yes to one plan."""

    id: RecordId
    """Id of the approval."""
    proposal_id: RecordId
    """The proposal."""
    binding: Sha256
    """SHA-256 of (plan, verdict, plant revision, state revision, expiry): `ledger.approvals.binding_of`."""
    approver: Person
    """Who."""
    meaning: Annotated[str, Field(min_length=1, max_length=200)]
    """What the signature means: 'approved for writing'."""
    comment: Annotated[str, Field(max_length=1000)] = ""
    """What the approver said."""
    approved_at: WallTime
    """When."""
    expires_at: WallTime
    """Until when it may be spent."""
    standing_id: RecordId | None = None
    """The standing authorisation it was given under, if no person gave it just now."""
    signers: Annotated[tuple[Person, ...], Field(max_length=8)] = ()
    """Everybody whose signature it rests on, in the order they signed; the approver is the last."""
    emergency: bool = False
    """Whether it was given in an emergency: by one person, to be reviewed by another afterwards."""


class Covers(StrEnum):
    """What a standing authorisation is for."""

    CHANGES = "changes"
    """Plans that a person could approve, up to a risk class."""
    HEARTBEAT = "heartbeat"
    """Beats of the dead man, and nothing else."""


class StandingAuthorisation(Frozen):
    """A permission given ahead, within a scope and a time; approvals made under it name it."""

    id: RecordId
    """Id."""
    author: Person
    """Who gave it."""
    plant: Name
    """Where it holds."""
    aliases: Annotated[tuple[Alias, ...], Field(min_length=1, max_length=1000)]
    """Tags it covers; a plan with any other is not covered."""
    after_s: Annotated[float, Field(ge=0, le=86_400)]
    """Wall seconds a person has to decide first."""
    created_at: WallTime
    """When it was given."""
    expires_at: WallTime
    """Until when it holds."""
    meaning: Annotated[str, Field(min_length=1, max_length=200)]
    """What it means, in words."""
    covers: Covers = Covers.CHANGES
    """What it is for."""
    up_to: Risk = Risk.MEDIUM
    """The highest risk class it approves; what needs two people is never covered."""

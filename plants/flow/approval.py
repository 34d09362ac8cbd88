"""An approval: who said yes to exactly which plan, until when. It is spent once."""

from typing import Annotated

from pydantic import Field

from plants.frozen import Alias, Frozen, Name, Person, RecordId, Sha256, WallTime


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

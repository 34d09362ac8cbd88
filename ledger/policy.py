"""Policy: the limits by which the ledger decides. All are wall seconds unless the name ends in `_s` alone."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from plants.flow.approval import Signature
from plants.frozen import Frozen

WallSeconds = Annotated[float, Field(gt=0, le=86_400)]


class Autonomy(StrEnum):
    """How far Jayul may go on this line, from nothing to what a standing authorisation covers."""

    OBSERVE = "observe"
    """Shadow: agents' drafts are not even stored."""
    ADVISE = "advise"
    """Proposals are shown; nothing is written."""
    APPROVE = "approve"
    """What a person approved is written."""
    BOUNDED_AUTO = "bounded_auto"
    """Also what a standing authorisation covers, within its tags, risk class and time."""

    @property
    def writes(self) -> bool:
        """Whether anything is written."""
        return self in (Autonomy.APPROVE, Autonomy.BOUNDED_AUTO)

    @property
    def acts_ahead(self) -> bool:
        """Whether standing authorisations approve."""
        return self is Autonomy.BOUNDED_AUTO


class Policy(Frozen):
    """Limits of deciding and writing."""

    autonomy: Autonomy = Autonomy.APPROVE
    """How far Jayul may go, until a person says otherwise (`Ledger.set_autonomy`)."""
    proposal_wall_s: WallSeconds = 1_800.0
    """Time a proposal waits for a decision; silence is no."""
    approval_wall_s: WallSeconds = 600.0
    """Time an approval may be spent."""
    sample_max_age_wall_s: WallSeconds = 5.0
    """Older data are stale."""
    clock_skew_wall_s: WallSeconds = 2.0
    """A wall clock that steps back, or is off against the server, by more than this suspends writing."""
    late_wall_s: WallSeconds = 2.0
    """Time a machine has to take up a value that was sent, before 'still the old one' counts as not applied."""
    read_back_wall_s: WallSeconds = 4.0
    """Time to get an answer when reading back; without one the outcome is unknown."""
    poll_wall_s: WallSeconds = 0.1
    """Pause between two readings while reading back."""
    silence_wall_s: WallSeconds = 300.0
    """A change in flight whose line tells nothing new for this long ends unknown."""
    max_open: Annotated[int, Field(ge=1, le=1_000)] = 50
    """Proposals that may wait for a decision at one time."""
    reauthentication_wall_s: WallSeconds = 120.0
    """A signature that asks for it is given within so long of proving who one is."""
    instruction_wall_s: WallSeconds = 14_400.0
    """Time that people have to take on what is on the work list, and again to carry it out."""
    review_wall_s: WallSeconds = 28_800.0
    """Time in which somebody else reviews an approval that was given in an emergency."""
    max_unreviewed: Annotated[int, Field(ge=1, le=100)] = 1
    """Emergency approvals that may wait for review; further ones are refused."""
    verify_rows: Annotated[int, Field(ge=1, le=100_000)] = 500
    """Rows of the audit chain that are verified at a time, again and again from its beginning: 20 ms."""
    verify_every_wall_s: WallSeconds = 1.0
    """Pause between two such times: a chain of a million rows is gone through in some half an hour."""
    verify_round_wall_s: WallSeconds = 3_600.0
    """Pause between two rounds through the whole chain, and before the first, since it is verified at the start."""

    def authenticated(self, signature: Signature) -> bool:
        """Whether a signer had proved who he is shortly before signing."""
        at = signature.authenticated_at
        return at is not None and 0.0 <= (signature.at - at).total_seconds() <= self.reauthentication_wall_s

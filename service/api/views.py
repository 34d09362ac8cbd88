"""What the API shows besides the models of `plants/flow`."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from ledger.policy import Autonomy
from plants.flow.change import Changes
from plants.flow.proposal import Status
from plants.flow.state import Condition
from plants.frozen import Frozen, Sha256


class StationView(Frozen):
    """One station as the overview shows it."""

    id: str
    """Station."""
    condition: Condition
    """What it does."""
    order: str | None
    """Order in it."""
    processed: int
    """Units finished since the start of the day."""
    scrapped: int
    """Units rejected since the start of the day."""
    fresh: bool
    """Whether its data are good and recent."""


class BufferView(Frozen):
    """One buffer as the overview shows it."""

    id: str
    """Buffer."""
    level: int
    """Units in it."""
    level_sd: float
    """Standard deviation of that count; 0 when it is known exactly."""
    capacity: int
    """Units that fit."""


class CountRequest(Frozen):
    """A person has counted a buffer."""

    units: Annotated[int, Field(ge=0, le=1_000_000)]
    """Units of flow in it now."""
    reason: Annotated[str, Field(max_length=1000)] = ""
    """What was found; kept."""


class LineView(Frozen):
    """The line at one glance."""

    plant: str
    """Which plant."""
    plant_revision: Sha256
    """Revision of its description."""
    link: Literal["connected", "connecting", "closed"]
    """Whether the equipment is reached."""
    plant_time_s: float | None
    """Plant time of the newest sample."""
    observed_s: float
    """Plant seconds seen without a gap."""
    trustworthy: bool
    """Whether all tags are good and recent."""
    stale: tuple[str, ...]
    """Tags that are not."""
    throughput_per_h: float | None
    """Good units per hour over the last quarter of an hour of plant time, when the data suffice."""
    holds: tuple[str, ...]
    """Holds in force, in words: what, by whom, since when and why."""
    warnings: tuple[str, ...] = ()
    """What people must see as long as it lasts, such as a plain channel on the network."""
    agents: str
    """What the agents last said."""
    brain: str
    """Which brain proposes."""
    stations: tuple[StationView, ...]
    """Stations in flow order."""
    buffers: tuple[BufferView, ...]
    """Buffers in flow order."""


class ApproveRequest(Frozen):
    """A person's yes."""

    plan_hash: Sha256
    """Digest of the plan that was shown; another plan is not approved."""
    comment: Annotated[str, Field(max_length=1000)] = ""
    """What the approver wants to say; in an emergency, what the emergency is."""
    passphrase: SecretStr | None = None
    """Proves anew who approves, where the change's risk or an emergency asks for it."""
    emergency: bool = False
    """Approve alone what would need two people, or what the twin does not call better; reviewed afterwards."""


class EditRequest(Frozen):
    """Other changes in place of a proposal."""

    changes: Changes
    """All that shall be changed."""
    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    """Why."""


class ReviewRequest(Frozen):
    """What was found of an emergency approval."""

    finding: Annotated[str, Field(min_length=1, max_length=1000)]
    """What was found."""


class AutonomyView(Frozen):
    """How far Jayul may go."""

    level: Autonomy
    """The level."""


class AutonomyRequest(Frozen):
    """How far Jayul may go from now on."""

    level: Autonomy
    """The level."""
    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    """Why."""
    passphrase: SecretStr | None = None
    """Proves anew who asks, when Jayul may do more than before."""


class RejectRequest(Frozen):
    """A person's no."""

    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    """Why; kept, and learned from."""


class ResolveRequest(Frozen):
    """A person's word on a change whose end could not be told."""

    status: Literal[Status.VERIFIED, Status.ROLLED_BACK, Status.NOT_APPLIED]
    """What the person found: it is in force, it was put back, or it never was."""
    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    """What was looked at."""


class HoldRequest(Frozen):
    """Stop writing, or only proposing."""

    scope: Literal["all", "agents"]
    """`all` stops every write, `agents` stops proposals."""
    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    """Why."""


class KeyView(Frozen):
    """The ledger's public key."""

    public_key: str
    """Ed25519, PEM."""


class ErrorBody(Frozen):
    """What went wrong and what to do."""

    code: str
    """Stable and machine-readable."""
    message: str
    """For a person."""


class ErrorView(Frozen):
    """The one shape of every error."""

    error: ErrorBody
    """The error."""


class Health(Frozen):
    """Whether the service lives, or is ready."""

    ok: bool
    """Yes or no."""
    reasons: tuple[str, ...] = ()
    """Why not."""

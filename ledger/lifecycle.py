"""The lifecycle of a proposal: one table of allowed steps (ADR 0004).

The store enforces the same table with a trigger (`schema/*.sql`), so that no code path can get round it; a test
compares the two, pair by pair.
"""

from plants.errors import Refused
from plants.flow.proposal import Status

ALLOWED: dict[Status, frozenset[Status]] = {
    Status.PROPOSED: frozenset({Status.JUDGED}),
    Status.JUDGED: frozenset({Status.APPROVED, Status.REJECTED, Status.EXPIRED, Status.WITHDRAWN}),
    Status.APPROVED: frozenset(
        {Status.CLAIMED, Status.INSTRUCTED, Status.EXPIRED, Status.WITHDRAWN, Status.NOT_APPLIED}
    ),
    Status.CLAIMED: frozenset({Status.SENT, Status.NOT_APPLIED, Status.UNKNOWN}),
    Status.SENT: frozenset({Status.APPLIED, Status.NOT_APPLIED, Status.ROLLED_BACK, Status.UNKNOWN}),
    Status.APPLIED: frozenset({Status.WATCHING, Status.ROLLED_BACK, Status.UNKNOWN}),
    Status.WATCHING: frozenset({Status.VERIFIED, Status.ROLLED_BACK, Status.UNKNOWN}),
    Status.INSTRUCTED: frozenset({Status.ACKNOWLEDGED, Status.EXPIRED, Status.WITHDRAWN, Status.NOT_APPLIED}),
    Status.ACKNOWLEDGED: frozenset({Status.OBSERVED, Status.NOT_APPLIED, Status.UNKNOWN}),
    Status.OBSERVED: frozenset({Status.VERIFIED, Status.UNKNOWN}),
    Status.UNKNOWN: frozenset({Status.VERIFIED, Status.ROLLED_BACK, Status.NOT_APPLIED}),
    Status.VERIFIED: frozenset(),
    Status.REJECTED: frozenset(),
    Status.EXPIRED: frozenset(),
    Status.WITHDRAWN: frozenset(),
    Status.NOT_APPLIED: frozenset(),
    Status.ROLLED_BACK: frozenset(),
}
"""Which status may follow which. UNKNOWN is left only by a person (`Ledger.resolve`)."""

OPEN = (
    Status.PROPOSED,
    Status.JUDGED,
    Status.APPROVED,
    Status.CLAIMED,
    Status.SENT,
    Status.APPLIED,
    Status.WATCHING,
    Status.INSTRUCTED,
    Status.ACKNOWLEDGED,
    Status.OBSERVED,
)
"""Not ended."""

IN_FLIGHT = (Status.CLAIMED, Status.SENT, Status.APPLIED, Status.WATCHING)
"""Being written by the executor; at most one proposal a plant."""

WITH_PEOPLE = (Status.INSTRUCTED, Status.ACKNOWLEDGED, Status.OBSERVED)
"""Being carried out by people; its tags are nobody else's meanwhile."""


def check_step(before: Status, after: Status) -> None:
    """Refuse a step that is not in the table.

    Raises:
        Refused: the step is not allowed.
    """
    if after not in ALLOWED[before]:
        following = ", ".join(sorted(ALLOWED[before])) or "nothing, it has ended"
        raise Refused(f"a proposal that is {before} cannot become {after}; after {before} may come: {following}")

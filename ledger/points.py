"""Named points at which a crash test kills this process, or has it stand still.

In production this does nothing: `reach` acts only when the environment holds `JAYUL_CRASH_AT=<point>` or
`JAYUL_CRASH_AT=<point>:<n>` (the n-th time that point is reached, 1 first), or the same in `JAYUL_PAUSE_AT`, which only
the crash tests set. It can stop the process and nothing else, and that at any moment is what the ledger is built to
survive.
"""

import os
import signal
from collections import Counter
from enum import StrEnum


class Point(StrEnum):
    """Where."""

    APPROVING = "approving"
    """A person's word is noted and not committed."""
    APPROVED = "approved"
    """The approval is stored; whoever gave it has not been told so."""
    CLAIMED = "claimed"
    """The claim is stored; nothing has been sent."""
    SENT = "sent"
    """The intent to send is stored; its bytes have not left."""
    WRITTEN = "written"
    """The bytes have left; nothing has been read back."""
    READ_BACK = "read_back"
    """Read back; the receipt is not stored."""
    RECEIPTED = "receipted"
    """The receipt is stored."""
    APPLIED = "applied"
    """All steps are read back and that is stored."""
    WATCHING = "watching"
    """The machine follows; the watch window runs."""
    DECIDED = "decided"
    """The window has been judged; the decision is not stored."""
    ROLLING_BACK = "rolling_back"
    """The decision to roll back is stored; nothing has been restored."""
    RESTORE_SENT = "restore_sent"
    """The intent to restore is stored; its bytes have not left."""
    RESTORE_WRITTEN = "restore_written"
    """The restoring bytes have left."""
    RESTORE_RECEIPTED = "restore_receipted"
    """The restoring receipt is stored."""
    RECOVERING = "recovering"
    """Recovery has found a change in flight."""
    SETTLING = "settling"
    """Recovery has read back; the receipt is not stored."""
    ENDED = "ended"
    """The outcome is stored."""


_ASKED = {"JAYUL_CRASH_AT": signal.SIGKILL, "JAYUL_PAUSE_AT": signal.SIGSTOP}
_reached: Counter[str] = Counter()


def reach(point: Point) -> None:
    """Say that the process is at a point; kills it, or has it stand still, when a crash test asked for that."""
    asked = [(os.environ.get(name), number) for name, number in _ASKED.items()]
    if any(wanted for wanted, _ in asked):
        _reached[point] += 1
    for wanted, number in asked:
        name, _, nth = (wanted or "").partition(":")
        if name == point and _reached[point] == int(nth or 1):
            os.kill(os.getpid(), number)

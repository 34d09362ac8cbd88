"""`check`: do the invariants of docs/reliability.md hold for a ledger's file and what the equipment recorded?

A pure reader. It lives with the tests and not in `ledger` because it judges `ledger`: it shares no code with it, and it
needs the equipment's own account of what it received, which no service has.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from plants.model.plant import Plant
from tests.simulation.invariants.bounded import i8_bounded, i9_no_secret
from tests.simulation.invariants.history import PlantHistory
from tests.simulation.invariants.record import record_at
from tests.simulation.invariants.sending import (
    i1_approved_before,
    i2_sent_once,
    i3_accounted_for,
    i3_all_decided,
    i3_people_seen,
    i4_within_limits,
)
from tests.simulation.invariants.trusting import (
    i5_record_whole,
    i6_no_verdict_on_bad_data,
    i7_somebody_else_approved,
)
from tests.simulation.invariants.violation import Evidence, Limits, Violation

INVARIANTS: tuple[Callable[[Evidence], Iterator[Violation]], ...] = (
    i1_approved_before,
    i2_sent_once,
    i3_accounted_for,
    i3_people_seen,
    i4_within_limits,
    i5_record_whole,
    i6_no_verdict_on_bad_data,
    i7_somebody_else_approved,
    i8_bounded,
    i9_no_secret,
)
"""What one history can show. I10 compares two: `bounded.i10_same_history`."""


def check(
    ledger: Path,
    history: PlantHistory,
    plant: Plant,
    *,
    at_rest: bool = False,
    limits: Limits | None = None,
    secrets: tuple[str, ...] = (),
    said: tuple[str, ...] = (),
) -> tuple[Violation, ...]:
    """Every violation, in the order of the invariants.

    Args:
        ledger: the ledger's file; its anchor lies beside it.
        history: what the equipment recorded.
        plant: the plant as described.
        at_rest: the line has been in order for longer than any change takes, so nothing may be on its way.
        limits: stated limits; the defaults when left out.
        secrets: words that must appear nowhere.
        said: logs, errors and prompts.

    Raises:
        sqlite3.Error: the file cannot be read.
    """
    files = tuple(f.read_bytes() for f in sorted(ledger.parent.iterdir()) if f.is_file()) if secrets else ()
    given = Evidence(
        record=record_at(ledger),
        history=history,
        plant=plant,
        limits=limits or Limits(),
        secrets=secrets,
        said=said,
        files=files,
    )
    found = [violation for invariant in INVARIANTS for violation in invariant(given)]
    return (*found, *(i3_all_decided(given) if at_rest else ()))

"""Errors of the ledger: leaves of the one tree in `plants.errors`.

- `Refused` → `GateRefused`: one or more checks of the gate say no; carries all of them.
- `JayulError` → `RecordUnavailable`: the ledger's file cannot be used now: nothing was decided, nothing sent.
"""

from typing import ClassVar

from ledger.check import Check
from plants.errors import JayulError, Refused


class GateRefused(Refused):
    """The gate says no."""

    code = "gate_refused"

    def __init__(self, checks: tuple[Check, ...]) -> None:
        self.checks = checks
        failed = "; ".join(f"{check.name}: {check.detail}" for check in checks if not check.passed)
        super().__init__(f"The gate says no ({failed}). Nothing was done.")


class RecordUnavailable(JayulError):
    """The record cannot be written or read. Whatever needed it was not done."""

    code: ClassVar[str] = "record_unavailable"
    http_status: ClassVar[int] = 503

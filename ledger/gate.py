"""The gate: whether a plan may be written. A pure function, default deny, that shows the result of every check.

It runs when a plan is handed in and again, on freshly read data, just before the write; before each later step of a
plan the checks that can change meanwhile run once more (`between`). It reads nothing by itself, knows no clock and no
file: all it judges by is in `GateInput`. What it cannot tell counts as no.
"""

from collections.abc import Callable

from ledger import rules_of_combination, rules_of_equipment, rules_of_record, rules_of_tags
from ledger.check import Check, CheckName
from ledger.given import GateInput, Moment

__all__ = ["GateInput", "Moment", "between", "gate", "passed"]

RULES: dict[CheckName, Callable[[GateInput], str]] = {
    CheckName.RECORD: rules_of_record.record,
    CheckName.HOLD: rules_of_record.hold,
    CheckName.AUTONOMY: rules_of_record.autonomy,
    CheckName.CLOCK: rules_of_equipment.clock,
    CheckName.PLANT: rules_of_record.plant,
    CheckName.RISK: rules_of_record.risk,
    CheckName.KNOWN_TAG: rules_of_tags.known_tag,
    CheckName.ACCESS: rules_of_tags.access,
    CheckName.TYPE_AND_UNIT: rules_of_tags.type_and_unit,
    CheckName.ENVELOPE: rules_of_tags.envelope,
    CheckName.STEP_AND_RATE: rules_of_tags.step_and_rate,
    CheckName.CUMULATIVE_DRIFT: rules_of_tags.cumulative_drift,
    CheckName.SIMULTANEOUS: rules_of_tags.simultaneous,
    CheckName.JOINT: rules_of_tags.joint,
    CheckName.COMBINATION: rules_of_combination.combination,
    CheckName.INTERLOCK: rules_of_equipment.interlock,
    CheckName.MACHINE_MODE: rules_of_equipment.machine_mode,
    CheckName.FRESH_DATA: rules_of_equipment.fresh_data,
    CheckName.UNCHANGED: rules_of_equipment.unchanged,
    CheckName.STATE: rules_of_equipment.state,
    CheckName.APPROVAL: rules_of_record.approval,
}
"""What each check looks for: a function that tells the problem, or nothing."""

BETWEEN = (
    CheckName.HOLD,
    CheckName.CLOCK,
    CheckName.ENVELOPE,
    CheckName.STEP_AND_RATE,
    CheckName.COMBINATION,
    CheckName.INTERLOCK,
    CheckName.MACHINE_MODE,
    CheckName.FRESH_DATA,
    CheckName.UNCHANGED,
)
"""Checks that run again before each later step of a plan: what may have changed since the first one left."""


def gate(given: GateInput) -> tuple[Check, ...]:
    """Run every check, in the order of `CheckName`; a check passes when its rule finds no problem."""
    return tuple(_run(name, given) for name in CheckName)


def passed(checks: tuple[Check, ...]) -> bool:
    """Whether all checks were made and all passed."""
    return [check.name for check in checks] == list(CheckName) and all(check.passed for check in checks)


def between(given: GateInput, step: int) -> tuple[Check, ...]:
    """Run again, for one later step of a plan under way, what may have changed; the checks that fail.

    Args:
        given: as for the write, with data read just now.
        step: position of the step that is about to leave, 0 first.
    """
    alone = given.only(step)
    return tuple(check for name in BETWEEN if not (check := _run(name, alone)).passed)


def _run(name: CheckName, given: GateInput) -> Check:
    problem = RULES[name](given)
    return Check(name=name, passed=not problem, detail=problem or "passed")

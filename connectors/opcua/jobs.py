"""ISA-95 jobs (OPC 10031-4) as the sequence of orders: from their list to names, and from names to priorities. Pure.

The library makes the classes of structured values when it reads a server's types.
"""

from dataclasses import replace
from typing import Any

from asyncua import ua

JOB_CONTROL = "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/"
JOB_LIST, UPDATE = "JobOrderList", "Update"
CHANGED = 1
"""Return status of a method that did what was asked (B.2)."""
_WAITING = frozenset({1, 2})
"""Numbers of the states NotAllowedToStart and AllowedToStart."""
_COMMENT = "sequence approved in Jayul"


def waiting_of(rows: object) -> tuple[str, ...] | None:
    """Ids of the jobs that have not begun, highest priority first, else as listed; None when it is no list of jobs."""
    jobs = _waiting(rows)
    return None if jobs is None else tuple(str(job.JobOrderID) for job in jobs)


def reprioritised(rows: object, wanted: tuple[str, ...]) -> list[tuple[ua.Variant, ua.Variant]]:
    """Arguments of `Update` for each job whose priority has to change for the wanted sequence.

    Raises:
        ValueError: it is no list of jobs, or the wanted ones are not those that wait.
    """
    jobs = _waiting(rows)
    if jobs is None:
        raise ValueError("the server shows no list of jobs")
    by_name = {str(job.JobOrderID): job for job in jobs}
    if sorted(by_name) != sorted(wanted):
        raise ValueError(f"jobs that wait are {', '.join(by_name) or 'none'}; the sequence names others")
    comment = ua.Variant([ua.LocalizedText(_COMMENT)], ua.VariantType.LocalizedText, is_array=True)
    updates = []
    for i, name in enumerate(wanted):
        priority = len(wanted) - i
        if (by_name[name].Priority or 0) != priority:
            job = replace(by_name[name], Priority=ua.Int16(priority))
            updates.append((ua.Variant(job, ua.VariantType.ExtensionObject), comment))
    return updates


def _waiting(rows: object) -> list[Any] | None:
    if rows is None:
        return []
    if not isinstance(rows, list) or not all(hasattr(row, "JobOrder") and hasattr(row, "State") for row in rows):
        return None
    jobs = [row.JobOrder for row in rows if any(state.StateNumber in _WAITING for state in row.State or ())]
    return sorted(jobs, key=lambda job: -(job.Priority or 0))

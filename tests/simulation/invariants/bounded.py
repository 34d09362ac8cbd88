"""I8 to I10: bounded, without secrets, repeatable. As far as a file and a history can tell.

Reply times, memory and the length of queues inside the process are not in the record: the benchmarks and the fault
tests of each room look at them.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from tests.simulation.invariants.history import PlantHistory
from tests.simulation.invariants.record import Record, canonical, sha256
from tests.simulation.invariants.violation import Evidence, Violation

_CLOSING = frozenset({"approved", "rejected", "expired", "withdrawn"})
_OUTSIDE = frozenset({"refused"})
"""Rows that anybody may cause as often as he likes; the interface in front of the ledger limits them."""

# I8 ------------------------------------------------------------------------------------------------------------------


def i8_bounded(given: Evidence) -> Iterator[Violation]:
    """What waits, what is said and what is stored about one thing stays within stated limits."""
    limits = given.limits
    open_: set[str] = set()
    for row in given.record.audit:
        if row["action"] == "submitted":
            open_.add(row["subject"])
        elif row["action"] in _CLOSING:
            open_.discard(row["subject"])
        if len(open_) > limits.open_proposals:
            yield Violation("I8", f"{len(open_)} proposals wait at row {row['seq']}, {limits.open_proposals} at most")
        if len(row["payload"].encode()) > limits.row_bytes or len(str(row["facts"].get("text", ""))) > limits.text:
            yield Violation("I8", f"row {row['seq']} is longer than it may be")
    yield from _floods(given)


def _floods(given: Evidence) -> Iterator[Violation]:
    rows = Counter(row["subject"] for row in given.record.audit if row["action"] not in _OUTSIDE)
    for which in given.record.proposals:
        if rows[which] > given.limits.rows_a_proposal:
            yield Violation("I8", f"{rows[which]} rows about {which}, {given.limits.rows_a_proposal} at most")
    beats = Counter(row["subject"] for row in given.record.audit if row["action"] in ("beating", "silent"))
    for standing, number in beats.items():
        if number > given.limits.rows_a_proposal:
            yield Violation("I8", f"{number} rows about beats under {standing}: one on each change is enough")
    link = [row for row in given.record.audit if row["action"] in ("link_lost", "link_back", "writer")]
    for before, after in pairwise(link):
        if before["action"] == after["action"] != "writer":
            yield Violation("I8", f"rows {before['seq']} and {after['seq']} both tell {after['action']}: one is enough")


# I9 ------------------------------------------------------------------------------------------------------------------


def i9_no_secret(given: Evidence) -> Iterator[Violation]:
    """No secret in log, audit, error or prompt, nor in anything stored."""
    for number, secret in enumerate(given.secrets, start=1):
        for row in given.record.audit:
            if secret in row["payload"] or secret in row["actor"] or secret in row["subject"]:
                yield Violation("I9", f"secret {number} stands in row {row['seq']} of the chain")
        for text in given.said:
            if secret in text:
                yield Violation("I9", f"secret {number} was said: {text.replace(secret, '***')[:200]}")
        if any(secret.encode() in stored for stored in given.files):
            yield Violation("I9", f"secret {number} was stored in a file")


# I10 -----------------------------------------------------------------------------------------------------------------


def digest(record: Record, history: PlantHistory) -> str:
    """SHA-256 over all that was recorded, here and at the equipment."""
    equipment = [[dataclasses.asdict(item) for item in part] for part in (history.requests, history.taken)]
    statuses = {which: [found["status"], found["reason"]] for which, found in record.proposals.items()}
    return sha256(canonical([[row["hash"] for row in record.audit], statuses, equipment]))


def i10_same_history(seed: int, digests: tuple[str, ...]) -> Iterator[Violation]:
    """Same seed, same history: one digest for all runs of a seed."""
    if len(set(digests)) > 1:
        yield Violation("I10", f"seed {seed} gave {len(set(digests))} different histories in {len(digests)} runs")

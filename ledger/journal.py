"""The journal: the record of carrying out. Every effect on equipment is stored here before its bytes leave.

Used by the executor only. Each entry is made under the executor's epoch and refused once a newer one exists.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog
from pydantic import JsonValue

from ledger import evidence, records
from ledger.audit import Action
from ledger.book import Book, Entry
from ledger.check import PASSING, Check, CheckName
from ledger.gate import between, gate, passed
from ledger.hold import Scope
from ledger.moment import told_moment
from ledger.points import Point, reach
from ledger.recorded import Direction, Recorded, Rollback
from ledger.values import good_value, told, told_step
from plants.errors import Refused
from plants.flow.outcome import Measurement
from plants.flow.proposal import Proposal, Status
from plants.flow.receipt import Receipt
from plants.flow.sample import Sample, Value
from plants.frozen import MAX_TEXT, canonical_json
from plants.model.plant import Plant

EXECUTOR = "executor"
"""Who carries out, in the chain."""

log = structlog.get_logger(__name__)

PAUSE_WALL_S = 1.0
"""Longest time between the stored intent and its bytes; a process that stood still for longer sends nothing."""

VOID = frozenset({CheckName.HOLD, CheckName.UNCHANGED, CheckName.STATE, CheckName.PLANT, CheckName.AUTONOMY})
"""Checks whose no makes an approval void: what was approved is no longer what would be done."""


class Journal(Recorded):
    """The record of carrying out, read and written."""

    def __init__(self, book: Book, plant: Plant, epoch: int) -> None:
        super().__init__(book)
        self._plant = plant
        self._epoch = epoch
        self._link_up = True

    def claim(self, found: Proposal, live: Mapping[str, Sample], plant_s: float | None) -> Proposal | None:
        """Run the gate on fresh data and, when it says yes, store the intent with the values read just now.

        Returns:
            the proposal, CLAIMED; or None when it is no longer approved, or the gate said no: then it waits for what
            passes by itself (`PASSING`), or is ended.

        Raises:
            Refused: a newer instance has taken over.
        """
        with self.entry() as entry:
            spent = self.spend(entry, found, live, plant_s)
            if spent is None:
                return None
            steps = "; ".join(told_step(step) for step in found.plan.steps)
            text = f"All {len(CheckName)} checks passed on fresh data. About to write {steps}."
            entry.note(EXECUTOR, Action.CLAIMED, found.id, text, **self._claimed(spent, live))
            return records.step(entry.conn, spent, Status.CLAIMED, entry.now)

    def spend(
        self, entry: Entry, found: Proposal, live: Mapping[str, Sample], plant_s: float | None
    ) -> Proposal | None:
        """Run the gate and, when it says yes, spend the approval; else let it wait or end it, and return None."""
        found = records.proposal(entry.conn, found.id) or found
        if found.status is not Status.APPROVED:
            return None
        given = evidence.at_write(
            self._book, entry.conn, self._plant, found, now=entry.now, live=live, plant_time_s=plant_s
        )
        checks = gate(given)
        if not passed(checks) or given.approval is None:
            self._wait_or_end(entry, found, checks)
            return None
        before = canonical_json(_held(found, live))
        entry.conn.execute(
            "INSERT INTO claims (proposal_id, approval_id, epoch, before, at) VALUES (?, ?, ?, ?, ?)",
            (found.id, given.approval.id, self._epoch, before, records.text_of(entry.now)),
        )
        return found

    def _claimed(self, found: Proposal, live: Mapping[str, Sample]) -> dict[str, JsonValue]:
        """Facts of a claim for the chain."""
        before = json.loads(canonical_json(_held(found, live)))
        return {"approval": f"a-{found.id}", "epoch": self._epoch, "before": before}

    def between(
        self, found: Proposal, step: int, live: Mapping[str, Sample], plant_s: float | None
    ) -> tuple[Check, ...]:
        """What speaks against sending a later step of a plan under way, by data read just now."""
        with self.entry() as entry:
            given = evidence.at_write(
                self._book, entry.conn, self._plant, found, now=entry.now, live=live, plant_time_s=plant_s
            )
        return between(given, step)

    def _wait_or_end(self, entry: Entry, found: Proposal, checks: tuple[Check, ...]) -> None:
        """Wait for what passes by itself, as long as the approval lasts; whatever else the gate refuses is ended."""
        failed = [check for check in checks if not check.passed]
        if not failed or not {check.name for check in failed} <= PASSING:
            self._end_refused(entry, found, checks)
            return
        why = "; ".join(f"{check.name}: {check.detail}" for check in failed)
        text = f"Waiting until it can be written, as long as the approval lasts. {why}."
        if not self._book.has_row(entry.conn, Action.WAITING, found.id, text=text):
            entry.note(EXECUTOR, Action.WAITING, found.id, text)

    def _end_refused(self, entry: Entry, found: Proposal, checks: tuple[Check, ...]) -> None:
        """End a proposal that the gate refused just before the write: expired, void, or not applied."""
        failed = [check for check in checks if not check.passed]
        names = {check.name for check in failed}
        approval = records.approval(entry.conn, found.id)
        if approval is not None and entry.now >= approval.expires_at:
            status = Status.EXPIRED
        elif names & VOID:
            status = Status.WITHDRAWN
        else:
            status = Status.NOT_APPLIED
        why = "; ".join(f"{check.name}: {check.detail}" for check in failed)
        entry.end(found, status, f"Nothing was sent. The gate said no just before the write: {why}.", EXECUTOR)

    def send(self, found: Proposal, step: int, direction: Direction, value: Value, plant_s: float) -> str:
        """Store that one write is about to leave. Its bytes may leave only when this returned without a problem.

        Returns:
            why it must not be sent (writing is held); empty when it may.

        Raises:
            Refused: a newer instance has taken over, or this write was recorded before.
        """
        with self.entry() as entry:
            held = next((h.told for h in records.holds(entry.conn) if h.scope is Scope.ALL), "")
            if held:
                return held
            planned = found.plan.steps[step]
            entry.conn.execute(
                "INSERT INTO writes (proposal_id, step, direction, alias, value, epoch, plant_s, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    found.id,
                    step,
                    str(direction),
                    planned.alias,
                    canonical_json(value),
                    self._epoch,
                    plant_s,
                    records.text_of(entry.now),
                ),
            )
            present = records.proposal(entry.conn, found.id) or found
            if present.status is Status.CLAIMED:
                records.step(entry.conn, present, Status.SENT, entry.now)
            verb = "Writing" if direction is Direction.APPLY else "Restoring"
            text = f"{verb} {planned.alias} = {told(value, planned.unit)}."
            entry.note(EXECUTOR, Action.SENT, found.id, text, step=step, direction=str(direction), epoch=self._epoch)
            return ""

    def may_leave(self, paused_s: float) -> str:
        """Look once more, between the stored intent and its bytes.

        Args:
            paused_s: wall seconds (monotonic) since before the intent was stored.

        Returns:
            why the bytes must not leave (the process stood still meanwhile); empty when they may.

        Raises:
            Refused: a newer instance has taken over meanwhile; it accounts for what is on record.
        """
        with self._book.read() as conn:
            self._ours(conn)
        if paused_s <= PAUSE_WALL_S:
            return ""
        return f"this process stood still for {paused_s:.1f} s before the bytes left; nothing was sent"

    def receive(self, found: Proposal, receipt: Receipt, direction: Direction) -> None:
        """Store what became of a write."""
        with self.entry() as entry:
            entry.conn.execute(
                "UPDATE writes SET receipt = ? WHERE proposal_id = ? AND step = ? AND direction = ?",
                (records.body_of(receipt), found.id, receipt.step, str(direction)),
            )
            unit = found.plan.steps[receipt.step].unit
            answer = f" (server: {receipt.server_status})" if receipt.server_status else ""
            text = f"{receipt.alias} reads back {told(receipt.read_back, unit)}: {receipt.sent}{answer}."
            entry.note(EXECUTOR, Action.READ_BACK, found.id, text, receipt=receipt.digest(), direction=str(direction))

    def applied(self, found: Proposal, applied_s: float) -> Proposal:
        """Store that all steps are read back equal to their targets."""
        with self.entry() as entry:
            entry.conn.execute("INSERT INTO watches (proposal_id, applied_s) VALUES (?, ?)", (found.id, applied_s))
            text = f"Applied at {applied_s:.0f} s of plant time; waiting for the machine to follow."
            moments = {step.alias: told_moment(self._plant, step.alias) for step in found.plan.steps}
            text += "".join(f" {alias} takes effect at {moment}." for alias, moment in moments.items() if moment)
            entry.note(EXECUTOR, Action.APPLIED, found.id, text)
            return self._step(entry, found, Status.APPLIED)

    def observed(self, found: Proposal, plant_s: float, text: str) -> Proposal:
        """Store that what people were asked for is seen in the data."""
        with self.entry() as entry:
            sql = "UPDATE instructions SET observed_s = ? WHERE proposal_id = ?"
            entry.conn.execute(sql, (plant_s, found.id))
            entry.note(EXECUTOR, Action.OBSERVED, found.id, text)
            return self._step(entry, found, Status.OBSERVED)

    def beating(self, text: str, action: Action, standing_id: str) -> None:
        """Note that the heartbeat begins, or falls silent: one row on each change, none for a beat."""
        with self.entry() as entry:
            entry.note(EXECUTOR, action, standing_id, text, epoch=self._epoch)

    def watching(self, found: Proposal, since_s: float) -> Proposal:
        """Store that the machine follows and the window runs, and since when the change counts at the machine."""
        with self.entry() as entry:
            promise = found.plan.promise
            text = (
                f"The machine follows, with effect from {since_s:.0f} s of plant time. "
                f"Settling for {promise.settle_s:g} s, then measuring {promise.kpi} for {promise.window_s:g} s "
                f"of plant time against {promise.prediction.low:.6g} to {promise.prediction.high:.6g}."
            )
            entry.note(EXECUTOR, Action.WATCHING, found.id, text)
            return self._step(entry, found, Status.WATCHING)

    def roll_back(self, found: Proposal, why: str, ending: Status, measured: Measurement | None = None) -> Rollback:
        """Store the decision to put a change back, before anything is restored."""
        why = why[:MAX_TEXT]
        with self.entry() as entry:
            entry.conn.execute(
                "INSERT INTO rollbacks (proposal_id, why, ending, measured, at) VALUES (?, ?, ?, ?, ?)",
                (
                    found.id,
                    why,
                    str(ending),
                    records.body_of(measured) if measured else None,
                    records.text_of(entry.now),
                ),
            )
            entry.note(EXECUTOR, Action.ROLLING_BACK, found.id, f"Rolling back: {why}")
        return Rollback(why, ending, measured)

    def end(
        self,
        found: Proposal,
        status: Status,
        explanation: str,
        *,
        measured: Measurement | None = None,
        kept: bool | None = None,
    ) -> None:
        """End a proposal."""
        with self.entry() as entry:
            present = records.proposal(entry.conn, found.id) or found
            entry.end(present, status, explanation, EXECUTOR, measured=measured, kept=kept)
        if status is Status.UNKNOWN:
            log.error("a change ended unknown: a person must look", proposal=found.id, why=explanation)
        reach(Point.ENDED)

    def link(self, *, up: bool, why: str = "") -> None:
        """Note that the writing link was lost, or came back: one row on each change, noted again until it is stored."""
        if up == self._link_up:
            return
        with self.entry() as entry:
            if up:
                entry.note(EXECUTOR, Action.LINK_BACK, "link", "The writing link is back.")
            else:
                entry.note(EXECUTOR, Action.LINK_LOST, "link", f"The writing link was lost: {why}")
        self._link_up = up

    def _step(self, entry: Entry, found: Proposal, after: Status) -> Proposal:
        return records.step(entry.conn, records.proposal(entry.conn, found.id) or found, after, entry.now)

    @contextmanager
    def entry(self) -> Iterator[Entry]:
        """A transaction under this executor's epoch.

        Raises:
            Refused: a newer instance has taken over.
        """
        with self._book.write() as entry:
            self._ours(entry.conn)
            yield entry

    def _ours(self, conn: sqlite3.Connection) -> None:
        row = conn.execute("SELECT epoch, holder FROM writer").fetchone()
        if row["epoch"] != self._epoch:
            raise Refused(
                f"{row['holder']} carries out changes since epoch {row['epoch']}; this instance (epoch {self._epoch}) "
                "no longer may. Stop it."
            )


def _held(found: Proposal, live: Mapping[str, Sample]) -> dict[str, Value]:
    """What the tags of a plan hold as it is taken up; what has no tag is told as the plan says."""
    held: dict[str, Value] = {}
    for step in found.plan.steps:
        now = good_value(live.get(step.alias))
        held.setdefault(step.alias, step.before if now is None else now)
    return held

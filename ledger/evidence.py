"""What the gate judges by, gathered from the record and from fresh samples within one transaction."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime

from ledger import records, signing
from ledger.audit import Action
from ledger.book import Book
from ledger.elapsed import elapsed_s
from ledger.given import GateInput, Moment
from ledger.lifecycle import IN_FLIGHT
from ledger.values import is_number
from plants.flow.approval import Approval, Signature
from plants.flow.draft import Draft
from plants.flow.plan import Plan
from plants.flow.proposal import Proposal
from plants.flow.sample import Sample
from plants.flow.verdict import Verdict
from plants.model.plant import Plant

_COUNTS = "(receipt IS NULL OR json_extract(receipt, '$.sent') <> 'not_applied')"
"""A write counts as a change of its tag unless it is known not to have been applied."""


def at_proposal(
    book: Book,
    conn: sqlite3.Connection,
    plant: Plant,
    draft: Draft,
    verdict: Verdict,
    plan: Plan,
    *,
    now: datetime,
    live: Mapping[str, Sample],
    plant_time_s: float | None,
) -> GateInput:
    """The gate's input for a plan that is being handed in."""
    aliases = tuple(step.alias for step in plan.steps)
    return GateInput(
        moment=Moment.PROPOSAL,
        plant=plant,
        policy=book.policy,
        draft=draft,
        verdict=verdict,
        plan=plan,
        plan_hash=plan.digest(),
        now=now,
        live=live,
        plant_time_s=plant_time_s,
        autonomy=book.autonomy(conn),
        holds=records.holds(conn),
        locked=records.locked(conn),
        changed_s=_changed_s(conn, aliases),
        drift_from=_drift_from(conn, aliases, plant_time_s, plant.policy.drift_window_s),
        record_problem=book.doubt(conn),
    )


def at_write(
    book: Book,
    conn: sqlite3.Connection,
    plant: Plant,
    found: Proposal,
    *,
    now: datetime,
    live: Mapping[str, Sample],
    plant_time_s: float | None,
) -> GateInput:
    """The gate's input for a proposal whose bytes are about to leave."""
    given = at_proposal(
        book,
        conn,
        plant,
        found.draft,
        found.verdict,
        found.plan,
        now=now,
        live=live,
        plant_time_s=plant_time_s,
    )
    approval, signed = records.approval(conn, found.id), signing.signatures(conn, found.id)
    others = [other.id for other in records.proposals(conn, IN_FLIGHT) if other.id != found.id]
    return GateInput(
        **{
            **vars(given),
            "moment": Moment.WRITE,
            "plan_hash": found.plan_hash,
            "in_flight": others[0] if others else None,
            "approval": approval,
            "signatures": signed,
            "approval_recorded": approval is not None and _recorded(book, conn, found, approval, signed),
            "approval_spent": _spent(conn, found.id),
        }
    )


def _recorded(
    book: Book, conn: sqlite3.Connection, found: Proposal, approval: Approval, signed: tuple[Signature, ...]
) -> bool:
    """Whether the chain tells of this proposal, unchanged, of every signature under it, and of this approval."""
    submitted = book.has_row(
        conn,
        Action.SUBMITTED,
        found.id,
        draft=found.draft.digest(),
        verdict=found.verdict.digest(),
        plan=found.plan.digest(),
    )
    return (
        submitted
        and all(book.has_row(conn, Action.SIGNED, found.id, signature=signature.digest()) for signature in signed)
        and book.has_row(conn, Action.APPROVED, found.id, approval=approval.digest())
    )


def _spent(conn: sqlite3.Connection, proposal_id: str) -> bool:
    return conn.execute("SELECT 1 FROM claims WHERE proposal_id = ?", (proposal_id,)).fetchone() is not None


def _changed_s(conn: sqlite3.Connection, aliases: tuple[str, ...]) -> dict[str, float]:
    """Plant time of the newest write to each tag; plant time may begin anew, the ledger's moments do not."""
    found = {}
    for alias in aliases:
        sql = (
            f"SELECT plant_s FROM writes WHERE alias = ? AND {_COUNTS}"  # noqa: S608 - a constant of ours
            " ORDER BY at DESC, plant_s DESC LIMIT 1"
        )
        newest = conn.execute(sql, (alias,)).fetchone()
        if newest is not None:
            found[alias] = float(newest["plant_s"])
    return found


def _drift_from(
    conn: sqlite3.Connection, aliases: tuple[str, ...], plant_time_s: float | None, window_s: float
) -> dict[str, float]:
    """Value of each parameter before the first of our writes within the window."""
    if plant_time_s is None:
        return {}
    found = {}
    for alias in aliases:
        sql = (
            "SELECT claims.before, plant_s FROM writes JOIN claims USING (proposal_id)"  # noqa: S608 - a constant of ours
            f" WHERE alias = ? AND direction = 'apply' AND {_COUNTS} ORDER BY writes.at DESC, plant_s DESC"
        )
        row = None
        for write in conn.execute(sql, (alias,)):
            if elapsed_s(write["plant_s"], plant_time_s) > window_s:
                break
            row = write
        before = json.loads(row["before"]).get(alias) if row else None
        if is_number(before):
            found[alias] = float(before)
    return found

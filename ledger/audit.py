"""The audit chain: every decision and every byte sent, each row hashed together with the one before.

A row's hash is SHA-256 over the canonical JSON of all its other columns. Whoever edits, removes, inserts or swaps rows
breaks the chain; cutting its end, or putting an old copy of the file back, shows against the anchor (`ledger.anchor`).
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from pydantic import JsonValue

from ledger.anchor import Mark
from plants.frozen import Frozen, WallTime, canonical_json, content_hash

GENESIS = "0" * 64
"""What the first row points back to."""


class Action(StrEnum):
    """What happened."""

    SUBMITTED = "submitted"
    SIGNED = "signed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REFUSED = "refused"
    GRANTED = "granted"
    REVOKED = "revoked"
    HELD = "held"
    RELEASED = "released"
    AUTONOMY = "autonomy"
    REVIEWED = "reviewed"
    WRITER = "writer"
    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    READ_BACK = "read_back"
    APPLIED = "applied"
    WATCHING = "watching"
    ROLLING_BACK = "rolling_back"
    INSTRUCTED = "instructed"
    ACKNOWLEDGED = "acknowledged"
    OBSERVED = "observed"
    ENDED = "ended"
    RESOLVED = "resolved"
    LINK_LOST = "link_lost"
    LINK_BACK = "link_back"
    PLAIN_CHANNEL = "plain_channel"
    BEATING = "beating"
    SILENT = "silent"
    ANCHORED = "anchored"


class AuditRow(Frozen):
    """One row of the chain."""

    seq: int
    """Position, 1 first."""
    at: WallTime
    """When."""
    actor: str
    """Who: a person, an agent, or the part of the service that acted."""
    action: Action
    """What."""
    subject: str
    """Which proposal, standing authorisation or scope."""
    payload: dict[str, JsonValue]
    """The facts; `text` says them in words."""
    prev: str
    """Hash of the row before."""
    hash: str
    """Hash of this row."""

    @property
    def text(self) -> str:
        """What happened, in words."""
        return str(self.payload.get("text", ""))


class AuditReport(Frozen):
    """What a check of the whole chain found."""

    ok: bool
    """Whether the chain is whole and agrees with its anchor."""
    rows: int
    """Rows that were found good."""
    head: str
    """Hash of the last good row."""
    bad_seq: int | None = None
    """The first row that is wrong, when one is."""
    problem: str = ""
    """What is wrong and what to do."""


def append(
    conn: sqlite3.Connection, at: datetime, actor: str, action: Action, subject: str, payload: dict[str, Any]
) -> None:
    """Add a row at the end of the chain, within the caller's transaction."""
    last = conn.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    seq, prev = (last["seq"] + 1, last["hash"]) if last else (1, GENESIS)
    columns = {
        "seq": seq,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": actor,
        "action": str(action),
        "subject": subject,
        "payload": canonical_json(payload),
        "prev": prev,
    }
    conn.execute(
        "INSERT INTO audit (seq, at, actor, action, subject, payload, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*columns.values(), _hash_of_stored(columns)),
    )


def head(conn: sqlite3.Connection) -> Mark:
    """The end of the chain."""
    last = conn.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return Mark(seq=last["seq"], hash=last["hash"]) if last else Mark(seq=0, hash=GENESIS)


def row_of(row: sqlite3.Row) -> AuditRow:
    """A stored row as a value."""
    return AuditRow.model_validate({**dict(row), "payload": json.loads(row["payload"])})


_HASHED = ("seq", "at", "actor", "action", "subject", "prev")
START = Mark(seq=0, hash=GENESIS)
"""Before the first row."""


def verify(conn: sqlite3.Connection, anchor: Mark | None, since: Mark = START) -> AuditReport:
    """Check every row to the head, then the anchor.

    Args:
        conn: the ledger's file.
        anchor: the mark kept outside, or None when it is missing or unreadable.
        since: a place up to which the chain was found good before; the genesis unless told otherwise.
    """
    reached, problem = verify_part(conn, since, -1)
    if problem:
        return AuditReport(ok=False, rows=reached.seq, head=reached.hash, bad_seq=reached.seq + 1, problem=problem)
    problem = _unanchored(conn, anchor, reached.seq)
    return AuditReport(ok=not problem, rows=reached.seq, head=reached.hash, problem=problem)


def verify_part(conn: sqlite3.Connection, since: Mark, rows: int) -> tuple[Mark, str]:
    """Check some rows after a place; all of them when `rows` is -1.

    Returns:
        the last good place, and what is wrong with the row after it, or nothing.
    """
    seq, prev = since.seq, since.hash
    for row in conn.execute("SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", (seq, rows)):
        problem = _problem(row, seq, prev)
        if problem:
            return Mark(seq=seq, hash=prev), problem
        seq, prev = seq + 1, row["hash"]
    return Mark(seq=seq, hash=prev), ""


def sound(conn: sqlite3.Connection, row: sqlite3.Row) -> bool:
    """Whether one row is as it was written, and the row after it, if there is one, follows it."""
    after = conn.execute("SELECT prev FROM audit WHERE seq = ?", (row["seq"] + 1,)).fetchone()
    return not _problem(row, row["seq"] - 1, row["prev"]) and (after is None or after["prev"] == row["hash"])


def hash_of(row: Mapping[str, Any]) -> str:
    """The hash that a row should have, over all its other columns; `payload` as facts."""
    return content_hash({key: row[key] for key in (*_HASHED, "payload")})


def holds(conn: sqlite3.Connection, mark: Mark) -> bool:
    """Whether the chain passes through a place."""
    row = conn.execute("SELECT hash FROM audit WHERE seq = ?", (mark.seq,)).fetchone()
    return mark == START if row is None else row["hash"] == mark.hash


def _problem(row: sqlite3.Row, seq: int, prev: str) -> str:
    """What is wrong with the row that should follow row `seq`; empty when nothing is."""
    if row["seq"] != seq + 1:
        return f"row {seq + 1} is missing: the chain goes on with row {row['seq']}"
    if row["prev"] != prev:
        return f"row {row['seq']} does not follow the row before it"
    if _hash_of_stored(row) == row["hash"]:
        return ""
    try:
        json.loads(row["payload"])
    except ValueError:
        return f"the facts of row {row['seq']} cannot be read"
    return f"row {row['seq']} was changed after it was written"


def _hash_of_stored(row: sqlite3.Row | dict[str, Any]) -> str:
    """The hash that a stored row should have: of the canonical JSON of its columns, in which its facts stand as stored.

    A row whose facts are stored in another spelling has another hash, so they need not be read to be checked.
    """
    action, actor, at, subject = (_quoted(str(row[key])) for key in ("action", "actor", "at", "subject"))
    text = (
        f'{{"action":{action},"actor":{actor},"at":{at},"payload":{row["payload"]},"prev":{_quoted(row["prev"])},'
        f'"seq":{row["seq"]:d},"subject":{subject}}}'
    )
    return hashlib.sha256(text.encode()).hexdigest()


_quoted = json.encoder.encode_basestring
"""A text as JSON writes it, characters beyond ASCII as they are."""


def _unanchored(conn: sqlite3.Connection, anchor: Mark | None, seq: int) -> str:
    """How chain and anchor disagree; empty when they do not. An anchor may lag behind after a crash."""
    advice = "If an older copy of the file was put back on purpose, a person says so with `anchor_again`."
    if anchor is None:
        return f"the anchor beside the file is missing or cannot be read. {advice}"
    if anchor.seq > seq:
        return f"the chain ends at row {seq}, its anchor says it had {anchor.seq}: the end is missing. {advice}"
    return "" if holds(conn, anchor) else f"row {anchor.seq} is not the one that its anchor names. {advice}"

"""The ledger's file as plain rows: read once, with SQL and JSON only.

Shares no code with `ledger`: a mistake there must not hide itself here. It opens the file for reading and changes
nothing; what it cannot read raises, because a record that cannot be read proves nothing.
"""

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

Facts = dict[str, Any]
"""A row, or the JSON it holds, by name."""


@dataclass(frozen=True)
class Record:
    """Every row that the invariants speak of."""

    audit: tuple[Facts, ...]
    """The chain; `payload` as stored, `facts` as read."""
    proposals: dict[str, Facts]
    """By id; `draft`, `verdict` and `plan` as read, their text under `draft_text` and so on."""
    approvals: dict[str, Facts]
    """By proposal."""
    standing: dict[str, Facts]
    """By id."""
    claims: dict[str, Facts]
    """By proposal."""
    writes: dict[tuple[str, int, str], Facts]
    """By proposal, step and direction."""
    signatures: dict[tuple[str, str], Facts]
    """By proposal and signer."""
    reviews: dict[str, Facts]
    """Of emergency approvals, by proposal."""
    instructions: dict[str, Facts]
    """What people were asked to carry out, by proposal."""
    outcomes: tuple[Facts, ...]
    """In the order they were stored."""
    anchor: Facts | None
    """The mark beside the file; None when it is missing or unreadable."""

    def rows(self, action: str, subject: str) -> list[Facts]:
        """Rows of the chain of one kind about one subject, oldest first."""
        return [row for row in self.audit if row["action"] == action and row["subject"] == subject]

    def sent(self) -> list[tuple[int, tuple[str, int, str]]]:
        """(row, write) of every send on record, in the order of the chain."""
        return [
            (row["seq"], (row["subject"], row["facts"]["step"], row["facts"]["direction"]))
            for row in self.audit
            if row["action"] == "sent"
        ]


def sha256(text: str) -> str:
    """SHA-256 of a text, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: object) -> str:
    """One spelling for one value, as the ledger's documents describe it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def moment(text: str) -> datetime:
    """A stored moment."""
    return datetime.fromisoformat(text)


def record_at(path: Path) -> Record:
    """Read a ledger's file and the anchor beside it.

    Raises:
        sqlite3.Error: the file cannot be read.
        ValueError: a row does not hold JSON where it should.
    """
    with closing(sqlite3.connect(path)) as conn:
        conn.row_factory = sqlite3.Row
        conn.execute("BEGIN")  # one state of the file, whatever is written meanwhile
        return Record(
            audit=tuple({**row, "facts": json.loads(row["payload"])} for row in _all(conn, "audit", "seq")),
            proposals={row["id"]: _proposal(row) for row in _all(conn, "proposals", "number")},
            approvals={row["proposal_id"]: _body(row) for row in _all(conn, "approvals", "id")},
            standing={row["id"]: _body(row) for row in _all(conn, "standing", "id")},
            claims={row["proposal_id"]: row for row in _all(conn, "claims", "proposal_id")},
            writes={
                (row["proposal_id"], row["step"], row["direction"]): _write(row)
                for row in _all(conn, "writes", "proposal_id, step")
            },
            signatures={(row["proposal_id"], row["signer"]): _body(row) for row in _all(conn, "signatures", "rowid")},
            reviews={row["proposal_id"]: row for row in _all(conn, "reviews", "proposal_id")},
            instructions={row["proposal_id"]: row for row in _all(conn, "instructions", "proposal_id")},
            outcomes=tuple(_body(row) for row in _all(conn, "outcomes", "number")),
            anchor=_anchor(path.with_suffix(".anchor")),
        )


def _all(conn: sqlite3.Connection, table: str, order: str) -> list[Facts]:
    return [dict(row) for row in conn.execute(f"SELECT * FROM {table} ORDER BY {order}")]  # noqa: S608 - our names


def _proposal(row: Facts) -> Facts:
    parts = {name: json.loads(row[name]) for name in ("draft", "verdict", "plan")}
    return {**row, **parts, **{f"{name}_text": row[name] for name in parts}}


def _body(row: Facts) -> Facts:
    return {**row, **json.loads(row["body"]), "text": row["body"]}


def _write(row: Facts) -> Facts:
    receipt = json.loads(row["receipt"]) if row["receipt"] else None
    return {**row, "value": json.loads(row["value"]), "receipt": receipt}


def _anchor(path: Path) -> Facts | None:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return read if isinstance(read, dict) else None

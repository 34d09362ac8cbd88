"""The exported record: the whole chain as JSON lines, and at its end the signed head.

Whoever keeps the public key can check an export anywhere, without the ledger: every row by its hash, the head by its
signature (`verify_export`, `jayul audit verify --file`).
"""

import json
from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import Field, ValidationError

from ledger.anchor import SignedMark
from ledger.audit import GENESIS, AuditReport, AuditRow, hash_of
from ledger.book import Book
from ledger.keys import public_key, verified
from ledger.records import text_of
from plants.frozen import Frozen

PAGE = 1_000


class Head(Frozen):
    """The last line of an export."""

    head: SignedMark
    """The end of the chain, signed."""
    public_key: Annotated[str, Field(max_length=400)]
    """The key that it was signed with, PEM; trust the copy that was kept elsewhere rather than this one."""


def export(book: Book) -> Iterator[str]:
    """Every row of the chain as one JSON object, then the signed head."""
    last = SignedMark(seq=0, hash=GENESIS)
    while True:
        with book.read() as conn:
            rows = book.rows(conn, None, last.seq, PAGE)
        if not rows:
            break
        yield from (row.model_dump_json() for row in rows)
        last = SignedMark(seq=rows[-1].seq, hash=rows[-1].hash)
    signed = last.model_copy(update={"signature": book.key.sign(last.text)})
    yield Head(head=signed, public_key=book.key.public_pem).model_dump_json()


def verify_export(lines: Iterable[str], key_pem: str) -> AuditReport:
    """Check an export with a public key that was kept elsewhere.

    Raises:
        ValueError: the key is no Ed25519 public key in PEM.
    """
    key, seq, prev, head = public_key(key_pem), 0, GENESIS, None
    for line in lines:
        if head is not None:
            return _bad(seq, prev, "something stands behind the signed head")
        try:
            found = json.loads(line)
            if "head" in found:
                head = Head.model_validate(found).head
                continue
            row = AuditRow.model_validate(found)
        except (ValueError, ValidationError, TypeError):
            return _bad(seq, prev, f"line {seq + 1} is neither a row of the chain nor its head")
        if row.seq != seq + 1 or row.prev != prev or hash_of({**found, "at": text_of(row.at)}) != row.hash:
            return _bad(seq, prev, f"row {seq + 1} was changed, or does not follow the row before it", seq + 1)
        seq, prev = row.seq, row.hash
    if head is None:
        return _bad(seq, prev, "the signed head is missing: the end of the chain cannot be trusted")
    if (head.seq, head.hash) != (seq, prev) or not verified(key, head.text, head.signature):
        return _bad(seq, prev, "the head is not the end of these rows, or was not signed with this key")
    return AuditReport(ok=True, rows=seq, head=prev)


def _bad(rows: int, head: str, problem: str, bad_seq: int | None = None) -> AuditReport:
    return AuditReport(ok=False, rows=rows, head=head, bad_seq=bad_seq, problem=problem)

"""The audit chain: whatever is edited, removed, inserted, swapped or cut, verification says so."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import audit
from ledger.anchor import Mark
from ledger.audit import Action
from ledger.store import _scripts
from plants.frozen import canonical_json, content_hash

COLUMNS = ("seq", "at", "actor", "action", "subject", "payload", "prev", "hash")
START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
FACTS = st.dictionaries(
    TEXT, st.one_of(TEXT, st.integers(-9, 9), st.floats(allow_nan=False, allow_infinity=False), st.booleans())
)


def empty() -> sqlite3.Connection:
    """The schema without its triggers: what somebody has who removed them."""
    conn = sqlite3.connect(":memory:")
    conn.row_factory = sqlite3.Row
    for statement in _scripts()[0]:
        if "CREATE TRIGGER" not in statement:
            conn.execute(statement)
    return conn


@dataclass
class Chain:
    """A chain that was written properly, and its mark outside."""

    conn: sqlite3.Connection
    length: int

    def __post_init__(self) -> None:
        self.anchor = audit.head(self.conn)

    def report(self) -> audit.AuditReport:
        """What verification says now."""
        return audit.verify(self.conn, self.anchor)

    def rows(self) -> list[list[object]]:
        """All rows as lists."""
        return [list(row) for row in self.conn.execute("SELECT * FROM audit ORDER BY seq")]

    def put(self, rows: list[list[object]]) -> None:
        """Replace all rows."""
        self.conn.execute("DROP INDEX audit_by_subject")
        self.conn.execute("DROP TABLE audit")
        self.conn.execute(f"CREATE TABLE audit ({', '.join(COLUMNS)})")
        self.conn.executemany("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


@st.composite
def chains(draw: st.DrawFn) -> Chain:
    """One to eight rows with any facts."""
    conn = empty()
    length = draw(st.integers(1, 8))
    for number in range(length):
        at = START + timedelta(seconds=number)
        action = draw(st.sampled_from(Action))
        audit.append(conn, at, draw(TEXT), action, draw(TEXT), draw(FACTS))
    return Chain(conn, length)


def rehashed(row: list[object], payload: object) -> list[object]:
    """A row made to look right by itself, as a careful forger would."""
    columns = dict(zip(COLUMNS, row, strict=True)) | {"payload": payload}
    del columns["hash"]
    return [*row[:5], canonical_json(payload), row[6], content_hash(columns)]


PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A machine that is shared may be slow to make a chain."""


@PATIENT
@given(chains())
def test_a_chain_that_was_not_touched_verifies(chain: Chain) -> None:
    """No false alarm, whatever the facts are."""
    report = chain.report()

    assert (report.ok, report.rows, report.bad_seq) == (True, chain.length, None)


@PATIENT
@given(chains(), st.data())
def test_any_edited_column_of_any_row_is_found(chain: Chain, data: st.DataObject) -> None:
    """Every byte counts."""
    rows = chain.rows()
    index, column = data.draw(st.integers(0, chain.length - 1)), data.draw(st.integers(0, 7))
    old = rows[index][column]
    kind: st.SearchStrategy[object] = st.integers(0, 99) if column == 0 else TEXT
    rows[index][column] = data.draw(kind.filter(lambda new: new != old))

    chain.put(rows)

    assert not chain.report().ok


@PATIENT
@given(chains(), st.data())
def test_a_row_edited_and_hashed_again_is_found(chain: Chain, data: st.DataObject) -> None:
    """By the row after it, or by the anchor when it is the last."""
    rows = chain.rows()
    index = data.draw(st.integers(0, chain.length - 1))
    rows[index] = rehashed(rows[index], {"text": "nothing happened here", "n": index})

    chain.put(rows)

    assert not chain.report().ok


@PATIENT
@given(chains(), st.data())
def test_a_removed_row_is_found(chain: Chain, data: st.DataObject) -> None:
    """From the middle by its number, from the end by the anchor."""
    rows = chain.rows()
    del rows[data.draw(st.integers(0, chain.length - 1))]

    chain.put(rows)

    assert not chain.report().ok


@PATIENT
@given(chains(), st.data())
def test_an_inserted_row_is_found_also_when_the_rest_is_numbered_again(chain: Chain, data: st.DataObject) -> None:
    """A copy of a row, put anywhere."""
    rows = chain.rows()
    at = data.draw(st.integers(0, chain.length))
    rows.insert(at, list(rows[data.draw(st.integers(0, chain.length - 1))]))
    for number, row in enumerate(rows, start=1):
        row[0] = number

    chain.put(rows)

    assert not chain.report().ok


@PATIENT
@given(chains().filter(lambda chain: chain.length > 1), st.data())
def test_two_rows_swapped_are_found(chain: Chain, data: st.DataObject) -> None:
    """With their numbers put right again."""
    rows = chain.rows()
    first = data.draw(st.integers(0, chain.length - 2))
    second = data.draw(st.integers(first + 1, chain.length - 1))
    rows[first], rows[second] = rows[second], rows[first]
    rows[first][0], rows[second][0] = first + 1, second + 1

    chain.put(rows)

    assert not chain.report().ok


@PATIENT
@given(chains(), st.data())
def test_a_cut_end_is_found_by_the_anchor(chain: Chain, data: st.DataObject) -> None:
    """What is left is a valid chain; only the mark outside tells."""
    chain.put(chain.rows()[: data.draw(st.integers(0, chain.length - 1))])

    report = chain.report()

    assert not report.ok
    assert report.bad_seq is None


@PATIENT
@given(chains(), st.data())
def test_checking_on_from_a_good_place_finds_what_came_after_it(chain: Chain, data: st.DataObject) -> None:
    """The short check finds every edit behind the place it starts from."""
    rows = chain.rows()
    since = data.draw(st.integers(0, chain.length - 1))
    good = Mark(seq=since, hash=str(rows[since][6]))
    assert audit.verify(chain.conn, chain.anchor, good).ok
    rows[data.draw(st.integers(since, chain.length - 1))][2] = "somebody else, or nobody"

    chain.put(rows)

    assert not audit.verify(chain.conn, chain.anchor, good).ok

"""Ledgers that earlier versions have written are opened, verified and gone on with; none is changed by hand.

`stored/<schema>.sql` is the dump of a ledger that was used with that schema (`store_a_ledger` makes the next one); its
last line holds the anchor it had.
"""

import re
import sqlite3
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.policy import Autonomy
from plants.flow.proposal import Status
from tests.ledger_ports import LABELLER, PLANT, START, FakeClock, Line, Past, draft, submitted
from tests.unit.ledger.store_a_ledger import key_pem


@dataclass(frozen=True)
class Left:
    """How a stored ledger was left."""

    rows: int
    """Of its chain."""
    labeller: float
    """What the labeller was set to by the change under way."""
    plant_s: float
    """Plant time, seconds."""
    wall_min: int
    """Minutes after the start of all these stories."""
    watching: str
    """The change under way."""
    approved: str
    """What was approved and not taken up."""
    resolved: str
    """What was unknown, and a person said what it was."""


LEFT = {
    "0001": Left(43, 660.0, 19_700.0, 3, "p-00005", "p-00007", "p-00003"),
    "0002": Left(62, 655.0, 270_600.0, 6, "p-00007", "p-00008", "p-00003"),
}
STORED = sorted(Path(__file__).with_name("stored").glob("*.sql"))
SCHEMAS = sorted((Path(__file__).parents[3] / "ledger" / "schema").glob("*.sql"))


def restored(stored: Path, folder: Path) -> Path:
    """The ledger of a dump, with its anchor."""
    path = folder / "ledger.db"
    script = stored.read_text(encoding="utf-8")
    raw = sqlite3.connect(path, isolation_level=None)
    raw.executescript(script)
    raw.close()
    anchor = re.findall(r"^-- anchor: (.*)$", script, re.MULTILINE)[0]
    path.with_suffix(".anchor").write_text(anchor)
    if "signature" in anchor:
        path.with_suffix(".key").write_bytes(key_pem())
    return path


def test_every_schema_has_a_stored_ledger() -> None:
    """A new schema file comes with a dump of a ledger that was used with it."""
    assert [p.stem for p in STORED] == [p.stem for p in SCHEMAS] == sorted(LEFT)


@pytest.mark.parametrize("stored", STORED, ids=[p.stem for p in STORED])
async def test_a_ledger_of_an_earlier_schema_is_gone_on_with(
    tmp_path: Path, stored: Path, clock: FakeClock, line: Line, past: Past
) -> None:
    """The chain holds, what is under way is finished, what waits must be proposed anew, and new changes are made."""
    path, left = restored(stored, tmp_path), LEFT[stored.stem]
    clock.wall = START + timedelta(minutes=left.wall_min)
    line.plant_time_s = left.plant_s
    line.take(LABELLER, left.labeller)

    ledger = Ledger.at(path, PLANT, clock, past)
    before = {found.id: found.status for found in ledger.proposals()}
    opened = ledger.verify()
    executor = Executor(ledger, line, past, clock, PLANT)
    await executor.recover()
    line.plant_time_s += 2_700
    await executor.step()
    await executor.step()
    under_way = ledger.proposal(left.watching).status
    old = ledger.proposal(left.approved)
    line.plant_time_s += 30_000
    proposal = await submitted(ledger, draft("draft-new", author="engineer"))
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    await executor.step()

    assert (opened.ok, opened.rows) == (True, left.rows)
    assert before[left.watching] is Status.WATCHING
    assert under_way is Status.VERIFIED
    assert old.status is Status.WITHDRAWN
    assert "the description of the plant has changed" in old.reason
    assert ledger.proposal(proposal.id).status is Status.APPLIED
    assert ledger.proposal(left.resolved).status is Status.VERIFIED
    assert [s.id for s in ledger.standing()] == ["standing-1"]
    assert ledger.autonomy() is Autonomy.APPROVE
    assert ledger.verify().ok
    await executor.close()
    ledger.close()


@pytest.mark.parametrize("stored", STORED, ids=[p.stem for p in STORED])
def test_a_migrated_ledger_has_the_schema_of_a_new_one(
    tmp_path_factory: pytest.TempPathFactory, stored: Path, ledger: Ledger
) -> None:
    """Table by table and rule by rule."""
    old = Ledger.at(restored(stored, tmp_path_factory.mktemp("old")), PLANT, FakeClock(), Past(Line(FakeClock())))
    sql = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"

    with old.book.read() as conn:
        migrated = [tuple(row) for row in conn.execute(sql)]
    with ledger.book.read() as conn:
        new = [tuple(row) for row in conn.execute(sql)]

    assert migrated == new
    old.close()


async def test_a_migration_that_fails_half_way_leaves_the_file_as_it_was(tmp_path: Path, clock: FakeClock) -> None:
    """All statements of all new schema files are one transaction."""
    path = restored(STORED[0], tmp_path)
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("CREATE TABLE autonomy (x)")
    before = raw.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall()

    with pytest.raises(Exception, match="autonomy"):
        Ledger.at(path, PLANT, clock, Past(Line(clock)))

    assert raw.execute("SELECT name FROM sqlite_master ORDER BY name").fetchall() == before
    assert raw.execute("PRAGMA user_version").fetchone() == (1,)
    raw.close()

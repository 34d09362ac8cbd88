"""Ledgers that earlier versions have written are opened, verified and gone on with; none is changed by hand.

`stored/<schema>.sql` is the dump of a ledger that was used with that schema; its last line holds the anchor it had.
"""

import re
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.policy import Autonomy
from plants.flow.proposal import Status
from tests.ledger_ports import LABELLER, PLANT, START, FakeClock, Line, Past, draft, submitted

STORED = sorted(Path(__file__).with_name("stored").glob("*.sql"))
SCHEMAS = sorted((Path(__file__).parents[3] / "ledger" / "schema").glob("*.sql"))


def restored(stored: Path, folder: Path) -> Path:
    """The ledger of a dump, with its anchor."""
    path = folder / "ledger.db"
    script = stored.read_text(encoding="utf-8")
    raw = sqlite3.connect(path, isolation_level=None)
    raw.executescript(script)
    raw.close()
    path.with_suffix(".anchor").write_text(re.findall(r"^-- anchor: (.*)$", script, re.MULTILINE)[0])
    return path


def test_every_schema_but_the_newest_has_a_stored_ledger() -> None:
    """A new schema file comes with a dump of the one before."""
    assert [p.stem for p in STORED] == [p.stem for p in SCHEMAS[:-1]]


@pytest.mark.parametrize("stored", STORED, ids=[p.stem for p in STORED])
async def test_a_ledger_of_an_earlier_schema_is_gone_on_with(
    tmp_path: Path, stored: Path, clock: FakeClock, line: Line, past: Past
) -> None:
    """The chain holds, what is under way is finished, what waits must be proposed anew, and new changes are made."""
    path = restored(stored, tmp_path)
    clock.wall = START + timedelta(minutes=3)
    line.plant_time_s = 19_700.0
    line.take(LABELLER, 660.0)

    ledger = Ledger.at(path, PLANT, clock, past)
    before = {found.id: found.status for found in ledger.proposals()}
    opened = ledger.verify()
    executor = Executor(ledger, line, past, clock, PLANT)
    await executor.recover()
    line.plant_time_s += 2_700
    await executor.step()
    await executor.step()
    under_way = ledger.proposal("p-00005").status
    old = ledger.proposal("p-00007")
    line.plant_time_s += 30_000
    proposal = await submitted(ledger, draft("draft-new", author="engineer"))
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    await executor.step()

    assert (opened.ok, opened.rows) == (True, 43)
    assert before["p-00005"] is Status.WATCHING
    assert under_way is Status.VERIFIED
    assert old.status is Status.WITHDRAWN
    assert "the description of the plant has changed" in old.reason
    assert ledger.proposal(proposal.id).status is Status.APPLIED
    assert ledger.proposal("p-00003").status is Status.VERIFIED
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

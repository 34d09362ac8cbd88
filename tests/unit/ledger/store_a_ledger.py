"""`python -m tests.unit.ledger.store_a_ledger`: keep a used ledger of the newest schema, for the migrations to come.

Writes `stored/<schema>.sql`, the dump of a ledger in which most of what can happen has happened, with its anchor in the
last line. Run once, when a schema is new, and never again: what is stored is what that version has written. The key
that signs the anchor is made of fixed bytes, so no key lies in the repository.
"""

import asyncio
import hashlib
import sqlite3
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.policy import Autonomy
from plants.flow.approval import StandingAuthorisation
from plants.flow.change import SetParameter
from plants.flow.proposal import Proposal, Status
from plants.model.change_policy import ChangePolicy
from plants.model.plant import Plant
from tests.ledger_ports import FILLER, LABELLER, START, FakeClock, Line, Past, draft, plant_with, submitted, verdict
from tests.unit.ledger.test_people import TURNED, Shopfloor, turned

STORED = Path(__file__).with_name("stored")
MANNED = plant_with(ChangePolicy(sequence_by_people=True))


def key_pem() -> bytes:
    """The private key of all stored ledgers, PEM."""
    made = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"stored ledgers of the tests").digest())
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


class Day:
    """A day of a ledger's life."""

    def __init__(self, path: Path, plant: Plant) -> None:
        path.with_suffix(".key").write_bytes(key_pem())
        self.clock = FakeClock()
        self.line = Line(self.clock, plant)
        self.past: Past = Shopfloor(self.line)
        self.ledger = Ledger.at(path, plant, self.clock, self.past)
        self.executor = Executor(self.ledger, self.line, self.past, self.clock, plant)
        self.number = 0

    async def handed_in(self, alias: str, value: float) -> Proposal:
        """A proposal about one parameter, long after the last one."""
        self.number += 1
        self.clock.move(60)
        self.line.plant_time_s += 40_000
        made = draft(f"draft-{self.number:04d}", (SetParameter(alias=alias, value=value),), plant=MANNED)
        return await submitted(self.ledger, made)

    def approved(self, proposal: Proposal, **more: object) -> None:
        """Kim approves it."""
        self.ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash, **more)  # type: ignore[arg-type]

    async def carried_out(self, proposal: Proposal, steps: int = 3) -> Status:
        """Stepped on, a watch window at a time."""
        self.approved(proposal)
        for _ in range(steps):
            await self.executor.step()
            self.line.plant_time_s += 2_700
        return self.ledger.proposal(proposal.id).status


async def live(path: Path) -> None:
    """Verified, rolled back, unknown and resolved, rejected, an emergency, work for people, autonomy; one under way."""
    day = Day(path, MANNED)
    ledger, clock, line = day.ledger, day.clock, day.line
    await day.carried_out(await day.handed_in(FILLER, 580.0))
    day.past.value = 1_000.0
    await day.carried_out(await day.handed_in(LABELLER, 660.0))
    day.past.value = 1_450.0
    lost = await day.handed_in(LABELLER, 660.0)
    line.on_written = lambda alias: line.take(alias, 664.0)
    await day.carried_out(lost, steps=1)
    line.on_written = lambda _: None
    line.take(LABELLER, 660.0)
    ledger.resolve(lost.id, "lee", Status.VERIFIED, "the panel shows 660")
    ledger.reject((await day.handed_in(FILLER, 570.0)).id, "lee", "not before the audit")
    hurry = draft("draft-hurry", (SetParameter(alias=FILLER, value=570.0),), plant=MANNED)
    day.line.plant_time_s += 40_000
    urgent = await submitted(ledger, hurry, verdict(hurry, state_time_s=line.plant_time_s))
    now = clock.now()
    day.approved(urgent, emergency=True, comment="bottles break", authenticated_at=now)
    for _ in range(3):
        await day.executor.step()
        line.plant_time_s += 2_700
    ledger.review(urgent.id, "park", "it was right")
    ledger.set_autonomy(Autonomy.ADVISE, "lead", "audit week")
    ledger.set_autonomy(Autonomy.APPROVE, "lead", "audit is over")
    ledger.grant(
        StandingAuthorisation(
            id="standing-1",
            author="lead",
            plant=MANNED.plant,
            aliases=(LABELLER,),
            after_s=60.0,
            created_at=clock.now(),
            expires_at=START + timedelta(days=30),
            meaning="small steps of the labeller",
        )
    )
    asked = await submitted(ledger, turned("draft-turn"))
    day.approved(asked)
    await day.executor.step()
    ledger.acknowledge(asked.id, "park")
    under_way = await day.handed_in(LABELLER, 655.0)
    day.approved(under_way)
    await day.executor.step()
    await day.executor.step()
    waiting = await submitted(ledger, draft("draft-last", (SetParameter(alias=FILLER, value=560.0),), plant=MANNED))
    day.approved(waiting)
    ledger.hold("agents", "park", "too many proposals")
    found = {p.id: str(p.status) for p in ledger.proposals()}
    sys.stdout.write(f"{found}\nturned: {TURNED[0]}; plant time {line.plant_time_s:g} s\n")
    await day.executor.close()
    ledger.close()


def main() -> int:
    """Write the dump; the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        asyncio.run(live(path))
        raw = sqlite3.connect(path)
        version = raw.execute("PRAGMA user_version").fetchone()[0]
        anchor = path.with_suffix(".anchor").read_text(encoding="utf-8")
        target = STORED / f"{version:04d}.sql"
        if target.exists():
            sys.stdout.write(f"{target.name} is stored already and stays as it is\n")
            return 1
        dump = "\n".join(raw.iterdump())
        raw.close()
    target.write_text(f"{dump}\nPRAGMA user_version = {version};\n-- anchor: {anchor}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

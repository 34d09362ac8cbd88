"""How long the gate takes, and what verifying the audit chain costs before a write.

    python -m benchmarks.gate

Peers in the same run: SHA-256 of a kilobyte (the unit in which the machine is told), and the verification of the whole
chain, which is what a write would cost without checkpoints.
"""

import asyncio
import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ledger import evidence
from ledger.gate import gate, passed
from ledger.ledger import Ledger
from plants.flow.proposal import Proposal
from tests.ledger_ports import PLANT, FakeClock, Line, Past, submitted

ROWS = 20_000
LIMIT_MS = 1.0


def median_ms(act: Callable[[], object], times: int) -> float:
    """Median of some runs, in milliseconds."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1_000)
    return sorted(took)[times // 2]


async def approved(ledger: Ledger) -> Proposal:
    """A proposal that is about to be written."""
    proposal = await submitted(ledger)
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    return ledger.proposal(proposal.id)


def lengthened(ledger: Ledger) -> None:
    """A chain of months."""
    with ledger.book.write() as entry:
        for number in range(ROWS):
            entry.note("kim", evidence.Action.REFUSED, f"p-{number:05d}", "Somebody asked for something and got a no.")


def main() -> None:
    """Print the table."""
    clock = FakeClock()
    line = Line(clock)
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger.at(Path(folder) / "ledger.db", PLANT, clock, Past(line))
        lengthened(ledger)
        found = asyncio.run(approved(ledger))
        live = {alias: line.sample(alias) for alias in line.values}
        ledger.verify()
        with ledger.book.read() as conn:
            gathered = {"now": clock.now(), "live": live, "plant_time_s": line.plant_time_s}
            given = evidence.at_write(ledger.book, conn, PLANT, found, **gathered)  # type: ignore[arg-type]
            assert passed(gate(given))  # noqa: S101 - what is measured must be a yes
            unit = median_ms(lambda: hashlib.sha256(b"x" * 1_024).digest(), 2_000)
            rows = [
                ("the gate, 20 checks", median_ms(lambda: gate(given), 300)),
                (
                    "gathering what it judges by",
                    median_ms(
                        lambda: evidence.at_write(ledger.book, conn, PLANT, found, **gathered),  # type: ignore[arg-type]
                        30,
                    ),
                ),
                (f"the whole chain, {ROWS} rows", median_ms(lambda: ledger.book.verify(conn), 3)),
            ]
        ledger.close()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; SHA-256 of a kilobyte takes {unit * 1_000:.1f} µs")
    for name, took in rows:
        print(f"{name:<36}{took:>10.3f} ms{took / unit:>12.0f} times that")
    print(f"the gate {'holds' if rows[0][1] <= LIMIT_MS else 'EXCEEDS'} its limit of {LIMIT_MS:g} ms")


if __name__ == "__main__":
    main()

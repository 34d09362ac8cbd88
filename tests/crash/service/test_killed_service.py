"""`kill -9` of the whole service around a write, on a real OPC UA server: then exactly one write, or none.

Half a minute a point; every point of a smaller process is in `tests/crash/ledger/test_killed.py`.
"""

import signal

import pytest

from service.demo.children import Child
from tests.staging import Stage, jayul, until

WRITTEN = "virtual_plant_written"


def writes(plant: Child) -> int:
    """Writes that the virtual plant has taken, by its own log."""
    return plant.log.read_text(encoding="utf-8").count(WRITTEN)


@pytest.mark.parametrize(
    ("point", "expected_writes", "expected_ends"),
    [
        ("written", 1, {"verified", "rolled_back"}),
        pytest.param("claimed", 0, {"not_applied"}, marks=pytest.mark.slow),
        pytest.param("sent", 0, {"not_applied"}, marks=pytest.mark.slow),
        pytest.param("read_back", 1, {"verified", "rolled_back"}, marks=pytest.mark.slow),
        pytest.param("applied", 1, {"verified", "rolled_back"}, marks=pytest.mark.slow),
        pytest.param("watching", 1, {"verified", "rolled_back"}, marks=pytest.mark.slow),
    ],
)
@pytest.mark.timeout(200)
def test_a_service_killed_around_a_write_never_writes_twice_and_accounts_for_what_it_sent(
    stage: Stage, point: str, expected_writes: int, expected_ends: set[str]
) -> None:
    """Killed at a named point after the approval; the next start decides by reading back, and the record verifies."""
    plant = stage.plant()
    service = stage.service(standing=True, JAYUL_CRASH_AT=point)
    until(lambda: service.exit_code is not None, 90, f"the service was not killed at '{point}'")
    assert service.exit_code == -signal.SIGKILL
    before = writes(plant)

    stage.service()
    outcome = until(lambda: stage.client.get("/api/outcomes"), 60, "no outcome after the restart")[0]

    assert before == expected_writes
    assert outcome["status"] in expected_ends or _unmeasured(outcome)
    restored = 1 if outcome["status"] == "rolled_back" else 0
    assert writes(plant) == expected_writes + restored
    assert jayul("audit", "verify", "--data", str(stage.folder / "data")).code == 0


def _unmeasured(outcome: dict[str, object]) -> bool:
    """A restart that took most of the watch window: nothing is claimed of what nobody saw, and a person is told."""
    return outcome["status"] == "unknown" and "The data did not suffice to measure" in str(outcome["explanation"])

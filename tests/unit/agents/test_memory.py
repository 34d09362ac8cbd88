"""The agents' memory: kept across restarts, bounded, and forgiving about what another version left."""

import sqlite3
from pathlib import Path

from agents.experience import Experience
from agents.memory import MAX_EXPERIENCE, open_memory
from plants.flow.change import SetParameter
from tests.unit.agents.paper import MakeState


def past(n: int) -> Experience:
    """The n-th experience."""
    change = SetParameter(alias="filler.speed_per_min", value=float(n))
    return Experience(draft_id=f"draft{n:04}", changes=(change,), status="verified", at_s=float(n))


async def test_a_state_is_kept_until_its_run_has_ended(tmp_path: Path, make_state: MakeState) -> None:
    """It comes back equal, also in another session; forgotten, it is gone."""
    state = make_state()
    async with open_memory(tmp_path / "m.sqlite", "bottling") as memory:
        await memory.keep_state(state)

    async with open_memory(tmp_path / "m.sqlite", "bottling") as memory:
        kept = await memory.state(state.revision)
        await memory.forget_state(state.revision)
        gone = await memory.state(state.revision)

    assert kept == state
    assert gone is None


async def test_experience_comes_newest_first_and_each_draft_once(tmp_path: Path) -> None:
    """Learning twice after a crash changes nothing."""
    async with open_memory(tmp_path / "m.sqlite", "bottling") as memory:
        for n in (1, 2, 3, 3):
            await memory.remember(past(n))
        found = await memory.experience()

    assert found == (past(3), past(2), past(1))


async def test_experience_is_bounded(tmp_path: Path) -> None:
    """The oldest are forgotten."""
    async with open_memory(tmp_path / "m.sqlite", "bottling") as memory:
        for n in range(MAX_EXPERIENCE + 20):
            await memory.remember(past(n))
        found = await memory.experience()

    assert len(found) == MAX_EXPERIENCE
    assert found[-1] == past(20)


async def test_plants_do_not_share_experience(tmp_path: Path) -> None:
    """Two lines in one file."""
    async with open_memory(tmp_path / "m.sqlite", "bottling") as one, open_memory(tmp_path / "m.sqlite", "cans") as two:
        await one.remember(past(1))
        found = await two.experience()

    assert found == ()


async def test_what_another_version_left_is_taken_for_forgotten(tmp_path: Path) -> None:
    """An update must not be stopped by old working memory."""
    async with open_memory(tmp_path / "m.sqlite", "bottling") as memory:
        await memory.remember(past(1))
    with sqlite3.connect(tmp_path / "m.sqlite") as db:
        db.execute("""UPDATE memory SET value = '{"of": "another version"}'""")
    db.close()

    async with open_memory(tmp_path / "m.sqlite", "bottling") as memory:
        found = await memory.experience()

    assert found == ()

"""A planted fault for each of I1 to I10, and the invariant that tells it.

A fault is planted at a port (a library that sends again, a judge that lies), in one rule of ours (a gate without its
envelope), or in the stored file (an edited row). Each is one that the others would let through.
"""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ledger import decisions, gate, people, rules_of_equipment, rules_of_record, store
from ledger.check import CheckName
from ledger.journal import Journal
from ledger.risk import Assessment, assess
from ledger.watcher import Watcher
from plants.errors import LinkDown
from plants.flow.approval import Covers, StandingAuthorisation
from plants.flow.sample import Value
from plants.flow.verdict import Verdict
from plants.model.tags import HEARTBEAT
from service.parts import Parts
from tests.simulation.invariants.bounded import i10_same_history
from tests.simulation.invariants.check import check
from tests.simulation.invariants.history import PlantHistory, Request, Taken
from tests.simulation.invariants.record import record_at
from tests.simulation.invariants.violation import same_value
from tests.simulation.link import SimulatedActuator
from tests.simulation.people import Proposer
from tests.simulation.run import run_seed
from tests.simulation.simulate import LIMITS, LINE, parts, simulate
from tests.simulation.world import World

SEEDS = range(1, 16)
"""A planted fault must be found within so many seeds."""


def found(parts_of: Callable[[World], Parts] = parts) -> set[str]:
    """Invariants that some seed violates, from the first seed that violates any."""
    for seed in SEEDS:
        told = {violation.invariant for violation in run_seed(seed, parts_of).violations}
        if told:
            return told
    return set()


class Exchanged(SimulatedActuator):
    """A link made of the world's own parts."""

    def __init__(self, world: World) -> None:
        super().__init__(world.line, world.wire, world.true, world.clock, world.pass_time)
        self.world = world


def exchanging(actuator: type[Exchanged]) -> Callable[[World], Parts]:
    """The parts with another link to write through."""
    return lambda world: replace(parts(world), actuator=actuator(world))


# Planted at a port ---------------------------------------------------------------------------------------------------


class SendsOnItsOwn(Exchanged):
    """A client that puts its session right by writing what was there before."""

    async def open(self) -> None:
        """Connect, and write."""
        await super().open()
        self.world.line.request("cutter.pressure", 6.0, "writer")


class SendsAgain(Exchanged):
    """A client library that repeats what was not answered."""

    async def write(self, alias: str, value: Value) -> str:
        """Write, and write again."""
        answer = await super().write(alias, value)
        self.world.line.request(alias, value, "writer")
        return answer


class TellsItsPassword(Exchanged):
    """A client whose errors repeat how it signed in."""

    def _go(self) -> None:
        """Ask, or be answered."""
        try:
            super()._go()
        except LinkDown as error:
            raise LinkDown(f"{error.message} (user=writer, password={self.world.secrets[0]})") from error


def test_i1_bytes_that_nobody_approved_are_found() -> None:
    """A request of the service's own account without a step of an approved plan behind it."""
    assert "I1" in found(exchanging(SendsOnItsOwn))


def test_i2_a_write_that_is_repeated_is_found() -> None:
    """The equipment has received more than the record says was sent."""
    assert found(exchanging(SendsAgain)) == {"I2"}


def test_i6_a_judge_that_does_not_tell_of_bad_data_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The true state of the data is known to the simulation only."""
    honest = Proposer._verdict

    def lies(self: Proposer, draft: object, *, sufficient: bool) -> Verdict:
        return honest(self, draft, sufficient=True)  # type: ignore[arg-type]  # a draft

    monkeypatch.setattr(Proposer, "_verdict", lies)

    assert found() == {"I6"}


def test_i9_a_password_in_an_error_is_found() -> None:
    """It reaches the chain as the reason of a lost link."""
    assert found(exchanging(TellsItsPassword)) == {"I9"}


def test_i10_luck_that_is_not_the_seeds_is_found() -> None:
    """One number from elsewhere is enough."""

    def lucky(world: World) -> Parts:
        world.line.yield_ = random.SystemRandom().uniform(0.5, 1.0)
        return parts(world)

    digests = (run_seed(1, lucky).digest, run_seed(1, lucky).digest)

    assert [v.invariant for v in i10_same_history(1, digests)] == ["I10"]


def without_the_rules_about_signers() -> tuple[tuple[str, ...], ...]:
    """The schema without its own opinion on who may sign."""
    return (*SCRIPTS, ("DROP TRIGGER signatures_not_by_the_author", "DROP TRIGGER signatures_not_by_agents"))


SCRIPTS = store._scripts()

# Planted in one rule of ours -----------------------------------------------------------------------------------------


def test_i3_a_watch_that_never_ends_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was sent must end, also when nothing speaks against it."""

    async def waits(self: Watcher, proposal: object) -> None:
        return

    monkeypatch.setattr(Watcher, "watch", waits)

    assert found() == {"I3"}


def test_i4_a_gate_without_its_envelope_and_step_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """People approve what they are shown; the gate must not let it through whoever approved."""
    for name in (CheckName.ENVELOPE, CheckName.STEP_AND_RATE):
        monkeypatch.setitem(gate.RULES, name, lambda _: "")

    assert found() == {"I4"}


def test_i4_a_gate_without_its_joint_limits_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each setpoint is within its own envelope; together they ask too much of the drive."""
    monkeypatch.setitem(gate.RULES, CheckName.JOINT, lambda _: "")
    monkeypatch.setitem(gate.RULES, CheckName.COMBINATION, lambda _: "")

    assert found() == {"I4"}


def test_i4_a_gate_that_does_not_look_at_interlocks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guard that is open all day, whatever the PLC itself would make of it."""

    def open_guard(world: World) -> Parts:
        world.line.values["line.interlock.guard_closed"] = False
        return parts(world)

    assert found(open_guard) == set()
    monkeypatch.setattr(rules_of_equipment, "standing_against", lambda *_: iter(()))

    assert found(open_guard) == {"I4"}


def test_i3_a_valve_that_is_told_as_turned_without_having_been_turned_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes it on has not done it yet."""
    monkeypatch.setattr(people, "same", lambda *_: True)

    assert found() == {"I3"}


def test_i7_an_approval_by_the_proposer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who proposes does not approve, however he spells his name."""
    monkeypatch.setattr(decisions, "same_person", lambda *_: False)
    monkeypatch.setattr(rules_of_record, "same_person", lambda *_: False)
    monkeypatch.setattr(decisions, "is_agent", lambda _: False)
    monkeypatch.setattr(rules_of_record, "is_agent", lambda _: False)
    monkeypatch.setattr(store, "_scripts", without_the_rules_about_signers)

    assert found() == {"I7"}


def test_i7_one_person_where_two_are_asked_for_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that says less of its risk than the plant's rules do, in the making and in the gate."""

    def easy(*given: object) -> Assessment:
        return replace(assess(*given), approvers=1, reauthenticate=False)  # type: ignore[arg-type]  # as given

    monkeypatch.setattr("ledger.plans.assess", easy)
    monkeypatch.setattr("ledger.rules_of_record.assess", easy)

    assert found() == {"I7"}


def test_i1_a_heart_that_beats_while_all_writing_is_held_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A beat is a write like any other."""
    honest = Journal.standing

    def always(self: Journal, covers: Covers) -> StandingAuthorisation | None:
        kept = getattr(self, "_kept", None) or honest(self, covers)
        vars(self)["_kept"] = kept
        return kept

    monkeypatch.setattr(Journal, "standing", always)

    assert "I1" in found()


def test_i3_work_that_is_told_as_seen_without_having_been_done_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes it on has not done it yet."""
    monkeypatch.setattr(people, "_telling", lambda _: 0)

    assert found() == {"I3"}


def test_i8_a_row_for_every_try_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lost link is told once, not at every step until it is back."""
    once = Journal.link

    def always(self: Journal, *, up: bool, why: str = "") -> None:
        self._link_up = not up
        once(self, up=up, why=why)

    monkeypatch.setattr(Journal, "link", always)

    assert found() == {"I8"}


# Planted in the file -------------------------------------------------------------------------------------------------

EDITS: dict[str, tuple[str, str]] = {
    "an edited row of the chain": ("UPDATE audit SET actor = 'nobody' WHERE seq = 9", "I5"),
    "a row that is missing": ("DELETE FROM audit WHERE seq = 9", "I5"),
    "a cut end": ("DELETE FROM audit WHERE seq > (SELECT MAX(seq) - 2 FROM audit)", "I5"),
    "an approval by another": (
        "UPDATE approvals SET body = json_set(body, '$.approver', 'eve') WHERE id = (SELECT MIN(id) FROM approvals)",
        "I5",
    ),
    "an outcome told otherwise": ("UPDATE outcomes SET body = json_set(body, '$.explanation', 'fine')", "I5"),
    "an approval made by who proposed": (
        "UPDATE approvals SET body = json_set(body, '$.approver', (SELECT json_extract(draft, '$.author')"
        " FROM proposals WHERE proposals.id = proposal_id))",
        "I7",
    ),
    "a claim after the approval had expired": ("UPDATE claims SET at = '2030-01-01T00:00:00.000000+00:00'", "I1"),
    "a hold that was in force when it was sent": (
        "UPDATE audit SET action = 'held', subject = 'all' WHERE seq ="
        " (SELECT MIN(seq) - 1 FROM audit WHERE action = 'sent')",
        "I1",
    ),
    "an approval that is missing": ("DELETE FROM approvals", "I1"),
    "a plan that was changed after it was approved": (
        "UPDATE proposals SET plan = json_set(plan, '$.steps[0].target', 61.0)",
        "I1",
    ),
    "a write that was made to look like another": ("UPDATE writes SET value = '61.5'", "I1"),
    "an outcome that does not fit what stands": (
        "UPDATE outcomes SET body = json_set(body, '$.status', 'not_applied')"
        " WHERE json_extract(body, '$.status') = 'verified'",
        "I3",
    ),
    "an end that was taken back": (
        "UPDATE proposals SET status = 'watching' WHERE id = (SELECT MIN(id) FROM proposals WHERE status = 'verified')",
        "I3",
    ),
    "a verdict on data that did not suffice": (
        "UPDATE proposals SET verdict = json_set(verdict, '$.data_sufficient', json('false'))",
        "I6",
    ),
}
"""What somebody does to the file who has removed its triggers, and the invariant that tells it."""


@pytest.fixture(scope="module")
def shift(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PlantHistory]:
    """A ledger's folder after a shift in which some changes were verified, and what the line recorded."""
    folder, kept = tmp_path_factory.mktemp("shift"), list[World]()

    def keep(world: World) -> Parts:
        kept.append(world)
        return parts(world)

    run = asyncio.run(simulate(13, folder, parts_of=keep))
    assert min(run.ended["verified"], run.ended["rolled_back"]) > 1
    assert not run.violations
    return folder, kept[0].line.history


def first_of_a_plan(history: PlantHistory) -> Request:
    """The first request that is no beat."""
    return next(request for request in history.requests if request.alias != HEARTBEAT)


def told(folder: Path, history: PlantHistory) -> set[str]:
    """Which invariants the checker finds violated."""
    return {v.invariant for v in check(folder / "ledger.db", history, LINE, at_rest=True, limits=LIMITS)}


@pytest.mark.parametrize("what", EDITS)
def test_an_edited_file_is_found(tmp_path: Path, shift: tuple[Path, PlantHistory], what: str) -> None:
    """With the triggers removed, as somebody does who owns the disk."""
    edit, invariant = EDITS[what]
    copy = shutil.copytree(shift[0], tmp_path / "copy")
    with closing(sqlite3.connect(copy / "ledger.db", isolation_level=None)) as conn:
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            conn.execute(f"DROP TRIGGER {name}")

        conn.execute(edit)

    assert invariant in told(copy, shift[1])


def test_a_request_that_was_replayed_is_found(shift: tuple[Path, PlantHistory]) -> None:
    """I2: the record knows it, and it came once more."""
    folder, history = shift
    again = replace(first_of_a_plan(history), number=len(history.requests), rows=10_000)

    assert told(folder, replace(history, requests=[*history.requests, again])) == {"I2"}


def test_a_request_that_came_before_it_was_on_record_is_found(shift: tuple[Path, PlantHistory]) -> None:
    """I1: intent before effect."""
    folder, history = shift
    first = first_of_a_plan(history)
    early = [replace(r, rows=1) if r is first else r for r in history.requests]

    assert told(folder, replace(history, requests=early)) == {"I1"}


def test_a_value_that_stands_although_it_is_told_as_put_back_is_found(shift: tuple[Path, PlantHistory]) -> None:
    """I3: a machine that takes the value up once more, later than anybody looks."""
    folder, history = shift
    record = record_at(folder / "ledger.db")
    outcomes = {outcome["proposal_id"]: outcome["status"] for outcome in reversed(record.outcomes)}
    back = {key for _, key in record.sent() if key[2] == "restore" and outcomes[key[0]] == "rolled_back"}
    write = next(record.writes[*key[:2], "apply"] for key in sorted(back))
    request = next(r for r in history.requests if r.alias == write["alias"] and same_value(r.value, write["value"]))

    late = Taken(1e6, request.alias, request.value, request.number, rows=10_000)

    assert told(folder, replace(history, taken=[*history.taken, late])) == {"I3"}


def test_an_anchor_of_another_chain_is_found(tmp_path: Path, shift: tuple[Path, PlantHistory]) -> None:
    """I5: the head matches its outside anchor."""
    copy = shutil.copytree(shift[0], tmp_path / "copy")
    anchor = copy / "ledger.anchor"

    anchor.write_text(anchor.read_text().replace('"hash":"', '"hash":"f'))

    assert told(copy, shift[1]) == {"I5"}

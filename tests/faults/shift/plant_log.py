"""The plant's own log (`virtual.plant_log`), read, and a mirror held against it."""

import json
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from historian.historian import Historian
from plants.flow.sample import Quality, Value
from plants.flow.state import Condition, LineState, PackML
from plants.model.plant import Plant
from plants.model.tags import PLANT_TIME, TagRole, tags_of
from tests.faults.shift.mirror import Answer, Hand, Mirror, Outage
from tests.faults.shift.planned import Planned

BACK_WALL_S = 6.0
"""Wall seconds within which data are back after a fault is over."""
_NOTICED_WALL_S = 3.0
"""Wall seconds within which a fault is noticed."""
_TOLD_WHOLE = frozenset({TagRole.STATE, TagRole.STOP_REASON, TagRole.PROCESSED, TagRole.DEFECTIVE, TagRole.ORDER})
"""Tags of which every value that was shown must have come, while the link stood."""
_CONDITIONS = {PackML.EXECUTE: Condition.EXECUTING, PackML.IDLE: Condition.NO_ORDER, PackML.STOPPED: Condition.SETUP}


@dataclass
class PlantsOwn:
    """What the plant says of itself."""

    first: dict[str, Value] = field(default_factory=dict)
    last: dict[str, Value] = field(default_factory=dict)
    changes: list[tuple[float, dict[str, Value]]] = field(default_factory=list)
    happened: list[dict[str, Any]] = field(default_factory=list)
    stands: bool = False

    def held(self, alias: str) -> set[Value]:
        """Every value that a tag ever had."""
        return {shown[alias] for _, shown in self.changes if alias in shown}


def read_log(path: Path) -> PlantsOwn:
    """The log as it is now; a line that is being written is left for the next time."""
    own = PlantsOwn()
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if not line.endswith("\n"):
            continue
        said = json.loads(line)
        own.stands = own.stands or said.get("stands", False)
        if "happens" in said:
            own.happened.append(said["happens"])
        if "shows" in said:
            shown = {alias: tuple(v) if isinstance(v, list) else v for alias, v in said["shows"].items()}
            own.first = own.first or shown
            own.last = own.last | shown
            own.changes.append((said["at_s"], shown))
    return own


def differences(mirror: Mirror, own: PlantsOwn) -> list[str]:
    """Tags of which the mirror says something else than the plant at the end."""
    found = []
    for alias, value in own.last.items():
        sample = mirror.latest.get(alias)
        if sample is None or sample.quality is not Quality.GOOD or sample.value != value:
            found.append(f"{alias}: the plant has {value!r}, the mirror {sample!r}")
    return found


def state_differences(plant: Plant, state: LineState, own: PlantsOwn) -> list[str]:
    """What the mirrored state says else than the plant at the end: counts, conditions, parameters, trust."""
    found = [f"stale: {alias}" for alias in state.stale]
    for s in state.stations:
        for role, units in ((TagRole.PROCESSED, s.processed), (TagRole.DEFECTIVE, s.scrapped)):
            pieces = own.last[f"{s.station}.{role}"]
            if pieces != units * plant.flow_unit.pieces:
                found.append(f"{s.station}.{role}: {pieces} pieces, {units} units in the state")
        expected = _CONDITIONS.get(PackML(int(str(own.last[f"{s.station}.{TagRole.STATE}"]))))
        if expected is not None and s.condition is not expected:
            found.append(f"{s.station} is {expected} and {s.condition} in the state")
    for p in state.parameters:
        actual = own.last[f"{p.alias}.actual"]
        if not isinstance(actual, float) or abs(actual - p.value) > plant.parameters[p.alias].tolerance:
            found.append(f"{p.alias} runs at {actual}, and at {p.value} in the state")
    return found


@dataclass(frozen=True)
class Told:
    """Values shown while the link stood, and those of them that never came."""

    shown: int
    missing: tuple[str, ...]


def told_whole(
    plant: Plant, historian: Historian, own: PlantsOwn, outages: list[Outage], faults: tuple[Planned, ...]
) -> Told:
    """Whether each state, order and count that the plant showed is in the history, link and quality faults aside.

    A value shown at a tick is looked for until the tick after it; both must have been seen, in one connection.
    """
    ticks = [at_s for at_s, _ in historian.samples(PLANT_TIME, -1e9, 1e9)]
    spoilt = {e.alias for f in faults for e in f.events if f.kind in {"quality_bad", "quality_uncertain", "frozen_tag"}
              and hasattr(e, "alias")}  # fmt: skip
    wanted = [t.alias for t in tags_of(plant) if t.role in _TOLD_WHOLE and t.alias not in spoilt]
    known = {alias: _known(historian, alias) for alias in wanted}
    shown, missing = 0, []
    for at_s, values in own.changes:
        i = bisect_right(ticks, at_s)
        if not 1 < i < len(ticks) - 1 or ticks[i - 1] != at_s or _near_outage(outages, ticks[i - 2], ticks[i + 1]):
            continue
        for alias in set(wanted) & set(values):
            shown += 1
            if not any(at_s - 1e-3 <= t <= ticks[i] + 1e-3 for t in known[alias][values[alias]]):
                missing.append(f"{alias} = {values[alias]!r} at {at_s}")
    return Told(shown, tuple(missing))


def _known(historian: Historian, alias: str) -> dict[Value, list[float]]:
    """When the history has which good value of a tag."""
    found: dict[Value, list[float]] = defaultdict(list)
    for at_s, sample in historian.samples(alias, -1e9, 1e9):
        if sample.quality is Quality.GOOD and sample.value is not None:
            found[sample.value].append(at_s)
    return found


def _near_outage(outages: list[Outage], from_s: float, to_s: float) -> bool:
    return any(o.from_s <= to_s and from_s <= o.to_s for o in outages)


def made_up(historian: Historian, own: PlantsOwn) -> list[str]:
    """Good values in the history that the plant never had."""
    found = []
    for alias in own.last:
        held = own.held(alias)
        found += [f"{alias} = {value!r}" for value in _known(historian, alias) if value not in held]
    return found


def bad_outages(outages: list[Outage], faults: tuple[Planned, ...], begun_s: float, speed: float) -> list[str]:
    """Outages that no fault explains, and those that lasted too long after their fault was over.

    Args:
        outages: in plant seconds.
        faults: in plant seconds since the plant was first shown.
        begun_s: plant time when it was.
        speed: plant seconds per wall second.
    """
    found = []
    for outage in outages:
        begun = [f for f in faults if f.at_s + begun_s <= outage.from_s + speed]
        over_s = begun[-1].at_s + begun[-1].for_s + begun_s if begun else float("-inf")
        if outage.from_s > over_s + _NOTICED_WALL_S * speed:
            found.append(f"an outage at {outage.from_s:.0f} s without any fault")
        if outage.to_s > over_s + BACK_WALL_S * speed:
            found.append(f"data back {(outage.to_s - over_s) / speed:.1f} wall s after {begun[-1:]}")
    return found


def wrong_answers(hand: Hand, own: PlantsOwn) -> list[str]:
    """Writes told as held that the plant never held, and the other way round."""
    found = []
    for alias, value, answer in hand.written:
        held = value in own.held(alias)
        if (answer is Answer.HELD and not held) or (answer in {Answer.NOT_SENT, Answer.NOT_HELD} and held):
            found.append(f"{alias} = {value}: told as {answer}, {'held' if held else 'never held'} by the plant")
    return found

"""Which faults a shift suffers, and when: drawn from a seed, one at a time, out of the plant's and the wire's.

Times are plant seconds after the plant is first shown. Each fault is over before the next begins, so that what a mirror
misses can be put down to one of them.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from plants.flow.sample import Quality
from tests.proxy import Way
from virtual.script import (
    AccessDenied,
    BadQuality,
    Breakdown,
    ClampedWrites,
    Event,
    FrozenProcess,
    FrozenTag,
    IgnoredWrites,
    LateAnswer,
    Override,
    PanelSetting,
    Restart,
    Scrap,
    Selector,
    SessionDrop,
    SlowActual,
    Wear,
)

WRITTEN = ("labeller.speed_per_min", "filler.speed_per_min")
"""Setpoints that the shift's hand writes, in turn."""


@dataclass(frozen=True)
class Planned:
    """One fault: events of the plant's script, or something done to the wire."""

    kind: str
    at_s: float
    for_s: float
    events: tuple[Event, ...] = ()
    way: Way | None = None

    @property
    def on_the_wire(self) -> bool:
        """Whether the proxy makes it."""
        return not self.events


Make = Callable[[float, float, float], tuple[Event, ...]]
"""Events of a fault, from when it begins, how long it lasts (plant seconds), and plant seconds per wall second."""

_WIRE = ("cut", "reset", "swallowed_to_client", "swallowed_to_server", "delayed", "truncated")
_SPEED, _OTHER = WRITTEN
_PLANT: dict[str, Make] = {
    "set_parameter": lambda at, lasts, _: (
        PanelSetting(at_s=at, alias=_SPEED, value=470.5),
        PanelSetting(at_s=at + lasts, alias=_SPEED, value=675.0),
    ),
    "breakdown": lambda at, lasts, _: (Breakdown(at_s=at, station="capper", mode="head", repair_s=lasts),),
    "wear": lambda at, _lasts, _: (Wear(at_s=at, station="labeller", mode="label_web", factor=2.0),),
    "scrap": lambda at, _lasts, _: (Scrap(at_s=at, station="packer", factor=3.0),),
    "selector": lambda at, lasts, _: (Selector(at_s=at, remote=False), Selector(at_s=at + lasts, remote=True)),
    "clamped_writes": lambda at, lasts, _: tuple(
        ClampedWrites(at_s=at, for_s=lasts, alias=alias, low=500.0, high=500.25) for alias in WRITTEN
    ),
    "ignored_writes": lambda at, lasts, _: tuple(IgnoredWrites(at_s=at, for_s=lasts, alias=a) for a in WRITTEN),
    "slow_actual": lambda at, lasts, _: (SlowActual(at_s=at, for_s=lasts, alias=_SPEED, factor=20.0),),
    "override": lambda at, lasts, speed: (
        Override(at_s=at, for_s=lasts, alias=_SPEED, value=555.5, after_s=0.5 * speed),
    ),
    "quality_bad": lambda at, lasts, _: (
        BadQuality(at_s=at, for_s=lasts, alias="filler.processed", quality=Quality.BAD),
    ),
    "quality_uncertain": lambda at, lasts, _: (
        BadQuality(at_s=at, for_s=lasts, alias="packer.state", quality=Quality.UNCERTAIN),
    ),
    "frozen_tag": lambda at, lasts, _: (FrozenTag(at_s=at, for_s=lasts, alias="capper.processed"),),
    "access_denied": lambda at, lasts, _: tuple(AccessDenied(at_s=at, for_s=lasts, alias=a) for a in WRITTEN),
    "late_answer": lambda at, lasts, _: (LateAnswer(at_s=at, for_s=lasts, alias=_SPEED, wall_s=5.0),),
    "session_drop": lambda at, lasts, _: (SessionDrop(at_s=at, for_s=lasts, alias=_SPEED, before_answer=True),),
    "frozen_process": lambda at, lasts, speed: (FrozenProcess(at_s=at, wall_s=lasts / speed),),
    "restart": lambda at, lasts, speed: (Restart(at_s=at, down_wall_s=lasts / speed, namespace_shift=2),),
}
KINDS = (*_WIRE, *_PLANT)


def planned_faults(seed: int, number: int, shift_s: float, speed: float) -> tuple[Planned, ...]:
    """So many faults, spread over a shift that ends in peace.

    Args:
        seed: of everything about them.
        number: how many; up to the number of kinds each is of another kind.
        shift_s: length of the shift, plant seconds.
        speed: plant seconds per wall second.
    """
    luck = random.Random(seed)
    kinds = luck.sample(KINDS, min(number, len(KINDS))) + luck.choices(KINDS, k=max(number - len(KINDS), 0))
    every_s = shift_s / (number + 0.5)
    return tuple(
        _planned(kind, (i + luck.uniform(0.1, 0.3)) * every_s, luck.uniform(0.1, 0.5) * every_s, speed)
        for i, kind in enumerate(kinds)
    )


def _planned(kind: str, at_s: float, for_s: float, speed: float) -> Planned:
    if kind in _PLANT:
        return Planned(kind, at_s, for_s, events=_PLANT[kind](at_s, for_s, speed))
    return Planned(kind, at_s, for_s, way=Way.TO_SERVER if kind == "swallowed_to_server" else Way.TO_CLIENT)

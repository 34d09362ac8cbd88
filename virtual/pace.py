"""Plant time against wall time: never behind by stealing from the network, rather slower and said so.

Used by `virtual.process`. If the physics of the asked speed do not fit into a share of the wall clock, plant time slows
down and `scale` tells by how much. It may be given an end, at which plant time stands while the server goes on.
"""

import math
import time
from collections.abc import Callable

from virtual.equipment import Equipment

_SLICES = 20
"""Parts into which a step is cut, so that it can end early."""
_MEMORY = 0.1
"""Weight of the last step in the measured scale."""
_NEAR_S = 1e-6
"""Plant seconds that are no time at all."""
_TELL = 0.05
"""Deviation of the measured scale from the asked speed that is worth telling."""


class Pacer:
    """Lets plant time pass at `speed` plant seconds per wall second, using at most `share` of the wall clock.

    After `for_s` plant seconds it stands.
    """

    def __init__(
        self,
        equipment: Equipment,
        speed: float,
        *,
        share: float = 0.5,
        for_s: float = math.inf,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._equipment = equipment
        self._speed = speed
        self._share = share
        self._ends_s = equipment.shown_s + for_s
        self._timer = timer
        self._measured = speed

    @property
    def scale(self) -> float:
        """Plant seconds per wall second: as asked while that holds, as measured when the machine cannot keep up."""
        if abs(self._measured - self._speed) <= _TELL * self._speed:
            return self._speed
        return float(f"{self._measured:.3g}")

    @property
    def stands(self) -> bool:
        """Whether plant time has come to its end."""
        return self._equipment.shown_s >= self._ends_s - _NEAR_S

    def step(self, wall_s: float) -> None:
        """Let the plant time of `wall_s` wall seconds pass, or as much of it as fits."""
        if wall_s <= 0 or self.stands:
            return
        wanted_s = min(wall_s * self._speed, self._ends_s - self._equipment.shown_s)
        ends_at = self._timer() + wall_s * self._share
        done_s = 0.0
        for _ in range(_SLICES):
            self._equipment.advance(wanted_s / _SLICES)
            done_s += wanted_s / _SLICES
            if self._timer() >= ends_at:
                break
        self._measured += _MEMORY * (done_s / wall_s - self._measured)

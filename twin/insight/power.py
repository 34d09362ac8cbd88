"""Energy by product, and the carbon dioxide it stands for.

Used by `twin.insight`. A station's energy is charged to the product in it; while it waits or is down, to the one it
made last; during a setup, to the one it is set up for. What happens before its first unit, or when nothing is left to
make, is charged to no product.
"""

from twin.engines import AnySimulation
from twin.working import Code

NOBODY = -1
"""Stands for no product."""


class Ledger:
    """Energy of one run by product; charges are settled at the end, when the power of every station is known."""

    def __init__(self, sim: AnySimulation) -> None:
        self._sim = sim
        self._seconds: dict[tuple[int, int, int], float] = {}
        self._units: dict[int, float] = {}

    def charge(self, station: int, code: int, product: int, seconds: float) -> None:
        """A station was in a condition for a while, with a product in it or made last."""
        key = (station, code, NOBODY if code == Code.NO_ORDER else product)
        self._seconds[key] = self._seconds.get(key, 0.0) + seconds

    def charge_unit(self, station: int, product: int) -> None:
        """A machine processed a unit, which takes energy of its own."""
        kws = self._sim.stations[station].lowered.unit_kws
        if kws:
            self._units[product] = self._units.get(product, 0.0) + kws

    def kwh(self) -> dict[int, float]:
        """Energy by product index."""
        found: dict[int, float] = {}
        for (station, code, product), seconds in self._seconds.items():
            found[product] = found.get(product, 0.0) + seconds * self.power_kw(station, code) / 3600
        for product, kws in self._units.items():
            found[product] = found.get(product, 0.0) + kws / 3600
        return found

    def power_kw(self, station: int, code: int) -> float:
        """Power of a machine in a condition, by the parameters at the end of the run."""
        st = self._sim.stations[station]
        if code == Code.EXECUTING:
            return st.lowered.executing_kw * st.power_factor
        if code == Code.SETUP:
            return st.lowered.setup_kw
        if code == Code.OFF_SHIFT:
            return st.lowered.off_kw
        return st.lowered.down_kw if code in (Code.DOWN, Code.MICRO_STOP, Code.MAINTENANCE) else st.lowered.waiting_kw

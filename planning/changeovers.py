"""Setup times of the line between products.

Used by `planning.projection` and `planning.sequences`. Means only: a setup's spread is the twin's business.
"""

from plants.model.distribution import mean_s
from plants.model.plant import Plant


class SetupMatrix:
    """Mean setup time of the line between two products.

    Stations change over one after another as the last unit of a product passes them, so the line loses about the
    longest of their setups and not the sum.
    """

    def __init__(self, plant: Plant) -> None:
        self._stations = [
            (mean_s(s.setups.default), {(p.before, p.after): mean_s(p.time) for p in s.setups.pairs})
            for s in plant.stations
        ]

    def time_s(self, before: str | None, after: str) -> float:
        """Setup time in seconds; none for the same product, or when nothing was made before."""
        if before is None or before == after:
            return 0.0
        return max(pairs.get((before, after), default) for default, pairs in self._stations)

"""Totals: the cumulative counters of a run at one moment. The figures of any span are differences of two of them.

Used by `twin.kpis`, `twin.run` and the judge.
"""

from operator import sub
from typing import NamedTuple


class Totals(NamedTuple):
    """Counters of a run; tuples have one entry a machine (`LoweredLine.machines_of`).

    Pieces and energy of stations count from the start of the day, as in `LineState`; the rest from the start of the
    run.
    """

    time_s: float
    entered: int
    good: int
    lead_sum_s: float
    wip_area: float
    """Integral of units on the line over time, unit s."""
    spent: tuple[tuple[float, ...], ...]
    """Seconds per station and condition code (`twin.working.Code`)."""
    processed: tuple[int, ...]
    scrapped: tuple[int, ...]
    energy_kwh: tuple[float, ...]
    nominal_s: tuple[float, ...] = ()
    """Mean work of what was processed, per machine; where it is left out, units times the station's mean cycle."""

    def since(self, start: "Totals") -> "Totals":
        """What happened after `start`; `time_s` becomes the length of the span."""
        return Totals(
            self.time_s - start.time_s,
            self.entered - start.entered,
            self.good - start.good,
            self.lead_sum_s - start.lead_sum_s,
            self.wip_area - start.wip_area,
            self._spent_since(start),
            tuple(map(sub, self.processed, start.processed)),
            tuple(map(sub, self.scrapped, start.scrapped)),
            tuple(map(sub, self.energy_kwh, start.energy_kwh)),
            tuple(map(sub, self.nominal_s, start.nominal_s)),
        )

    def _spent_since(self, start: "Totals") -> tuple[tuple[float, ...], ...]:
        if not any(map(any, start.spent)):  # as at the start of a run from empty
            return self.spent
        return tuple([tuple(map(sub, row, old)) for row, old in zip(self.spent, start.spent, strict=True)])

    def station_row(self, machines: range) -> tuple[float, ...]:
        """Seconds per condition code at one station, the mean of its machines."""
        if len(machines) == 1:
            return self.spent[machines.start]
        return tuple(sum(column) / len(machines) for column in zip(*(self.spent[i] for i in machines), strict=True))

    def nominal_of(self, machines: range, cycle_mean_s: float) -> float:
        """Mean work, in seconds, of what one station processed, the mean of its machines."""
        if self.nominal_s:
            return sum(self.nominal_s[i] for i in machines) / len(machines)
        return cycle_mean_s * sum(self.processed[i] for i in machines) / len(machines)

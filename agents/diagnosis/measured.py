"""A bottleneck that no parameter explains: found by what the stations were recently doing.

Refuses to conclude anything from a span that is not like the others: a station not seen, or down for longer than usual.
A breakdown is no reason to change a setpoint, and the line that works off its consequences looks like another line.
"""

from collections.abc import Iterator, Mapping

from agents.diagnosis.evidence import Shares, around
from planning.capacity import StationRate, bottleneck
from plants.flow.draft import Evidence, Finding, FindingKind
from plants.flow.state import Condition, LineState
from plants.model.plant import Plant

LEAST_LOSS = 0.1
"""Loss of the design bottleneck below which a quarter of an hour says nothing for sure."""
_LEAST_SEEN = 0.9
_MORE_DOWN = 0.05
"""Share of time beyond the usual for which a station may have been down."""


def shift_measured(plant: Plant, state: LineState, shares: Shares, rates: tuple[StationRate, ...]) -> Iterator[Finding]:
    """A station that was active longest although the description says another limits the line.

    The longest share of active time (executing, down, being set up: all that is not waiting for a neighbour) marks the
    bottleneck: Roser, Nakano and Tanaka, *A practical bottleneck detection method*, WSC 2001.
    """
    if not all(_usual(shares.get(r.station, {}), r) for r in rates):
        return
    limit = bottleneck(rates)
    busiest = max(rates, key=lambda r: _active(shares[r.station]))
    made = shares[limit.station].get(Condition.EXECUTING, 0.0) / _available(shares[limit.station])
    loss = 1.0 - made / limit.efficiency
    if busiest is limit or loss < LEAST_LOSS:
        return
    evidence = (
        Evidence(figure=f"{busiest.station} active", value=_active(shares[busiest.station])),
        Evidence(figure=f"{limit.station} executing", value=made, expected=limit.efficiency),
        *around(plant, shares, busiest),
    )
    yield Finding(
        kind=FindingKind.BOTTLENECK_SHIFT,
        subject=busiest.station,
        at_s=state.plant_time_s,
        severity=min(1.0, loss),
        evidence=evidence,
    )


def _usual(share: Mapping[Condition, float], rate: StationRate) -> bool:
    """Whether the station was seen, had something to make, and was not down for longer than usual."""
    seen = sum(share.values()) - share.get(Condition.UNKNOWN, 0.0)
    down = share.get(Condition.DOWN, 0.0)
    return seen >= _LEAST_SEEN and _available(share) >= 0.5 and down <= 1.0 - rate.efficiency + _MORE_DOWN


def _active(share: Mapping[Condition, float]) -> float:
    return sum(share.get(c, 0.0) for c in (Condition.EXECUTING, Condition.DOWN, Condition.SETUP))


def _available(share: Mapping[Condition, float]) -> float:
    """Share of time in which the station had something to make and was not being set up."""
    idle = (
        Condition.SETUP,
        Condition.NO_ORDER,
        Condition.MAINTENANCE,
        Condition.OFF_SHIFT,
        Condition.NO_CREW,
        Condition.UNKNOWN,
    )
    return 1.0 - sum(share.get(c, 0.0) for c in idle)

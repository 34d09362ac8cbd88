"""KPIs of a span of time, from the differences of two `Totals`. One function a KPI.

Used by `twin.run`, the judge and whoever asks for a window. Names and formulas follow ISO 22400-2; the line is judged
at its slowest nominal station, where a lost minute is lost for good. Times of a station with several machines are the
mean of its machines.
"""

from plants.kpi import Kpi
from twin.lowering import LoweredLine
from twin.totals import Totals
from twin.working import Code, OrderRun

PER_GOOD = frozenset({Kpi.LEAD_TIME, Kpi.ENERGY_PER_GOOD})
"""KPIs of a good unit: no figures of a span in which none left, though they have a value there (a bound)."""


def kpis_of(span: Totals, line: LoweredLine, tardiness_s: float) -> dict[Kpi, float]:
    """All KPIs of a span (`Totals.since`); `tardiness_s` comes from the orders."""
    a, e, q = availability(span, line), performance(span, line), quality(span)
    return {
        Kpi.THROUGHPUT: throughput_per_h(span),
        Kpi.OEE: a * e * q,
        Kpi.AVAILABILITY: a,
        Kpi.PERFORMANCE: e,
        Kpi.QUALITY: q,
        Kpi.WIP: span.wip_area / span.time_s if span.time_s else 0.0,
        Kpi.LEAD_TIME: lead_time_s(span),
        Kpi.TARDINESS: tardiness_s,
        Kpi.ENERGY_PER_GOOD: energy_per_good(span),
    }


def throughput_per_h(span: Totals) -> float:
    """Good units that left the line, per hour."""
    return span.good / span.time_s * 3600 if span.time_s else 0.0


def availability(span: Totals, line: LoweredLine) -> float:
    """A = APT / PBT at the slowest station.

    PBT, planned busy time, is the span without the time off shift, in planned maintenance, or with nothing left to
    make; APT, actual production time, is PBT without breakdowns and setups. Micro-stops and waiting count as lost
    performance. 1 when PBT is 0.
    """
    busy, producing = _times(span, line)
    return producing / busy if busy > 0 else 1.0


def performance(span: Totals, line: LoweredLine) -> float:
    """E = PRI x PQ / APT at the slowest station (ISO 22400-2 effectiveness).

    PRI x PQ, planned run time of the produced quantity, good and rejected, is the nominal mean time of everything that
    was processed. 1 when APT is 0.
    """
    _, producing = _times(span, line)
    return _nominal_s(span, line) / producing if producing > 0 else 1.0


def quality(span: Totals) -> float:
    """Q = GQ / PQ of the line: good units that left it over all units that left it. 1 when none did."""
    out = span.good + sum(span.scrapped)
    return span.good / out if out else 1.0


def lead_time_s(span: Totals) -> float:
    """Mean time on the line of the good units that left it; when none did, the length of the span (a lower bound)."""
    return span.lead_sum_s / span.good if span.good else span.time_s


def energy_per_good(span: Totals) -> float:
    """Energy of all stations over good units, kWh; with no good unit the energy is divided by one."""
    return sum(span.energy_kwh) / max(span.good, 1)


def tardiness_s(order: OrderRun, projected_s: float) -> float:
    """How late an order is: by its end, or by its projected end while it is unfinished."""
    end = order.finished_s if order.finished_s is not None else projected_s
    return max(end - order.lowered.due_s, 0.0)


def projected_ends(orders: list[OrderRun], now_s: float, units_per_s: float) -> list[float]:
    """When each order (in sequence) will be finished if the line goes on at `units_per_s`; no setup is allowed for.

    An order is finished when its own units and those of all orders before it have left the line.
    """
    ends, ahead = [], 0
    for order in orders:
        ahead += order.lowered.quantity - order.good - order.scrapped
        ends.append(order.finished_s if order.finished_s is not None else now_s + ahead / units_per_s)
    return ends


def pace(span: Totals, line: LoweredLine) -> float:
    """Units that left the line per second of planned busy time; the nominal pace if none did."""
    out = span.good + sum(span.scrapped)
    if out == 0 or span.time_s <= 0:
        return line.pace_per_s
    return out / span.time_s


def losses_min(span: Totals, line: LoweredLine) -> dict[str, float]:
    """Where the planned busy time of the slowest station went, in minutes; the parts sum to the whole.

    Scrap counts the nominal time of every unit rejected anywhere; `speed` is time executing beyond the nominal.
    """
    row = span.station_row(line.machines_of(line.slowest))
    nominal = _nominal_s(span, line)
    machines = line.machines_of(line.slowest)
    made = sum(span.processed[i] for i in machines) / len(machines)
    scrapped = (
        sum(span.scrapped) / len(machines) * (nominal / made if made else line.stations[line.slowest].cycle_mean_s)
    )
    seconds = {
        "breakdown": row[Code.DOWN],
        "setup": row[Code.SETUP],
        "micro_stop": row[Code.MICRO_STOP],
        "no_crew": row[Code.NO_CREW],
        "starved": row[Code.STARVED],
        "blocked": row[Code.BLOCKED],
        "speed": row[Code.EXECUTING] - nominal,
        "scrap": scrapped,
        "good": nominal - scrapped,
    }
    return {name: s / 60 for name, s in seconds.items()}


def _times(span: Totals, line: LoweredLine) -> tuple[float, float]:
    """Planned busy time and actual production time of the slowest station, in seconds."""
    row = span.station_row(line.machines_of(line.slowest))
    busy = span.time_s - row[Code.NO_ORDER] - row[Code.OFF_SHIFT] - row[Code.MAINTENANCE]
    return busy, busy - row[Code.DOWN] - row[Code.SETUP]


def _nominal_s(span: Totals, line: LoweredLine) -> float:
    return span.nominal_of(line.machines_of(line.slowest), line.stations[line.slowest].cycle_mean_s)

"""The KPIs of a line, with the names of ISO 22400-2 where it has one."""

from enum import StrEnum


class Kpi(StrEnum):
    """A figure by which a line is judged; the unit is in `KPI_UNITS`."""

    THROUGHPUT = "throughput_per_h"
    """Good units of flow leaving the line per hour (ISO 22400-2 throughput rate)."""
    OEE = "oee"
    """Availability x effectiveness x quality of the line, at its slowest nominal station (ISO 22400-2 OEE index)."""
    AVAILABILITY = "availability"
    """Share of planned busy time that is not breakdown or setup."""
    PERFORMANCE = "performance"
    """Produced quantity x planned unit time over actual production time (ISO 22400-2 effectiveness)."""
    QUALITY = "quality"
    """Good over produced quantity (ISO 22400-2 quality ratio)."""
    WIP = "wip"
    """Mean units of flow on the line."""
    LEAD_TIME = "lead_time_s"
    """Mean time from entering to leaving the line, good units."""
    TARDINESS = "tardiness_s"
    """Sum over orders of lateness beyond due; an unfinished order counts what it is late by its projected end."""
    ENERGY_PER_GOOD = "kwh_per_good"
    """Electric energy per good unit of flow."""


KPI_UNITS: dict[Kpi, str] = {
    Kpi.THROUGHPUT: "1/h",
    Kpi.OEE: "",
    Kpi.AVAILABILITY: "",
    Kpi.PERFORMANCE: "",
    Kpi.QUALITY: "",
    Kpi.WIP: "",
    Kpi.LEAD_TIME: "s",
    Kpi.TARDINESS: "s",
    Kpi.ENERGY_PER_GOOD: "kWh",
}

KPI_NAMES: dict[Kpi, str] = {
    Kpi.THROUGHPUT: "throughput",
    Kpi.OEE: "OEE",
    Kpi.AVAILABILITY: "availability",
    Kpi.PERFORMANCE: "performance",
    Kpi.QUALITY: "quality",
    Kpi.WIP: "work in progress",
    Kpi.LEAD_TIME: "lead time",
    Kpi.TARDINESS: "lateness of the orders in sum",
    Kpi.ENERGY_PER_GOOD: "energy per good unit",
}
"""What each KPI is called in a sentence."""

SHARES = frozenset({Kpi.OEE, Kpi.AVAILABILITY, Kpi.PERFORMANCE, Kpi.QUALITY})
"""KPIs that are shares of 1 and shown in percent."""


def say_kpi(kpi: Kpi, value: float) -> str:
    """A level of a KPI for a person: `1431 per h`, `99.15 %`, `0.0485 kWh`, `47.5 min`."""
    if kpi in SHARES:
        return f"{100 * value:.2f} %"
    unit = KPI_UNITS[kpi]
    if unit == "s":
        return say_s(value)
    return f"{say_number(value)} {say_unit(unit)}".rstrip()


def say_number(value: float) -> str:
    """Four significant figures, never in powers of ten below a million."""
    return f"{value:.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.4g}"


def say_unit(unit: str) -> str:
    """A unit in a sentence: `1/h` is read `per h`."""
    return f"per {unit[2:]}" if unit.startswith("1/") else unit


def say_s(seconds: float) -> str:
    """A duration or a moment of plant time as people say it: '45 s', '12.5 min', '15.8 h'."""
    if abs(seconds) < 120:
        return f"{seconds:.0f} s"
    if abs(seconds) < 7200:
        return f"{seconds / 60:.1f} min"
    return f"{seconds / 3600:.1f} h"

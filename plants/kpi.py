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

"""Access by address to the records of a network (`twin.compiled.access` says why)."""

from twin.compiled.access import log_row_at, number_at, record_at, time_at, whole_at
from twin.compiled.network.layout import BUFFER, CHOICE, LIST, LOT, MACHINE, MODE, PART, STEP, STREAM
from twin.compiled.network.resources import CALENDAR, CARE, COMING, CREW, FLEET, MATERIAL, SITE, VEHICLE

__all__ = [
    "buffer_at",
    "calendar_at",
    "care_at",
    "choice_at",
    "coming_at",
    "crew_at",
    "fleet_at",
    "list_at",
    "log_row_at",
    "lot_at",
    "machine_at",
    "material_at",
    "mode_at",
    "number_at",
    "part_at",
    "site_at",
    "step_at",
    "stream_at",
    "time_at",
    "vehicle_at",
    "whole_at",
]

machine_at = record_at(MACHINE)
mode_at = record_at(MODE)
lot_at = record_at(LOT)
stream_at = record_at(STREAM)
buffer_at = record_at(BUFFER)
step_at = record_at(STEP)
choice_at = record_at(CHOICE)
list_at = record_at(LIST)
part_at = record_at(PART)
calendar_at = record_at(CALENDAR)
care_at = record_at(CARE)
coming_at = record_at(COMING)
crew_at = record_at(CREW)
fleet_at = record_at(FLEET)
material_at = record_at(MATERIAL)
site_at = record_at(SITE)
vehicle_at = record_at(VEHICLE)

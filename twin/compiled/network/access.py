"""Access by address to the records of a network (`twin.compiled.access` says why)."""

from twin.compiled.access import log_row_at, number_at, record_at, time_at, whole_at
from twin.compiled.network.layout import BUFFER, CHOICE, LIST, LOT, MACHINE, MODE, PART, STEP, STREAM

__all__ = [
    "buffer_at",
    "choice_at",
    "list_at",
    "log_row_at",
    "lot_at",
    "machine_at",
    "mode_at",
    "number_at",
    "part_at",
    "step_at",
    "stream_at",
    "time_at",
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

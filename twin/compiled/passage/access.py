"""Records of a run by passage times, by address (`twin.compiled.access`)."""

from twin.compiled.access import record_at
from twin.compiled.passage.layout import COURSE, LOT

course_at = record_at(COURSE)
lot_at = record_at(LOT)

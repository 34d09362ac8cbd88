"""Work of units, compiled: drawn a block at a time into the rows of all stations.

Used by `twin.compiled.passage.units`. The same figures as the event engine's, which do not depend on what is done to
the line: so the rows of one replication serve all settings that are compared (`twin.compiled.passage.drawn`).
"""

import numpy as np

from twin.compiled.access import time_at
from twin.compiled.draws import fill
from twin.compiled.jit import inner, jit
from twin.compiled.layout import BLOCK, Record, Records
from twin.compiled.passage.access import course_at, lot_at
from twin.compiled.sampling import times_of
from twin.draws import Purpose

_PROCESSING = int(Purpose.PROCESSING)
_NOTHING = np.uint64(0)


@jit
def draw_all(runs: Records) -> None:
    """Draw the work of all units of a line with orders, into rows that have places for them and a block more."""
    run = runs[0]
    for lot in range(run.n_lots):
        while run.drawn < lot_at(run.lots, lot).end:
            draw_block(run, run.drawn, lot)


@inner
def draw_block(run: Record, k: int, lot: int) -> None:
    """Draw the work of units from `k` on, of one lot; when the rows are full, they begin anew."""
    column = k - run.first_column
    if column + BLOCK > run.columns:
        run.first_column, column = k, 0
    first, end, entity = k, k + BLOCK, _NOTHING
    if run.n_lots > 0:
        begin = lot_at(run.lots, lot - 1).end if lot > 0 else 0
        first, end, entity = k - begin, min(end, lot_at(run.lots, lot).end), lot_at(run.lots, lot).entity
    for i in range(run.n_stations):
        place = i * run.columns + column
        fill(run.work, place, run.key0, run.key1, first, entity, course_at(run.courses, i).entity, _PROCESSING)
        times_of(time_at(run.times, i), run.table, run.work, place)
    run.drawn = end

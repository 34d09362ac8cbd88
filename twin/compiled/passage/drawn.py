"""Work that was drawn before: settings that are compared share their random numbers, so they share their draws.

Used by `twin.compiled.passage.simulation`. The work of all units of a replication is kept when it is asked for a second
time; the draws of a lone run are made as its units come.
"""

import numpy as np

from twin.compiled.layout import BLOCK, Floats
from twin.compiled.passage.arrays import Beginning, passage_of
from twin.compiled.passage.work import draw_all
from twin.kept import Kept

KEPT_BYTES = 64_000_000
LARGEST = 2_000_000
"""Draws of a replication that are kept at most."""

_Key = tuple[str, int, int]
_asked: Kept[_Key, bool] = Kept(4096)
_work: Kept[_Key, Floats] = Kept(KEPT_BYTES, lambda work: work.nbytes)


def work_of(revision: str, begin: Beginning, key: tuple[int, int]) -> Floats | None:
    """Work of all units, shape (stations, units and more), to be read only; None where it shall be drawn on the way.

    Args:
        revision: Of the plant.
        begin: What its runs begin with.
        key: Seed and replication.
    """
    columns = begin.units + BLOCK
    if begin.units == 0 or columns * len(begin.prepared.line.stations) > LARGEST:
        return None
    name = (revision, *key)
    if not _asked.seen(name):
        _asked.get(name, lambda: True)
        return None
    return _work.get(name, lambda: _drawn(begin, key, columns))


def _drawn(begin: Beginning, key: tuple[int, int], columns: int) -> Floats:
    work = np.empty((len(begin.prepared.line.stations), columns))
    made = passage_of(begin, key, (), work)
    made.run[0]["drawn"] = 0
    draw_all(made.run)
    return work

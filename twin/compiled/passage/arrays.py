"""Arrays of a run by passage times, from the arrays of a line.

Used by `twin.compiled.passage.simulation`. What all runs of a plant begin with is made once.
"""

from dataclasses import dataclass
from math import inf

import numpy as np

from plants.model.plant import Plant
from twin.clock import DEFAULT_BUDGET
from twin.compiled.counting import CODES, STARVED
from twin.compiled.layout import BLOCK, Floats, Records
from twin.compiled.passage.layout import COURSE, LOT, PASSAGE, Arrays, Image, Passage
from twin.compiled.prepared import Prepared, prepare
from twin.kept import Kept
from twin.philox import MASK


@dataclass(frozen=True, slots=True)
class Beginning:
    """What all runs of a plant begin with; arrays are copied for each."""

    prepared: Prepared
    plain: Arrays
    """Those that do not depend on the moments that are asked for."""
    images: Kept[tuple[float, ...], Image]

    @property
    def units(self) -> int:
        """Units of all orders."""
        lots = self.plain["lots"]
        return int(lots["end"][-1]) if len(lots) else 0


_beginnings: Kept[str, Beginning] = Kept(8)


def beginning_of(plant: Plant) -> Beginning:
    """What all runs of a plant begin with, from empty."""
    return _beginnings.get(plant.revision, lambda: _beginning(prepare(plant, None)))


def passage_of(begin: Beginning, key: tuple[int, int], marks_s: tuple[float, ...], work: Floats | None) -> Passage:
    """The arrays of one run.

    Args:
        begin: What all runs of the plant begin with.
        key: Seed and replication.
        marks_s: Moments whose figures are wanted, above 0, ascending.
        work: Work of all units, where it has been drawn before; it is only read.
    """
    arrays = begin.prepared.arrays
    rows = np.empty((len(arrays.stations), BLOCK)) if work is None else work
    made = Passage(begin.images.get(marks_s, lambda: _image(begin, marks_s)), arrays.times, arrays.table, rows)
    head = made.run[0]
    head["key0"], head["key1"] = key[0] & MASK, key[1] & MASK
    head["drawn"] = 0 if work is None else begin.units
    return made


def _beginning(prepared: Prepared) -> Beginning:
    stations = prepared.arrays.stations
    n = len(stations)
    courses = np.zeros(n + 1, COURSE)
    courses["next_s"], courses["operating_limit"], courses["upcoming_s"] = -inf, inf, inf
    courses["code"] = STARVED
    courses["position"] = np.arange(n + 1)
    for name in ("entity", "first_mode", "last_mode", "capacity"):
        courses[name][:n] = stations[name]
    courses["factor"][:n] = stations["cycle_factor"]
    courses["transport_s"][:n] = np.where(stations["capacity"] > 0, stations["transport_s"], 0.0)
    courses["lag"] = np.maximum(courses["capacity"], 1)
    courses["mask"] = [_ring(lag) - 1 for lag in courses["lag"].tolist()]
    sizes = courses["mask"] + 1
    courses["gates"], courses["spent"] = 8 * (np.cumsum(sizes) - sizes), 8 * CODES * courses["position"]
    held = _ring(int(courses["capacity"].sum()) + n + 2)
    plain: Arrays = {
        "courses": courses,
        "modes": prepared.arrays.modes,
        "at": np.full(len(prepared.arrays.modes), inf),
        "gates": np.zeros(int(sizes.sum())),
        "spent": np.zeros((n, CODES)),
        "lots": _lots(prepared.arrays.orders),
        "entries": np.zeros(held),
        "exits": np.zeros(held),
    }
    return Beginning(prepared, plain, Kept(8))


def _lots(orders: Records) -> Records:
    lots = np.zeros(len(orders), LOT)
    lots["entity"], lots["release_s"] = orders["entity"], orders["release_s"]
    lots["end"] = np.cumsum(orders["quantity"])
    lots["finished_s"] = np.nan
    return lots


def _ring(places: int) -> int:
    """A power of two, at least so many."""
    return 1 << max(places - 1, 0).bit_length()


def _image(begin: Beginning, marks_s: tuple[float, ...]) -> Image:
    n, m = len(begin.prepared.arrays.stations), len(marks_s)
    run = np.zeros(1, PASSAGE)
    head = run[0]
    head["n_stations"], head["n_lots"], head["n_marks"] = n, len(begin.plain["lots"]), m
    head["held"], head["most"] = len(begin.plain["entries"]) - 1, DEFAULT_BUDGET // n
    head["horizon_s"] = marks_s[-1] if marks_s else 0.0
    figures: Arrays = {
        "run": run,
        "marks": np.array([*marks_s, inf]),
        "spent_at": np.zeros((m, n, CODES)),
        "processed_at": np.zeros((m, n), np.int64),
        "flow_at": np.zeros((m, 2)),
        "counts_at": np.zeros((m, 2), np.int64),
    }
    return Image(begin.plain | figures)

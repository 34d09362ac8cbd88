"""The working state of a run by passage times: one record a station, one a run of units, one for the whole.

Used by `twin.compiled.passage.arrays` (makes them) and by its kernels. What a failure mode has is the MODE of
`twin.compiled.layout`.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from twin.compiled.layout import MODE, Floats, Records, record

Bytes = npt.NDArray[np.uint8]

RUN_OWN = (
    "courses",
    "modes",
    "at",
    "gates",
    "spent",
    "lots",
    "marks",
    "entries",
    "exits",
    "spent_at",
    "processed_at",
    "flow_at",
    "counts_at",
)
"""Arrays of a run beside its PASSAGE record, which begins with their addresses under these names."""

COURSE = record(
    ("left", "f8"),
    ("finish", "f8"),
    ("since_s", "f8"),
    ("next_s", "f8"),
    ("operated", "f8"),
    ("operating_limit", "f8"),
    ("factor", "f8"),
    ("transport_s", "f8"),
    ("spent", "i8"),
    ("gates", "i8"),
    ("mask", "i8"),
    ("lag", "i8"),
    ("capacity", "i8"),
    ("upcoming_s", "f8"),
    ("position", "i8"),
    ("entity", "u8"),
    ("first_mode", "i8"),
    ("last_mode", "i8"),
    ("code", "i8"),
    ("down", "i8"),
    ("breakdowns", "i8"),
    ("processed", "i8"),
    ("mark", "i8"),
)
"""A station on its own course: when the last unit was finished and when it left; `next_s`, before which nothing but
units concerns it (a failure, or a moment whose figures are wanted; -infinity when the next unit must be looked at
closely); seconds `operated` since the failure clocks that count them were brought up to date, and how many until the
first of them fails (`operating_limit`).

`gates` is the address of its ring of moments at which room was made in front of it: unit k may come when unit k - `lag`
did so, at place (k - lag) & `mask`. `spent` is the address of its seconds in each code, `upcoming_s` the next failure
by the calendar, or repair; `mark` is the next moment whose figures are wanted.
"""

LOT = record(("entity", "u8"), ("end", "i8"), ("release_s", "f8"), ("finished_s", "f8"))
"""Units of one order, in the sequence made: `end` is the number of the first unit after them."""

PASSAGE = record(
    *((name, "i8") for name in RUN_OWN),
    ("times", "i8"),
    ("table", "i8"),
    ("work", "i8"),
    ("n_stations", "i8"),
    ("n_lots", "i8"),
    ("n_marks", "i8"),
    ("columns", "i8"),
    ("first_column", "i8"),
    ("drawn", "i8"),
    ("most", "i8"),
    ("key0", "u8"),
    ("key1", "u8"),
    ("held", "i8"),
    ("oldest", "i8"),
    ("newest", "i8"),
    ("wip", "i8"),
    ("good", "i8"),
    ("ended", "i8"),
    ("flow_mark", "i8"),
    ("horizon_s", "f8"),
    ("counted_s", "f8"),
    ("lead_sum_s", "f8"),
    ("wip_area", "f8"),
)
"""The run: addresses, how many there are of what, units on the line; nothing after `horizon_s` is followed.

Work of the units from `first_column` up to `drawn` lies in `work`, a row of `columns` figures for each station; `held`
is one less than the places of the rings `entries` and `exits`; `ended` counts the lots of which all units have left.
"""

OWN = {
    "run": PASSAGE,
    "courses": COURSE,
    "modes": MODE,
    "at": np.dtype(np.float64),
    "gates": np.dtype(np.float64),
    "spent": np.dtype(np.float64),
    "lots": LOT,
    "marks": np.dtype(np.float64),
    "entries": np.dtype(np.float64),
    "exits": np.dtype(np.float64),
    "spent_at": np.dtype(np.float64),
    "processed_at": np.dtype(np.int64),
    "flow_at": np.dtype(np.float64),
    "counts_at": np.dtype(np.int64),
}
"""Arrays that a run changes, in the sequence in which they lie in one piece of memory.

    run            the PASSAGE record, shape (1,)
    courses        stations in flow order, and one more behind the line, which always has room
    modes          failure modes, those of one station side by side
    at             when each mode that is up fails by the calendar, or is repaired; infinity where neither is known
    gates          the rings of all stations
    spent          seconds in each code up to `since_s`, shape (stations, codes)
    lots           units of each order
    marks          moments whose figures are wanted, ascending, and infinity
    entries, exits when units on the line entered it and leave it, two rings
    spent_at       `spent` at each mark, shape (marks, stations, codes)
    processed_at   units finished by each station at each mark, shape (marks, stations)
    flow_at        sum of lead times, and integral of units on the line, at each mark, shape (marks, 2)
    counts_at      units entered and good at each mark, shape (marks, 2)
"""

Arrays = dict[str, "np.ndarray[Any, np.dtype[Any]]"]


class Image:
    """How the memory of a run lies and what it holds at the beginning.

    Args:
        arrays: All of OWN.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._places: dict[str, tuple[slice, tuple[int, ...]]] = {}
        end = 0
        for name, dtype in OWN.items():
            begin, end = end, end + arrays[name].size * dtype.itemsize
            self._places[name] = slice(begin, end), arrays[name].shape
        self.memory = np.zeros(end, np.uint8)
        for name in OWN:
            self.view(self.memory, name)[...] = arrays[name]
        head = self.view(self.memory, "run")[0]
        for name in RUN_OWN:
            head[name] = self._places[name][0].start
        courses = self.view(self.memory, "courses")
        for name in ("gates", "spent"):
            courses[name] += head[name]

    def view(self, memory: Bytes, name: str) -> Any:  # noqa: ANN401 - of any type
        """An array of a run in its memory."""
        place, shape = self._places[name]
        return memory[place].view(OWN[name]).reshape(shape)


class Passage:
    """The arrays of one run, kept alive as long as it.

    Args:
        image: What it begins with.
        times: TIME.
        table: Quantiles of all empirical distributions.
        work: Nominal work of units, shape (stations, columns).
    """

    def __init__(self, image: Image, times: Records, table: Floats, work: Floats) -> None:
        self._image = image
        self._memory = image.memory.copy()
        self._others = times, table, work
        here = address_of(self._memory)
        self.run: Records = self["run"]
        self._memory[: 8 * len(RUN_OWN)].view(np.int64)[...] += here
        head = self.run[0]
        head["times"], head["table"], head["work"] = address_of(times), address_of(table), address_of(work)
        head["columns"] = work.shape[1]
        courses = self["courses"]
        courses["gates"] += here
        courses["spent"] += here

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - of any type
        """An array of OWN."""
        return self._image.view(self._memory, name)


def address_of(array: "np.ndarray[Any, np.dtype[Any]]") -> int:
    """Where an array lies."""
    return int(array.ctypes.data)

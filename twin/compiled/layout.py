"""The working state of a compiled run: records in flat arrays, the same figures as in `twin.working`.

Used by `twin.compiled.arrays` (makes them), by every kernel (reads and writes them) and by
`twin.compiled.simulation` (reads them out). Positions of stations, modes and orders are those of the plant file; -1
is none.
"""

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Record: TypeAlias = Any
"""A record in a kernel: one row of an array, changed in place."""

ARRAYS = (
    "stations",
    "modes",
    "orders",
    "sequence",
    "queue",
    "times",
    "table",
    "setups",
    "at",
    "rank",
    "tree",
    "work",
    "luck",
    "log",
    "spent",
    "spent_mark",
    "spent_now",
    "energy_now",
)
"""Arrays of a run beside its RUN record, which holds their addresses under these names."""

BLOCK = 32
"""Draws made at a time for the units of one order."""


def record(*fields: tuple[Any, ...]) -> "np.dtype[np.void]":
    """A record type, laid out as C does."""
    return np.dtype(list(fields), align=True)


TIME = record(("kind", "i8"), ("a", "f8"), ("b", "f8"), ("c", "f8"), ("first", "i8"), ("size", "i8"))
"""A distribution (`twin.sampling.Time`); its table lies in `World.table` from `first` on."""

PART = record(("order", "i8"), ("index", "i8"), ("entered_s", "f8"), ("ready_s", "f8"))
"""A unit in a buffer."""

STATION = record(
    ("position", "i8"),
    ("entity", "u8"),
    ("first_mode", "i8"),
    ("last_mode", "i8"),
    ("setup_pairs", "i8"),
    ("default_setup", "i8"),
    ("capacity", "i8"),
    ("transport_s", "f8"),
    ("base", "i8"),
    ("places", "i8"),
    ("head", "i8"),
    ("level", "i8"),
    ("executing_kw", "f8"),
    ("waiting_kw", "f8"),
    ("setup_kw", "f8"),
    ("down_kw", "f8"),
    ("cycle_factor", "f8"),
    ("scrap_share", "f8"),
    ("power_factor", "f8"),
    ("has_part", "i8"),
    ("order", "i8"),
    ("index", "i8"),
    ("entered_s", "f8"),
    ("ready_s", "f8"),
    ("finished", "i8"),
    ("product", "i8"),
    ("setup_left", "f8"),
    ("setup_total", "f8"),
    ("setup_credit", "f8"),
    ("setups", "i8"),
    ("total", "f8"),
    ("left", "f8"),
    ("segment_s", "f8"),
    ("timer", "i8"),
    ("operated", "f8"),
    ("operating_limit", "f8"),
    ("down", "i8"),
    ("breakdowns", "i8"),
    ("closed", "i8"),
    ("code", "i8"),
    ("since_s", "f8"),
    ("processed", "i8"),
    ("scrapped", "i8"),
    ("energy_kws", "f8"),
    ("given_work_s", "f8"),
    ("given_setup_s", "f8"),
    ("work_order", "i8"),
    ("work_first", "i8"),
    ("luck_order", "i8"),
    ("luck_first", "i8"),
)
"""A station with the unit in it and the place of the buffer in front of it in `World.queue` (`base`, `places`).

`setup_pairs` is where its table of times by (before, after) begins in `World.setups`, `default_setup` the time of all
other pairs; -1 is none. `given_work_s` and `given_setup_s` are what a state says has been done (below 0: nothing said).
"""

MODE = record(
    ("station", "i8"),
    ("position", "i8"),
    ("entity", "u8"),
    ("slot", "u8"),
    ("calendar", "i8"),
    ("micro", "i8"),
    ("uptime", "i8"),
    ("repair", "i8"),
    ("count", "i8"),
    ("elapsed", "f8"),
    ("threshold", "f8"),
    ("rate", "f8"),
    ("since_s", "f8"),
    ("down", "i8"),
    ("down_since_s", "f8"),
    ("repaired_s", "f8"),
    ("known", "i8"),
    ("given_down_s", "f8"),
)
"""A failure mode; `known` says that a state told of it, `given_down_s` how long it has been down (below 0: it is up).
"""

ORDER = record(
    ("entity", "u8"),
    ("product", "i8"),
    ("quantity", "i8"),
    ("release_s", "f8"),
    ("started", "i8"),
    ("good", "i8"),
    ("scrapped", "i8"),
    ("finished_s", "f8"),
)
"""An order; `finished_s` is NaN while it is not finished."""

NUMBER = record(("value", "f8"))
"""A number of a plain array of floats."""

WHOLE = record(("value", "i8"))
"""A number of a plain array of integers."""

RUN = record(
    *((name, "i8") for name in ARRAYS),
    ("n_stations", "i8"),
    ("n_modes", "i8"),
    ("n_orders", "i8"),
    ("log_rows", "i8"),
    ("leaves", "i8"),
    ("rung", "i8"),
    ("now", "f8"),
    ("events", "i8"),
    ("scheduled", "i8"),
    ("key0", "u8"),
    ("key1", "u8"),
    ("mode_slot", "i8"),
    ("products", "i8"),
    ("wip", "i8"),
    ("wip_since_s", "f8"),
    ("wip_area", "f8"),
    ("entered", "i8"),
    ("good", "i8"),
    ("lead_sum_s", "f8"),
    ("next_index", "i8"),
    ("current", "i8"),
    ("logging", "i8"),
    ("logged", "i8"),
)
"""What belongs to the line as a whole: the addresses of all arrays, how many there are of what, counters; `events` is
what is left of the budget."""

LOG = record(("time", "f8"), ("value", "f8"), ("index", "i8"), ("order", "i2"), ("station", "i2"), ("kind", "i1"))
"""A row of the event log."""

Records = npt.NDArray[np.void]
Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]


class World(NamedTuple):
    """All arrays of one run, kept alive as long as it."""

    run: Records
    """RUN, shape (1,)."""
    stations: Records
    """STATION, in flow order."""
    modes: Records
    """MODE, those of one station side by side."""
    orders: Records
    """ORDER, as in the plant file."""
    sequence: Integers
    """Positions of orders, in the sequence they are made."""
    queue: Records
    """PART: all buffers, each a ring."""
    times: Records
    """TIME: first the cycle of each station, then what modes and setups refer to."""
    table: Floats
    """Quantiles of all empirical distributions."""
    setups: Integers
    """Positions in `times`, -1 for no setup; (products x products) for each station that has pairs."""
    at: Floats
    """When each timer rings (infinity: it does not): one timer a station, one a mode, and one that never rings."""
    rank: Integers
    """Priority and sequence of each timer, for those that ring together."""
    tree: Integers
    """Tournament of the stations' timers: the root is 1, the nodes below n are 2 n and 2 n + 1 (`schedule`)."""
    work: Floats
    """Draws of processing times, shape (stations, BLOCK)."""
    luck: Floats
    """Draws of rejects, shape (stations, BLOCK)."""
    log: Records
    """LOG, as many rows as are kept until they are fetched."""
    spent: Floats
    """Seconds in each code up to `since_s`, shape (stations, codes)."""
    spent_mark: Floats
    """The same when the station's power last changed."""
    spent_now: Floats
    """The same up to the moment it was asked for."""
    energy_now: Floats
    """Energy (kW s) of each station up to that moment."""


def address_all(w: World) -> None:
    """Tell the RUN record where all the arrays are."""
    head = w.run[0]
    for name in ARRAYS:
        head[name] = getattr(w, name).__array_interface__["data"][0]  # five times as quick as `ctypes.data`
    head["n_stations"], head["n_modes"], head["n_orders"] = len(w.stations), len(w.modes), len(w.orders)
    head["log_rows"] = len(w.log)

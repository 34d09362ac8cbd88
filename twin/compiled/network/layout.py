"""The working state of a compiled run of a network: records in flat arrays, the same figures as `twin.network.working`.

Used by `twin.compiled.network.arrays` and `filling` (make them), by every kernel (reads and writes them) and by
`readout`. Machines, modes, lots, buffers and steps have the numbers of the reference engine; the places where streams
of arrivals wait are buffers after the others. -1 is none.
"""

from typing import NamedTuple

import numpy as np

from twin.compiled.layout import Floats, Integers, Records, record

ARRAYS = (
    "machines",
    "modes",
    "lots",
    "streams",
    "buffers",
    "steps",
    "choices",
    "lists",
    "parts",
    "times",
    "table",
    "time_means",
    "setups",
    "choice_of",
    "ways_of",
    "ways",
    "reach",
    "inputs",
    "leads",
    "takers",
    "sequence",
    "at_step",
    "reached",
    "current",
    "waiting",
    "waiting_now",
    "moving",
    "agenda",
    "candidates",
    "group",
    "firsts",
    "taken",
    "stuck",
    "at",
    "rank",
    "tree",
    "log",
    "spent",
)
"""Arrays of a run beside its RUN record, which holds their addresses under these names."""

FIFO, LIFO, SPT, EDD, CR, ATC, PRIORITY, SETUP_AVOIDING = range(8)
"""Dispatch rules as kernels know them."""
ANY, STEP_NAME, PRODUCT = range(3)
"""What may share a batch."""

PART = record(
    ("order", "i8"),
    ("index", "i8"),
    ("entered_s", "f8"),
    ("queued_s", "f8"),
    ("ready_s", "f8"),
    ("step", "i8"),
    ("reworks", "i8"),
    ("defective", "i8"),
    ("where", "i8"),
    ("before", "i8"),
    ("after", "i8"),
)
"""A unit, linked into the list `where`; `after` of a record that is not in use is the next such record."""

LIST = record(("first", "i8"), ("last", "i8"), ("count", "i8"))
"""Units in a buffer, or in a machine: first those of all buffers, then those of all machines."""

STEP = record(
    ("product", "i8"),
    ("slot", "u8"),
    ("name", "i8"),
    ("setup", "i8"),
    ("defects", "f8"),
    ("detects", "f8"),
    ("false_alarms", "f8"),
    ("inspects", "i8"),
    ("plain", "i8"),
    ("rework_share", "f8"),
    ("rework_to", "i8"),
    ("rework_limit", "i8"),
    ("next", "i8"),
    ("work_left", "f8"),
    ("reach_first", "i8"),
    ("reach_last", "i8"),
)
"""A step (`twin.network.lowering.LoweredStep`); the stations it may still lead to are rows of `World.reach`."""

CHOICE = record(("time", "i8"), ("mean", "f8"), ("scrap", "f8"))
"""A step at one of its stations: which time, its mean, and the scrapped share."""

BUFFER = record(
    ("capacity", "i8"),
    ("places", "i8"),
    ("transport_s", "f8"),
    ("excess", "i8"),
    ("takers_first", "i8"),
    ("takers_last", "i8"),
    ("waiting_first", "i8"),
    ("waiting", "i8"),
)
"""A buffer: `places` by the plant file, `capacity` as it counts now, machines that wait for it, the longest first."""

MACHINE = record(
    ("position", "i8"),
    ("station", "i8"),
    ("server", "i8"),
    ("servers", "i8"),
    ("entity", "u8"),
    ("first_mode", "i8"),
    ("last_mode", "i8"),
    ("setup_pairs", "i8"),
    ("default_setup", "i8"),
    ("inputs_first", "i8"),
    ("inputs_last", "i8"),
    ("leads_first", "i8"),
    ("leads_last", "i8"),
    ("only", "i8"),
    ("entry", "i8"),
    ("rule", "i8"),
    ("look_ahead", "f8"),
    ("batch", "i8"),
    ("minimum", "i8"),
    ("maximum", "i8"),
    ("wait_s", "f8"),
    ("mix", "i8"),
    ("finished", "i8"),
    ("running", "i8"),
    ("idle", "i8"),
    ("sending", "i8"),
    ("wake_s", "f8"),
    ("supplied", "i8"),
    ("setup_class", "i8"),
    ("setup_left", "f8"),
    ("setup_total", "f8"),
    ("setup_credit", "f8"),
    ("setups", "i8"),
    ("total", "f8"),
    ("left", "f8"),
    ("mean", "f8"),
    ("segment_s", "f8"),
    ("timer", "i8"),
    ("cycle_factor", "f8"),
    ("scrap_effect", "f8"),
    ("power_factor", "f8"),
    ("operated", "f8"),
    ("operating_limit", "f8"),
    ("operated_total", "f8"),
    ("down", "i8"),
    ("breakdowns", "i8"),
    ("closed", "i8"),
    ("code", "i8"),
    ("since_s", "f8"),
    ("processed", "i8"),
    ("scrapped", "i8"),
    ("nominal_s", "f8"),
    ("energy_kws", "f8"),
)
"""A machine. `wait_s` below 0: a batch waits until it is full enough. `sending`: its finished units are being moved."""

MODE = record(
    ("machine", "i8"),
    ("position", "i8"),
    ("slot", "u8"),
    ("calendar", "i8"),
    ("micro", "i8"),
    ("uptime", "i8"),
    ("repair", "i8"),
    ("count", "i8"),
    ("renewed", "i8"),
    ("elapsed", "f8"),
    ("threshold", "f8"),
    ("rate", "f8"),
    ("since_s", "f8"),
    ("down", "i8"),
    ("down_since_s", "f8"),
    ("repaired_s", "f8"),
)
"""A failure mode of a machine."""

LOT = record(
    ("entity", "u8"),
    ("product", "i8"),
    ("first_step", "i8"),
    ("quantity", "i8"),
    ("release_s", "f8"),
    ("due_s", "f8"),
    ("priority", "i8"),
    ("stream", "i8"),
    ("started", "i8"),
    ("good", "i8"),
    ("scrapped", "i8"),
    ("finished_s", "f8"),
)
"""An order or a stream of arrivals; `finished_s` is NaN while it is not finished."""

STREAM = record(("lot", "i8"), ("every", "i8"), ("quantity", "i8"), ("pool", "i8"), ("count", "i8"), ("last_s", "f8"))
"""A stream of arrivals; `pool` is the number of the buffer in which its units wait."""

RUN = record(
    *((name, "i8") for name in ARRAYS),
    ("n_machines", "i8"),
    ("n_modes", "i8"),
    ("n_orders", "i8"),
    ("n_lots", "i8"),
    ("n_streams", "i8"),
    ("n_buffers", "i8"),
    ("n_steps", "i8"),
    ("n_stations", "i8"),
    ("n_classes", "i8"),
    ("first_step", "i8"),
    ("endless", "i8"),
    ("limit", "i8"),
    ("leaves", "i8"),
    ("rung", "i8"),
    ("now", "f8"),
    ("events", "i8"),
    ("scheduled", "i8"),
    ("key0", "u8"),
    ("key1", "u8"),
    ("free", "i8"),
    ("free_parts", "i8"),
    ("parts_needed", "i8"),
    ("agenda_first", "i8"),
    ("agenda_count", "i8"),
    ("agenda_size", "i8"),
    ("agenda_needed", "i8"),
    ("log_rows", "i8"),
    ("rows_needed", "i8"),
    ("logging", "i8"),
    ("logged", "i8"),
    ("settling", "i8"),
    ("drained", "i8"),
    ("may_lock", "i8"),
    ("locked", "i8"),
    ("latest_s", "f8"),
    ("next_place", "i8"),
    ("next_index", "i8"),
    ("wip", "i8"),
    ("wip_since_s", "f8"),
    ("wip_area", "f8"),
    ("entered", "i8"),
    ("good", "i8"),
    ("lead_sum_s", "f8"),
)
"""What belongs to the plant as a whole: addresses and sizes of arrays, counters. `…_needed` is the room that one event
may need; `locked` is a machine that waits for ever, -1 for none; `latest_s` the latest moment for which a timer was
ever set; `next_place` the first place in the sequence whose order has not wholly entered; `limit` -1 for none."""


class World(NamedTuple):
    """All arrays of one run, kept alive as long as it."""

    run: Records
    """RUN, shape (1,)."""
    machines: Records
    modes: Records
    """MODE, those of one machine side by side."""
    lots: Records
    """LOT: orders, then streams of arrivals."""
    streams: Records
    buffers: Records
    steps: Records
    choices: Records
    lists: Records
    parts: Records
    times: Records
    """TIME (`twin.compiled.layout`)."""
    table: Floats
    """Quantiles of all empirical distributions."""
    time_means: Floats
    """Mean of each time, as dispatch rules see it."""
    setups: Integers
    """Positions in `times`, -1 for no setup; (classes x classes) for each station that has pairs."""
    choice_of: Integers
    """Position in `choices` by (step, station); -1 where the step is not done there."""
    ways_of: Integers
    """Where the ways from a station to a step begin in `ways`, by (step, station); -1 where there are none."""
    ways: Integers
    """Number of ways, then so many buffers."""
    reach: Integers
    inputs: Integers
    leads: Integers
    takers: Integers
    sequence: Integers
    at_step: Integers
    reached: Integers
    current: Integers
    """The order that enters at each station."""
    waiting: Integers
    waiting_now: Integers
    moving: Integers
    """Units of one machine that are being moved."""
    agenda: Integers
    """A ring of buffers, and of machines after them."""
    candidates: Integers
    group: Integers
    firsts: Integers
    taken: Integers
    stuck: Integers
    """Machines that may wait for each other for ever, then for each machine whether it is one of them."""
    at: Floats
    """When each timer rings: one a machine, one a mode, one a stream, and one that never rings."""
    rank: Integers
    """Priority and sequence of each timer."""
    tree: Integers
    """Tournament of all timers (`timers`)."""
    log: Records
    spent: Floats
    """Seconds in each code up to `since_s`, shape (machines, codes)."""


def address_all(w: World) -> None:
    """Tell the RUN record where all the arrays are."""
    head = w.run[0]
    for name in ARRAYS:
        array: np.ndarray[tuple[int, ...], np.dtype[np.generic]] = getattr(w, name)
        head[name] = array.ctypes.data

"""All arrays of one run of a network together.

Used by `twin.compiled.network.filling` (makes it) and whoever reads a run out. The RUN record holds the addresses of
those arrays that its kernels know (`layout`, `resources`).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from twin.compiled.layout import Floats, Integers, Records
from twin.compiled.network.layout import ARRAYS
from twin.compiled.network.resources import RESOURCES

_NONE: Any = np.zeros(0, np.int64)


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
    ahead: Integers
    turns: Integers
    """Place of each lot in the fixed sequence of each machine that has one, -1 for none."""
    sequence: Integers
    """Orders, each followed by what it needs of components, in the sequence they are made, and -1."""
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
    """When each timer rings (`timers` says which there are), the last one never."""
    rank: Integers
    """Priority and sequence of each timer."""
    tree: Integers
    """Tournament of all timers (`timers`)."""
    log: Records
    spent: Floats
    """Seconds in each code up to `since_s`, shape (machines, codes)."""
    spent_mark: Floats
    """The same when the energy was last settled."""
    curves: Floats = _NONE
    """Tables of wear: how many rows, then (level, factor) of each."""
    calendars: Records = _NONE
    spans: Floats = _NONE
    edges: Floats = _NONE
    on_calendar: Integers = _NONE
    """Crews, then machines, of each calendar."""
    cares: Records = _NONE
    moments: Floats = _NONE
    renews: Integers = _NONE
    """Failure modes that maintenance renews."""
    crews: Records = _NONE
    can: Integers = _NONE
    """Whether a crew has a skill, by (crew, skill)."""
    requests: Integers = _NONE
    """Who waits for a person, the first to be served first: machines, and failure modes after them."""
    kits: Integers = _NONE
    components: Integers = _NONE
    """(kit step, quantity) of what steps build in."""
    uses: Integers = _NONE
    used: Floats = _NONE
    """How much of a material: of each row of `uses`; then of each material, what a job uses."""
    wanted: Integers = _NONE
    """How many components of each kit step a job needs."""
    kinds: Integers = _NONE
    """Kit steps that a job needs."""
    lacking: Integers = _NONE
    """Machines that wait for material, the longest waiting first."""
    materials: Records = _NONE
    comings: Records = _NONE
    """Deliveries under way, linked by material; those not in use are linked, too."""
    fleets: Records = _NONE
    vehicles: Records = _NONE
    calls: Integers = _NONE
    """Units for which a vehicle is called, by fleet."""
    loads: Integers = _NONE
    """Units of each vehicle."""
    landing: Integers = _NONE
    """Units that a vehicle is setting down."""
    sites: Records = _NONE


def address_all(w: World) -> None:
    """Tell the RUN record where all the arrays are that it names, each kind of them in a row of its fields."""
    words = w.run.view(np.int64)
    places: Mapping[str, Any] = w.run.dtype.fields or {}
    for names in (ARRAYS, RESOURCES):
        if names[0] in places:
            first = places[names[0]][1] // words.itemsize
            words[first : first + len(names)] = [_address(w, name) for name in names]


def _address(w: World, name: str) -> int:
    array: np.ndarray[tuple[int, ...], np.dtype[np.generic]] = getattr(w, name)
    return array.ctypes.data

"""What not every plant has, as records: calendars, maintenance, people, material, vehicles (`twin.network.working`).

Used as `layout` is. The RUN record of a plant with any of these is `RUN_WHOLE`; that of all others is `layout.RUN`, and
kernels for them are compiled without what is in here (`twin.compiled.jit.only_with`).
"""

from twin.compiled.layout import record
from twin.compiled.network.layout import RUN

RESOURCES = (
    "curves",
    "calendars",
    "spans",
    "edges",
    "on_calendar",
    "cares",
    "moments",
    "renews",
    "crews",
    "can",
    "requests",
    "kits",
    "components",
    "uses",
    "used",
    "wanted",
    "kinds",
    "lacking",
    "materials",
    "comings",
    "fleets",
    "vehicles",
    "calls",
    "loads",
    "landing",
    "sites",
)
"""Arrays beside those of `layout.ARRAYS`."""

CALENDAR = record(
    ("period_s", "f8"),
    ("spans_first", "i8"),
    ("spans_last", "i8"),
    ("edges_first", "i8"),
    ("edges_last", "i8"),
    ("crews_first", "i8"),
    ("crews_last", "i8"),
    ("machines_last", "i8"),
)
"""Working time: (start, end) in `World.spans`, all of these moments in `World.edges` (none where it never ends), its
crews and then its machines in `World.on_calendar`."""

CARE = record(
    ("machine", "i8"),
    ("position", "i8"),
    ("duration", "i8"),
    ("entity", "u8"),
    ("slot", "u8"),
    ("skill", "i8"),
    ("every_s", "f8"),
    ("every_operating_s", "f8"),
    ("every_units", "i8"),
    ("wear_above", "f8"),
    ("moments_first", "i8"),
    ("moments_last", "i8"),
    ("renews_first", "i8"),
    ("renews_last", "i8"),
    ("due", "i8"),
    ("count", "i8"),
    ("last_s", "f8"),
    ("operated", "f8"),
    ("units", "i8"),
    ("total", "f8"),
    ("began_s", "f8"),
)
"""Planned maintenance of a machine; a trigger below 0 is none."""

CREW = record(("size", "i8"), ("on_duty", "i8"), ("busy", "i8"))
"""People who are alike."""

MATERIAL = record(
    ("entity", "u8"),
    ("lead", "i8"),
    ("point", "f8"),
    ("quantity", "f8"),
    ("stock", "f8"),
    ("ordered", "i8"),
    ("first", "i8"),
    ("last", "i8"),
)
"""Stock of a material; `lead` -1 where none is ordered; deliveries under way are linked from `first` to `last`."""

COMING = record(
    ("quantity", "f8"),
    ("at_s", "f8"),
    ("since_s", "f8"),
    ("number", "i8"),
    ("rank", "i8"),
    ("after", "i8"),
)
"""A delivery under way, with the rank of its timer."""

FLEET = record(
    ("first_vehicle", "i8"),
    ("last_vehicle", "i8"),
    ("capacity", "i8"),
    ("speed", "f8"),
    ("load_s", "f8"),
    ("unload_s", "f8"),
    ("battery", "i8"),
    ("capacity_kwh", "f8"),
    ("moving_kw", "f8"),
    ("standing_kw", "f8"),
    ("charging_kw", "f8"),
    ("low_kwh", "f8"),
    ("charger", "i8"),
    ("chargers", "i8"),
    ("charging", "i8"),
    ("calls_first", "i8"),
    ("calls", "i8"),
    ("first_waiting", "i8"),
    ("last_waiting", "i8"),
)
"""Vehicles that are alike, and how many units call for one; those in front of the chargers are linked."""

VEHICLE = record(
    ("fleet", "i8"),
    ("number", "i8"),
    ("at", "i8"),
    ("phase", "i8"),
    ("since_s", "f8"),
    ("until_s", "f8"),
    ("loads_first", "i8"),
    ("loads", "i8"),
    ("level_kwh", "f8"),
    ("level_s", "f8"),
    ("after", "i8"),
)
"""A vehicle, and the one behind it where it waits."""

SITE = record(
    ("known", "i8"), ("x_m", "f8"), ("y_m", "f8"), ("docks", "i8"), ("first_docking", "i8"), ("last_docking", "i8")
)
"""A station as vehicles see it: where it stands, free docks, and who waits for one."""

_FIELDS = (
    *((name, "i8") for name in RESOURCES),
    ("n_calendars", "i8"),
    ("n_cares", "i8"),
    ("n_crews", "i8"),
    ("n_skills", "i8"),
    ("n_requests", "i8"),
    ("n_materials", "i8"),
    ("n_uses", "i8"),
    ("n_vehicles", "i8"),
    ("free_coming", "i8"),
    ("care_timers", "i8"),
    ("calendar_timers", "i8"),
    ("kit_timers", "i8"),
    ("material_timers", "i8"),
    ("vehicle_timers", "i8"),
)
RUN_WHOLE = record(*_FIELDS, *((name, str(RUN[name].str[1:])) for name in RUN.names or ()))
"""What is in here, then RUN; `…_timers` is the first timer of a kind. (Were RUN its beginning, Numba would take it for
one and call what was compiled for that.)"""

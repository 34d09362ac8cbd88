"""Random plants of any flow with every feature of the plant model, and which features they have."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from pydantic import ValidationError

from plants.model.plant import Plant
from tests.twin_lines import LABEL, constant, exponential, speed
from tests.twin_networks import Described, care, crew, machine, network, product, step, store

_FASTER = {"acts_on": "cycle_time", "curve": {"kind": "power", "exponent": -1}}
_WEARING = {"acts_on": "wear", "curve": {"kind": "power", "exponent": 2}}
_BETTER = {"acts_on": "scrap", "curve": {"kind": "power", "exponent": -0.5}}
RULES = ["fifo", "fifo", "lifo", "spt", "edd", "cr", "atc", "priority", "setup_avoiding"]
HORIZON_S = 150.0
SHIFTS = [{"start_s": 0, "end_s": 45}, {"start_s": 60, "end_s": 70}, {"start_s": 71, "end_s": 86_400}]


@dataclass(slots=True)
class Making:
    """A plant being drawn. With `exact`, all times are constant, and no two are commensurable."""

    draw: st.DrawFn
    exact: bool
    times: int = 0
    has: set[str] = field(default_factory=set)

    def one(self, *choices: Any) -> Any:  # noqa: ANN401 - whatever is chosen from
        """One of some values."""
        return self.draw(st.sampled_from(choices))

    def maybe(self, feature: str, often: int = 3) -> bool:
        """Whether the plant has a feature, one time of `often`."""
        if self.draw(st.integers(1, often)) == 1:
            self.has.add(feature)
            return True
        return False

    def time(self, low: float, high: float) -> Described:
        """A time between bounds."""
        self.times += 1
        mean = low + (high - low) * self.draw(st.integers(0, 20)) / 20 + sqrt(2 + self.times) / 1000
        if self.exact:
            return constant(mean)
        return self.draw(
            st.sampled_from(
                [constant(mean), exponential(mean), {"kind": "uniform", "low_s": mean / 2, "high_s": mean * 1.5}]
            )
        )

    def seconds(self, low: float, high: float) -> float:
        """A constant number of seconds."""
        self.times += 1
        return low + (high - low) * self.draw(st.integers(0, 20)) / 20 + sqrt(2 + self.times) / 1000


def _station(make: Making, i: int, orders: Sequence[str]) -> Described:
    more: Described = {"position": {"x_m": 3.0 * i, "y_m": float(i % 2)}}
    if make.maybe("parallel servers"):
        more["servers"] = make.one(2, 3)
    if make.maybe("batch"):
        most = make.one(2, 3, 4)
        wait = make.seconds(2, 12)
        more["batch"] = {
            "minimum": make.one(1, 2),
            "maximum": most,
            "wait_s": wait,
            "mix": make.one("product", "step", "any"),
        }
        make.has.add(f"batch: mix {more['batch']['mix']}")
    rule = make.one(*RULES, *(["sequence"] * 3 if orders else ()))
    make.has.add(f"rule: {rule}")
    more["dispatch"] = {"rule": rule}
    if rule == "sequence":
        more["dispatch"]["sequence"] = list(make.draw(st.permutations(orders)))
    if make.maybe("calendar", 4):
        more["calendar"] = "shifts"
    if make.maybe("operator"):
        more["operator"] = {
            "skill": make.one("run", "fix"),
            "during": make.one(["setup"], ["processing"], ["setup", "processing"]),
        }
    if make.maybe("setups"):
        more["setups"] = {"default": make.time(1, 5)}
    if make.maybe("scrap"):
        more["scrap"] = 0.1
    more |= _upkeep(make)
    if make.maybe("docks", 4):
        more["docks"] = 2
    if make.maybe("parameter", 4):
        more["parameters"] = [speed(effects=[_FASTER, *make.one([], [_WEARING], [_BETTER, _WEARING])])]
    more["power_kw"] = {"executing": 9.0, "waiting": 2.0, "setup": 3.0, "down": 1.0, "off": 0.1}
    return machine(f"s{i}", make.time(0.5, 6), **more)


def _times_at(station: Described, products: Sequence[Described], name: str) -> int:
    """How many steps of a product may be done at a station."""
    route = next(p["route"] for p in products if p["id"] == name)
    return sum(station["id"] in s["stations"] for s in route)


def _visits(make: Making, station: Described, again: Sequence[str]) -> None:
    """Have a fixed sequence name some orders once more, which come back to the station."""
    if station["dispatch"]["rule"] == "sequence" and again:
        make.has.add("sequence: visits")
        more = make.draw(st.lists(st.sampled_from(again), min_size=1, max_size=3, unique=True))
        station["dispatch"]["sequence"] += more


def _upkeep(make: Making) -> Described:
    """Failures, wear and maintenance."""
    more: Described = {"failures": [_mode(make, n) for n in range(make.one(0, 0, 1, 2))]}
    if make.maybe("wear", 4):
        rising = {"kind": "table", "points": [{"at": 0, "factor": 1}, {"at": 20, "factor": 5}]}
        more["wear"] = {
            "per_unit": 0.5,
            "per_hour": 600.0,
            "failure_rate": rising,
            "scrap": rising,
            "reset_by_repair": make.one(True, False),
        }
    if make.maybe("maintenance", 2 if "wear" in more else 3):
        due = make.one(
            "every_s", "every_units", "every_operating_s", "at_s", *(["wear_above"] * 12 if "wear" in more else ())
        )
        make.has.add(f"maintenance: {due}")
        given: Any = {
            "every_s": make.seconds(20, 60),
            "every_units": make.one(2, 5),
            "every_operating_s": make.seconds(10, 40),
            "at_s": [30.0, 71.0],
            "wear_above": 3.0,
        }[due]
        skill = {"skill": "fix"} if make.maybe("maintenance: crew", 2) else {}
        renews = [m["id"] for m in more["failures"]][:1]
        more["maintenance"] = [care("oil", make.seconds(2, 8), **{due: given}, renews=renews, **skill)]
    return more


def _mode(make: Making, n: int) -> Described:
    clock = make.one("operating", "calendar")
    make.has.add(f"failures: {clock}")
    skill = {"skill": "fix"} if make.maybe("failures: crew", 2) else {}
    kind = make.one("breakdown", "micro_stop")
    return {
        "id": f"f{n}",
        "name": LABEL,
        "clock": clock,
        "stop_class": kind,
        "uptime": make.time(10, 60),
        "repair": make.time(1, 10),
        **skill,
    }


def _route(make: Making, name: str, stations: Sequence[str], component: str | None) -> Described:
    steps: list[Described] = []
    for k in range(make.draw(st.integers(1, 4))):
        where = make.draw(st.lists(st.sampled_from(stations), min_size=1, max_size=2, unique=True))
        make.has |= {"alternative stations"} if len(where) > 1 else set()
        made = step(f"t{k}", where, make.time(0.5, 6) if make.maybe("step time", 2) else None)
        if make.maybe("shared setup", 4):
            made["setup"] = "vice"
        if make.maybe("defects", 3):
            made["defects"] = 0.2
        if make.maybe("material", 3):
            made["materials"] = [{"material": "steel", "quantity": make.one(0.5, 1.0)}]
        if k and make.maybe("inspection", 3):
            made["inspection"] = {"detects": 0.9, "false_alarms": 0.1}
        if k and ("inspection" in made or make.maybe("rework: share", 3)) and make.maybe("rework", 2):
            share = {} if "inspection" in made else {"share": 0.3}
            made["rework"] = {"to": f"t{make.draw(st.integers(0, k))}", "limit": make.one(1, 2), **share}
        if component is not None and k and make.maybe("assembly", 2):
            made["components"] = [{"product": component, "quantity": make.one(1, 2)}]
            component = None
        steps.append(made)
    return product(name, *steps)


def _links(products: Sequence[Described]) -> dict[str, set[str]]:
    """Stations from which units come to each station by themselves."""
    into: dict[str, set[str]] = {}
    for made in products:
        route = made["route"]
        names = [s["step"] for s in route]
        moves = [(a, b) for a, b in pairwise(route)]
        moves += [(s, route[names.index(s["rework"]["to"])]) for s in route if "rework" in s]
        for before, after in moves:
            for s in after["stations"]:
                into.setdefault(s, set()).update(before["stations"])
    return into


def _buffers(make: Making, products: Sequence[Described]) -> list[Described]:
    found = []
    for s, upstream in sorted(_links(products).items()):
        more: Described = {}
        if make.maybe("hand-over", 6):
            more["capacity"] = 0
        elif make.maybe("limited room", 2):
            more["capacity"] = make.draw(st.integers(2, 6))
        if more.get("capacity") != 0 and make.maybe("transport", 4):
            more["transport_s"] = make.seconds(0.5, 8)
        if more.get("capacity") != 0 and make.maybe("vehicles", 3):
            more["carrier"] = "agv"
        found.append(store(f"b_{s}", s, sorted(upstream), **more))
    assemblies = [(made["id"], s) for made in products for s in made["route"] if s.get("components")]
    kits = [(f"kit_{name}_{s['step']}_{station}", station) for name, s in assemblies for station in s["stations"]]
    return [*found, *(_kits(make, kit, station) for kit, station in kits)]


def _kits(make: Making, name: str, station: str) -> Described:
    """A store of components in front of a station."""
    more = {"transport_s": make.seconds(0.5, 8)} if make.maybe("assembly: conveyor", 2) else {}
    return store(name, station, ["c"], capacity=make.one(2, 8), **more)


def _outside(make: Making, names: Sequence[str]) -> Described:
    """Orders, arrivals, or neither."""
    more: Described = {}
    kind = make.one("orders", "orders", "arrivals", "both", "endless")
    make.has.add(f"enters: {kind}")
    if kind in ("orders", "both"):
        more["orders"] = [
            {
                "id": f"o{i}",
                "product": make.one(*names),
                "quantity": make.draw(st.integers(1, 8)),
                "release_s": make.one(0.0, 0.0, 20.0),
                "due_s": make.seconds(20, 200),
                "priority": make.one(1, 5, 9),
            }
            for i in range(4)
        ]
    if kind in ("arrivals", "both"):
        more["arrivals"] = [
            {
                "id": "come",
                "product": names[0],
                "every": make.time(4, 15),
                "quantity": make.one(1, 2),
                "due_after_s": 50.0,
            }
        ]
    if make.maybe("wip limit", 3):
        more["wip_limit"] = make.draw(st.integers(4, 12))
    return more


def _people_and_vehicles(make: Making) -> Described:
    on_shift = {"calendar": "shifts"} if make.maybe("crew: calendar", 4) else {}
    fleet: Described = {
        "id": "agv",
        "name": LABEL,
        "count": make.one(1, 2),
        "capacity": make.one(1, 2),
        "speed_m_per_s": 3.0,
        "home": "s0",
    }
    fleet |= {"load_s": make.seconds(0.1, 1), "unload_s": make.seconds(0.1, 1)}
    if make.maybe("battery", 2):
        fleet["battery"] = {
            "capacity_kwh": 1.0,
            "moving_kw": 30.0,
            "standing_kw": 1.0,
            "charging_kw": 200.0,
            "charge_below": 0.6,
            "charger_at": "s0",
        }
    return {
        "crews": [crew("one", make.one(1, 2), "run", "fix", **on_shift), crew("two", 1, "fix")],
        "fleets": [fleet],
        "calendars": [{"id": "shifts", "shifts": SHIFTS}],
        "materials": [
            {
                "id": "steel",
                "name": LABEL,
                "unit": "kg",
                "initial": make.one(3.0, 40.0),
                "deliveries": [{"at_s": 35.0, "quantity": 4.0, "late": make.time(1, 5)}],
                "reorder": {"point": 2.0, "quantity": 5.0, "lead": make.time(3, 20)},
            }
        ],
    }


@dataclass(frozen=True, slots=True)
class Drawn:
    """A random plant and what it has."""

    plant: Plant
    features: frozenset[str]


@st.composite
def networks(draw: st.DrawFn, *, exact: bool = False) -> Drawn:
    """A plant of one to four stations and a maker of components; with `exact` all its times are constant."""
    make = Making(draw, exact)
    stations = [f"s{i}" for i in range(draw(st.integers(1, 4)))]
    component = "part" if make.maybe("component", 2) else None
    products = [_route(make, name, stations, component) for name in ("red", "blue")]
    outside = _outside(make, ["red", "blue"])
    orders = [o["id"] for o in outside.get("orders", [])]
    described = [_station(make, i, orders) for i in range(len(stations))]
    made_of = {o["id"]: o["product"] for o in outside.get("orders", [])}
    for station in described:
        _visits(
            make, station, [name for name in orders for _ in range(_times_at(station, products, made_of[name]) - 1)]
        )
    if component is not None:
        products.append(product("part", step("make", "c", make.time(0.5, 4))))
        described.append(machine("c", 1.0, servers=make.one(1, 2)))
    buffers = _buffers(make, products)
    if component is not None and not any(b["id"].startswith("kit") for b in buffers):
        make.has.discard("component")
    try:
        plant = network(described, products, buffers, **outside, **_people_and_vehicles(make))
    except ValidationError:
        reject()
    return Drawn(plant, frozenset(make.has))

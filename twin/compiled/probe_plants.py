"""Small plants with some of everything, on which compiled kernels are compared with the reference engine.

Used by `twin.compiled.ready`.
"""

from typing import Any

from plants.model.plant import Plant

_LABEL = {"en": "x", "ko": "x"}


def probe_plain_line() -> Plant:
    """A line of which passage times are enough, with failures by both clocks and orders."""
    described = _described()
    return Plant.model_validate(described | {"stations": [s | {"scrap": 0.0} for s in described["stations"]]})


def probe_line() -> Plant:
    """A line of two stations with some of everything that a line may have."""
    return Plant.model_validate(_described())


def probe_network() -> Plant:
    """A small plant with two routes, machines side by side, a batch, rework, orders and arrivals."""
    described = _described()
    first, second = described["stations"]
    stations = [
        first | {"servers": 2, "dispatch": {"rule": "spt"}},
        second | {"batch": {"minimum": 2, "maximum": 3, "wait_s": 4.0, "mix": "any"}},
    ]
    back = {"to": "turn", "share": 0.2, "limit": 1}
    routes = {"part": ("s0", "s1", "s0"), "other": ("s1", "s0")}
    products: list[dict[str, Any]] = [
        {"id": name, "name": _LABEL, "route": [{"step": f"to{k}", "stations": [s]} for k, s in enumerate(route)]}
        for name, route in routes.items()
    ]
    products[0]["route"][0]["step"], products[0]["route"][2]["rework"] = "turn", back
    buffers: list[dict[str, Any]] = [
        {"id": "to_s0", "name": _LABEL, "downstream": "s0"},
        {"id": "to_s1", "name": _LABEL, "downstream": "s1", "capacity": 10},
    ]
    arrival = {"id": "come", "product": "other", "every": {"kind": "exponential", "mean_s": 5.0}}
    return Plant.model_validate(
        described | {"stations": stations, "buffers": buffers, "products": products, "arrivals": [arrival]}
    )


def probe_whole() -> Plant:
    """The same with shifts, people, wear, maintenance, material, components, vehicles and a fixed sequence."""
    described = probe_network().model_dump(mode="json", exclude_unset=True)
    turning, joining = described["stations"]
    turning["operator"] = {"skill": "turn"}
    turning["calendar"] = "day"
    turning["failures"][0]["skill"] = "mend"
    turning["wear"] = {"per_unit": 1.0, "scrap": _RISING, "failure_rate": _RISING, "reset_by_repair": True}
    turning["maintenance"] = [
        {"id": "edge", "name": _LABEL, "duration": _CONSTANT, "wear_above": 9.0, "skill": "mend", "renews": ["stop"]},
        {"id": "oil", "name": _LABEL, "duration": _CONSTANT, "every_s": 15.0, "at_s": [7.0], "every_units": 30},
    ]
    turning["dispatch"] = {"rule": "sequence", "sequence": [f"o{i}" for i in (1, 0, 2)]}
    turning["position"], joining["position"] = {"x_m": 0.0, "y_m": 0.0}, {"x_m": 2.0, "y_m": 1.0}
    joining["operator"] = {"skill": "turn", "during": ["processing"]}
    part, other = described["products"]
    part["route"][1]["components"] = [{"product": "bolt"}]
    other["route"][1]["materials"] = [{"material": "bar", "quantity": 0.5}]
    bolt = {"id": "bolt", "name": _LABEL, "route": [{"step": "cut", "stations": ["saw"]}]}
    described["products"] = [part, other, bolt]
    described["stations"].append({"id": "saw", "name": _LABEL, "cycle": _CONSTANT})
    described["buffers"][0]["carrier"] = "robots"
    described["buffers"][1]["upstream"] = ["s0"]
    described["buffers"].append(
        {"id": "bolts", "name": _LABEL, "upstream": "saw", "downstream": "s1", "capacity": 9, "transport_s": 0.5}
    )
    return Plant.model_validate(described | _around())


_CONSTANT = {"kind": "constant", "mean_s": 0.5}
_RISING = {"kind": "table", "points": [{"at": 0.0, "factor": 1.0}, {"at": 9.0, "factor": 2.0}]}


def _around() -> dict[str, Any]:
    """Working time, people, vehicles and material of a probe."""
    battery = {"capacity_kwh": 0.05, "moving_kw": 9.0, "charging_kw": 90.0, "charge_below": 0.5, "charger_at": "s0"}
    fleet = {"id": "robots", "name": _LABEL, "count": 2, "capacity": 2, "speed_m_per_s": 3.0, "home": "s1"}
    reorder = {"point": 2.0, "quantity": 3.0, "lead": {"kind": "exponential", "mean_s": 4.0}}
    deliveries = [{"at_s": 12.0, "quantity": 2.0}]
    return {
        "calendars": [{"id": "day", "shifts": [{"start_s": 0.0, "end_s": 86_400.0}], "breaks": [_BREAK]}],
        "crews": [
            {"id": "one", "name": _LABEL, "size": 2, "skills": ["turn", "mend"], "calendar": "day"},
            {"id": "two", "name": _LABEL, "size": 1, "skills": ["mend"]},
        ],
        "fleets": [fleet | {"load_s": 0.1, "unload_s": 0.1, "battery": battery}],
        "materials": [
            {"id": "bar", "name": _LABEL, "unit": "m", "initial": 4.0, "deliveries": deliveries, "reorder": reorder}
        ],
    }


_BREAK = {"start_s": 25.0, "end_s": 29.0}


def _described() -> dict[str, Any]:
    mode = {"id": "stop", "name": _LABEL, "mtbf_s": 20.0, "mttr_s": 3.0}
    cycle = {"kind": "exponential", "mean_s": 1.0}
    speed = {"id": "speed", "name": _LABEL, "unit": "1/s", "nominal": 10, "minimum": 5, "maximum": 20}
    effect = {"acts_on": "cycle_time", "curve": {"kind": "power", "exponent": -1.0}}
    return {
        "plant": "probe",
        "name": _LABEL,
        "flow_unit": {"name": _LABEL, "piece": _LABEL},
        "stations": [
            {
                "id": f"s{i}",
                "name": _LABEL,
                "cycle": cycle,
                "scrap": 0.1,
                "failures": [mode | {"clock": clock}],
                "parameters": [speed | {"max_step": 15, "tolerance": 0.1, "effects": [effect]}],
            }
            for i, clock in enumerate(("operating", "calendar"))
        ],
        "buffers": [{"id": "b", "name": _LABEL, "upstream": "s0", "downstream": "s1", "capacity": 1}],
        "products": [{"id": "part", "name": _LABEL}],
        "orders": [
            {"id": f"o{i}", "product": "part", "quantity": 40, "due_s": 100.0, "release_s": 20.0 * i} for i in range(4)
        ],
    }

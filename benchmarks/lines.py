"""Serial lines for the benchmarks: stations alike, with a speed that can be set.

Used by `benchmarks.judging` and `benchmarks.screening`.
"""

from typing import Any

from plants.flow.change import SetParameter
from plants.model.plant import Plant

_NAME = {"en": "x", "ko": "x"}
NOMINAL = 100.0


def line(stations: int, cycle_s: float, *, buffer: int, quantity: int | None = None) -> Plant:
    """Stations with lognormal times (coefficient of variation 0.3), failures and a speed.

    Args:
        stations: How many.
        cycle_s: Mean time of each.
        buffer: Places between two.
        quantity: Units of the one order; without one, the line runs for ever.
    """
    orders = [] if quantity is None else [{"id": "o", "product": "part", "quantity": quantity, "due_s": 28_800.0}]
    return Plant.model_validate(
        {
            "plant": "line",
            "name": _NAME,
            "flow_unit": {"name": _NAME, "piece": _NAME},
            "stations": [_station(i, cycle_s) for i in range(stations)],
            "buffers": [
                {"id": f"b{i}", "name": _NAME, "upstream": f"s{i}", "downstream": f"s{i + 1}", "capacity": buffer}
                for i in range(stations - 1)
            ],
            "products": [{"id": "part", "name": _NAME}],
            "orders": orders,
        }
    )


def faster(station: int, share: float) -> SetParameter:
    """The speed of a station, changed by a share."""
    return SetParameter(alias=f"s{station}.speed", value=NOMINAL * (1 + share))


def _station(i: int, cycle_s: float) -> dict[str, Any]:
    speed = {"id": "speed", "name": _NAME, "unit": "%", "nominal": NOMINAL, "minimum": 50, "maximum": 150}
    effect = {"acts_on": "cycle_time", "curve": {"kind": "power", "exponent": -1.0}}
    return {
        "id": f"s{i}",
        "name": _NAME,
        "cycle": {"kind": "lognormal", "mean_s": cycle_s, "sd_s": 0.3 * cycle_s},
        "failures": [{"id": "stop", "name": _NAME, "mtbf_s": 120 * cycle_s, "mttr_s": 6 * cycle_s}],
        "parameters": [speed | {"max_step": 100, "tolerance": 1.0, "effects": [effect]}],
    }

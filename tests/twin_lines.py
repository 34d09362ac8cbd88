"""Lines for the twin's tests, built in a few words."""

from collections.abc import Sequence
from typing import Any

from plants.model.plant import Plant

LABEL = {"en": "x", "ko": "x"}
EXPONENTIAL: dict[str, Any] = {"kind": "exponential", "mean_s": 1.0}


def constant(mean_s: float) -> dict[str, Any]:
    """A constant time."""
    return {"kind": "constant", "mean_s": mean_s}


def exponential(mean_s: float) -> dict[str, Any]:
    """An exponential time."""
    return {"kind": "exponential", "mean_s": mean_s}


def mode(clock: str = "operating", mtbf_s: float = 100.0, mttr_s: float = 10.0, **more: object) -> dict[str, Any]:
    """A failure mode named `stop`."""
    return {"id": "stop", "name": LABEL, "clock": clock, "mtbf_s": mtbf_s, "mttr_s": mttr_s, **more}


def station(cycle: dict[str, Any] | None = None, **more: object) -> dict[str, Any]:
    """A station without a name, for `line`."""
    return {"name": LABEL, "cycle": cycle or EXPONENTIAL, **more}


def line(
    stations: Sequence[dict[str, Any]], buffers: Sequence[int | tuple[int, float]] | int = 0, **more: object
) -> Plant:
    """A line of stations s0, s1, … (or with ids) and buffers b0, b1, … given by capacity or (capacity, transport_s)."""
    named = [{"id": f"s{i}", **s} for i, s in enumerate(stations)]
    gaps = [buffers] * (len(stations) - 1) if isinstance(buffers, int) else list(buffers)
    pairs = [g if isinstance(g, tuple) else (g, 0.0) for g in gaps]
    description = {
        "plant": "test_line",
        "name": LABEL,
        "flow_unit": {"name": LABEL, "piece": LABEL},
        "stations": named,
        "buffers": [
            {
                "id": f"b{i}",
                "name": LABEL,
                "upstream": named[i]["id"],
                "downstream": named[i + 1]["id"],
                "capacity": capacity,
                "transport_s": transport,
            }
            for i, (capacity, transport) in enumerate(pairs)
        ],
        "products": [{"id": "red", "name": LABEL}, {"id": "blue", "name": LABEL}],
    }
    return Plant.model_validate(description | more)


def order(id: str, product: str = "red", quantity: int = 10, **more: object) -> dict[str, Any]:
    """An order, due after a thousand seconds unless said otherwise."""
    return {"id": id, "product": product, "quantity": quantity, "due_s": 1000.0, **more}


def speed(**more: object) -> dict[str, Any]:
    """A parameter named `speed`, nominal 10 within 5 to 20, whose power -1 acts on the cycle time."""
    effect = {"acts_on": "cycle_time", "curve": {"kind": "power", "exponent": -1}}
    given = {"id": "speed", "name": LABEL, "unit": "1/s", "nominal": 10, "minimum": 5, "maximum": 20}
    return given | {"max_step": 15, "tolerance": 0.1, "effects": [effect]} | more

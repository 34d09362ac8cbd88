"""A job shop out of a generator: machine groups, products with routes of their own, arrivals that keep it busy.

Used by `benchmarks.reference_line`. All of it follows from its seed.
"""

import random
from typing import Any

from plants.model.plant import Plant

GROUPS, SERVERS, PRODUCTS, STEPS = 10, 2, 12, 12
LOAD = 0.85
"""Share of time for which the machines work, on average, were there no failures and no setups."""
WORK_S = 60.0
_NAME = {"en": "x", "ko": "x"}
_RULES = ("fifo", "spt", "edd", "setup_avoiding")


def job_shop(seed: int = 1) -> Plant:
    """Ten groups of two machines, twelve products with re-entrant routes of twelve steps, stores without limit."""
    rng = random.Random(seed)
    names = [f"g{i}" for i in range(GROUPS)]
    routes = [[rng.choice(names) for _ in range(STEPS)] for _ in range(PRODUCTS)]
    visits = {name: sum(route.count(name) for route in routes) / PRODUCTS for name in names}
    every_s = max(visits.values()) * WORK_S / SERVERS / LOAD * PRODUCTS
    return Plant.model_validate(
        {
            "plant": "job_shop",
            "name": _NAME,
            "flow_unit": {"name": _NAME, "piece": _NAME},
            "stations": [_group(name, _RULES[i % len(_RULES)]) for i, name in enumerate(names)],
            "buffers": [{"id": f"to_{name}", "name": _NAME, "downstream": name} for name in names],
            "products": [
                {"id": f"p{k}", "name": _NAME, "route": [_step(n, at) for n, at in enumerate(route)]}
                for k, route in enumerate(routes)
            ],
            "arrivals": [
                {
                    "id": f"a{k}",
                    "product": f"p{k}",
                    "every": {"kind": "exponential", "mean_s": every_s},
                    "due_after_s": 20 * STEPS * WORK_S,
                }
                for k in range(PRODUCTS)
            ],
        }
    )


def _group(name: str, rule: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": _NAME,
        "servers": SERVERS,
        "cycle": {"kind": "lognormal", "mean_s": WORK_S, "sd_s": WORK_S / 2},
        "dispatch": {"rule": rule},
        "setups": {"default": {"kind": "constant", "mean_s": 5.0}} if rule == "setup_avoiding" else {},
        "failures": [{"id": "stop", "name": _NAME, "clock": "calendar", "mtbf_s": 7200.0, "mttr_s": 300.0}],
    }


def _step(n: int, at: str) -> dict[str, Any]:
    return {"step": f"t{n}", "stations": [at], "scrap": 0.001}

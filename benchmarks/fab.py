"""A synthetic wafer fab out of a generator, and 180 days of it. Target: under 60 s and under 1 GB.

Run: `python -m benchmarks.fab`; `--days 10` for a part, `--engine simpy` for the reference engine. A hundred groups of
ten tools, two products of 500 re-entrant steps, batches at every tenth group, setups at every tenth, failures and
planned maintenance everywhere, 2,000 lots in progress (CONWIP). The slowest group lets some 40 lots a day through. What
the compiled engine refuses is told by name; `--without-maintenance` leaves out the one part that it may not cover.
"""

import argparse
import os
import random
import resource
import time
from typing import Any

from plants.model.plant import Plant
from twin import run
from twin.compiled.network.coverage import refused
from twin.engines import NETWORK_KERNELS

GROUPS, TOOLS, PRODUCTS, STEPS, LOTS = 100, 10, 2, 500, 2_000
DAY_S, HOUR_S = 86_400.0, 3600.0
BATCHED, SET_UP = 10, 10
"""Every so many groups work in batches, or need setups."""
_NAME = {"en": "x", "ko": "x"}


def fab(seed: int = 1, *, maintenance: bool = True) -> Plant:
    """The fab; all of it follows from its seed."""
    rng = random.Random(seed)
    names = [f"g{i:02}" for i in range(GROUPS)]
    routes = [_route(rng, names) for _ in range(PRODUCTS)]
    return Plant.model_validate(
        {
            "plant": "fab",
            "name": _NAME,
            "flow_unit": {"name": _NAME, "piece": _NAME},
            "stations": [_group(i, name, maintenance=maintenance) for i, name in enumerate(names)],
            "buffers": [{"id": f"to_{name}", "name": _NAME, "downstream": name} for name in names],
            "products": [{"id": f"p{k}", "name": _NAME, "route": route} for k, route in enumerate(routes)],
            "orders": [
                {"id": f"o{n}", "product": f"p{n % PRODUCTS}", "quantity": 25, "due_s": 100 * DAY_S} for n in range(500)
            ],
            "wip_limit": LOTS,
        }
    )


def _route(rng: random.Random, names: list[str]) -> list[dict[str, Any]]:
    """Every group five times in a sequence of its own, no group twice in a row."""
    visits = names * (STEPS // GROUPS)
    rng.shuffle(visits)
    for i in range(1, STEPS):
        if visits[i] == visits[i - 1]:
            j = (i + STEPS // 2) % STEPS
            visits[i], visits[j] = visits[j], visits[i]
    return [
        {"step": f"t{n}", "stations": [at], **({"setup": f"k{n % 4}"} if _set_up(names.index(at)) else {})}
        for n, at in enumerate(visits)
    ]


def _set_up(i: int) -> bool:
    return i % SET_UP == 5


def _group(i: int, name: str, *, maintenance: bool) -> dict[str, Any]:
    batched = i % BATCHED == 0
    hours = 4.0 if batched else 1.0 + 0.01 * (i % 7)
    group: dict[str, Any] = {
        "id": name,
        "name": _NAME,
        "servers": TOOLS,
        "cycle": {"kind": "lognormal", "mean_s": hours * HOUR_S, "sd_s": 0.2 * hours * HOUR_S},
        "failures": [{"id": "stop", "name": _NAME, "clock": "calendar", "mtbf_s": 5 * DAY_S, "mttr_s": 4 * HOUR_S}],
    }
    if batched:
        group["batch"] = {"minimum": 2, "maximum": 6, "wait_s": 4 * HOUR_S, "mix": "product"}
    if _set_up(i):
        group["setups"] = {"default": {"kind": "constant", "mean_s": 600.0}}
        group["dispatch"] = {"rule": "setup_avoiding"}
    if maintenance:
        duration = {"kind": "constant", "mean_s": 6 * HOUR_S}
        group["maintenance"] = [{"id": "pm", "name": _NAME, "duration": duration, "every_operating_s": 10 * DAY_S}]
    return group


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=float, default=180.0)
    parser.add_argument("--engine", default="compiled", help="compiled or simpy")
    parser.add_argument("--without-maintenance", action="store_true")
    given = parser.parse_args()
    plant = fab(maintenance=not given.without_maintenance)
    print(f"load average {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    engine = given.engine
    if engine == "compiled":
        missing = refused(plant)
        if missing is not None:
            print(f"the compiled engine does not cover {missing[:90]} …: SimPy runs it")
            engine = "simpy"
        elif not NETWORK_KERNELS.wait():
            raise SystemExit(NETWORK_KERNELS.fault)
    measure(plant, given.days, engine)
    print(f"load average {os.getloadavg()[0]:.2f}")


def measure(plant: Plant, days: float, engine: str) -> None:
    """One run, and its figures."""
    began, cpu = time.perf_counter(), time.process_time()
    found = run(plant, horizon_s=days * DAY_S, engine=engine)
    wall, used = time.perf_counter() - began, time.process_time() - cpu
    steps = sum(n for name, n in found.counters.items() if name.endswith(".processed"))
    most_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    in_fab = found.counters["entered"] - found.counters["good"] - found.counters["scrapped"]
    print(
        f"{engine}: {days:g} days, {steps:,} lot-steps, {found.counters['good']:,} lots out, {in_fab:,} in progress; "
        f"{wall:.1f} s ({used:.1f} s of processor time), {steps / used:,.0f} lot-steps/s, {most_mib:.0f} MiB"
    )


if __name__ == "__main__":
    main()

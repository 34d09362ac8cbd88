"""Lines for the twin's tests, built in a few words, and throughput with controlled variates for the exact oracles."""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats

from plants.flow.verdict import Interval
from plants.model.distribution import mean_s
from plants.model.plant import Plant
from plants.model.station import FailureClock
from twin import LineSimulation
from twin.totals import Totals
from twin.working import Code

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


def batches(plant: Plant, *, batch_s: float, count: int, seed: int, warmup_s: float = 500.0) -> list[Totals]:
    """Totals of consecutive spans of one long run."""
    sim = LineSimulation(plant, seed=seed)
    sim.run_until(warmup_s)
    marks = [sim.totals()]
    for i in range(1, count + 1):
        sim.run_until(warmup_s + i * batch_s)
        marks.append(sim.totals())
    return [b.since(a) for a, b in itertools.pairwise(marks)]


def throughput(spans: Sequence[Totals], plant: Plant, level: float = 0.999) -> Interval:
    """Units per second with an interval from batch means, controlled variates taking out what the draws happened to be.

    Controls are rates whose mean is exactly 0: time executing minus the mean cycle for each unit processed; and for
    each failure mode the downtime minus what is expected of it, MTTR / MTBF of the time executing (operating clock) or
    MTTR / (MTBF + MTTR) of all time (calendar clock). The estimate is the intercept of the linear regression on the
    controls, with n - q - 1 degrees of freedom (Lavenberg and Welch, Management Science 27, 1981).
    """
    time = np.array([s.time_s for s in spans])
    y = np.array([s.good for s in spans]) / time
    columns = []
    for i, st in enumerate(plant.stations):
        executing = np.array([s.spent[i][Code.EXECUTING] for s in spans])
        processed = np.array([s.processed[i] for s in spans])
        columns.append((executing - mean_s(st.cycle) * processed) / time)
        for m in st.failures:
            up, repair = m.mtbf_s or 0.0, m.mttr_s or 0.0
            down = np.array([s.spent[i][Code.DOWN] for s in spans])
            calendar = m.clock is FailureClock.CALENDAR
            columns.append(
                down / time - repair / (up + repair) if calendar else (down - repair / up * executing) / time
            )
    varying = [c for c in columns if np.std(c) > 1e-3]
    x = np.column_stack([np.ones(len(y)), *varying])
    solution, *_ = np.linalg.lstsq(x, y, rcond=None)
    freedom = len(y) - x.shape[1]
    residual = y - x @ solution
    variance = float(residual @ residual) / freedom * float(np.linalg.inv(x.T @ x)[0, 0])
    half = float(stats.t.ppf(0.5 + level / 2, freedom)) * variance**0.5
    mean = float(solution[0])
    return Interval(mean=mean, low=mean - half, high=mean + half, level=level)

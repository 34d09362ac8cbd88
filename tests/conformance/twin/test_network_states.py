"""A forecast from a snapshot and the run that is gone on with agree in distribution; a biased residual does not."""

import importlib
from collections.abc import Callable
from typing import Any

import pytest
from scipy import stats

from plants.flow.state import LineState
from plants.loader.load import load_plant
from plants.model.plant import Plant
from twin import LineSimulation
from twin.engines import numba_fault
from twin.network.engine import NetworkSimulation
from twin.totals import Totals

H = 3600.0
LEVEL = 0.001
"""Two-sample Kolmogorov-Smirnov tests at this level, divided by how many there are (Bonferroni)."""

Figures = dict[str, Callable[[Totals], float]]
FIGURES: Figures = {
    "throughput": lambda row: row.good,
    "lead": lambda row: row.lead_sum_s / max(row.good, 1),
    "WIP": lambda row: row.wip_area / row.time_s,
    "processed": lambda row: sum(row.processed),
}


def simulation(plant: Plant, seed: int, state: LineState | None = None) -> Any:  # noqa: ANN401 - one of three engines
    """A run by the fastest engine that covers the plant; their figures are equal (`test_compiled_parity`)."""
    if not plant.serial:
        return NetworkSimulation(plant, seed=seed, state=state)
    made = LineSimulation if numba_fault() else importlib.import_module("twin.compiled.simulation").CompiledSimulation
    return made(plant, seed=seed, state=state)


def after(plant: Plant, seed: int, cut_s: float, span_s: float) -> tuple[Totals, LineState]:
    """What happens in a span after a moment, and the state at that moment."""
    sim = simulation(plant, seed)
    sim.run_until(cut_s)
    state, start = sim.snapshot(), sim.totals()
    sim.run_until(cut_s + span_s)
    return sim.totals().since(start), state


def forecast(plant: Plant, state: LineState, seed: int, span_s: float) -> Totals:
    """What happens in a span after a state, with other draws."""
    sim = simulation(plant, seed, state)
    start = sim.totals()
    sim.run_until(state.plant_time_s + span_s)
    found: Totals = sim.totals().since(start)
    return found


def biased(state: LineState) -> LineState:
    """A state in which work under way begins anew: a residual that forgets what is done."""
    stations = tuple(s.model_copy(update={"worked_s": 0.0, "setup_worked_s": None}) for s in state.stations)
    return state.model_copy(update={"stations": stations})


def least_p(plant: Plant, cut_s: float, span_s: float, runs: int, change: Callable[[LineState], LineState]) -> float:
    """Least p-value over the figures: continued runs against forecasts from their (changed) states."""
    continued = [after(plant, seed, cut_s, span_s) for seed in range(runs)]
    forecasts = [forecast(plant, change(state), 10_000 + n, span_s) for n, (_, state) in enumerate(continued)]
    rows = [row for row, _ in continued]
    return min(float(stats.ks_2samp([f(r) for r in rows], [f(r) for r in forecasts]).pvalue) for f in FIGURES.values())


CASES = {"bottling": (1.5 * H, 0.5 * H), "machining_cell": (6.5 * H, 2 * H), "minifab": (60 * H, 6 * H)}
"""Plant: moment of the state, and the span after it."""


@pytest.mark.parametrize("name", CASES)
def test_a_forecast_agrees_with_the_run_that_goes_on(name: str) -> None:
    """Over forty states of each plant."""
    assert least_p(load_plant(name), *CASES[name], 40, lambda s: s) > LEVEL / len(FIGURES)


@pytest.mark.slow
@pytest.mark.timeout(5_000)
@pytest.mark.parametrize("name", CASES)
def test_a_forecast_agrees_over_many_states(name: str) -> None:
    """Over four hundred states of each plant."""
    assert least_p(load_plant(name), *CASES[name], 400, lambda s: s) > LEVEL / len(FIGURES)


def test_a_biased_residual_is_told_apart() -> None:
    """Where work under way begins anew, four hours of furnace work are lost, and the mini-fab puts out less."""
    assert least_p(load_plant("minifab"), 60 * H, 6 * H, 60, biased) < LEVEL / len(FIGURES)

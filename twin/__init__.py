"""Jayul: what the plant will do. Shadow, engine, statistics, judge, insight."""

from plants.model.energy import EmissionFactor
from twin.compare import compare
from twin.engine import LineSimulation
from twin.forecast_error import ForecastError
from twin.insight.explain import explain
from twin.judge import judge
from twin.run import run
from twin.screening import screen
from twin.selection import select_best
from twin.simulate import simulate

__all__ = [
    "EmissionFactor",
    "ForecastError",
    "LineSimulation",
    "compare",
    "explain",
    "judge",
    "run",
    "screen",
    "select_best",
    "simulate",
]

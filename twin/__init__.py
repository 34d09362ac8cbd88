"""Jayul: what the plant will do. Shadow, engine, statistics, judge."""

from twin.engine import LineSimulation
from twin.run import run
from twin.simulate import simulate

__all__ = ["LineSimulation", "run", "simulate"]

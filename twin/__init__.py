"""Jayul: what the plant will do. Shadow, engine, statistics, judge."""

from twin.engine import LineSimulation

__all__ = ["LineSimulation"]

"""The reference line written by hand in SimPy: `benchmarks.handwritten_simpy`."""

import sys
from pathlib import Path

from work import answer

sys.path.insert(0, str(Path(__file__).parents[3]))
from benchmarks.handwritten_simpy import line


def by_hand(stations: int, buffer: int, horizon: float, seed: int, fails: bool) -> int:
    """Parts that leave the line."""
    return line(stations, buffer, horizon, seed, (100.0, 10.0) if fails else None)


if __name__ == "__main__":
    answer(by_hand, "simpy")

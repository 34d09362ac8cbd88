"""The reference line written by hand in SimPy, as short and as fast as its author could: the peer of `reference_line`.

Stations in series with finite buffers, exponential times of mean 1, blocking after service, the first never starved and
the last never blocked; failures by the calendar clock, preempt-resume. It has no orders, no snapshot, no KPIs but the
throughput.
"""

import random
from collections import deque
from collections.abc import Generator

import simpy


class Station:
    """One station and the buffer in front of it."""

    def __init__(self, env: simpy.Environment, rng: random.Random, fail: tuple[float, float] | None) -> None:
        self.env = env
        self.rng = rng
        self.fail = fail
        self.level = 0
        self.capacity = 0
        self.next: Station | None = None
        self.given = env.event()
        self.taken = env.event()
        self.downs: deque[tuple[float, float]] = deque()
        self.next_failure = rng.expovariate(1 / fail[0]) if fail else float("inf")
        self.finished = 0

    def run(self, first: bool) -> Generator[simpy.Event, None, None]:
        """Take a part, work on it, hand it on; for ever."""
        env, draw = self.env, self.rng.expovariate
        while True:
            if not first:
                while not self.level:
                    self.given = env.event()
                    yield self.given
                self.level -= 1
                if not self.taken.triggered:
                    self.taken.succeed()
            yield env.timeout(self.work(draw(1.0)))
            down = self.next
            if down is None:
                self.finished += 1
                continue
            while down.level >= down.capacity:
                down.taken = env.event()
                yield down.taken
            down.level += 1
            if not down.given.triggered:
                down.given.succeed()

    def work(self, left: float) -> float:
        """Time until `left` seconds of work are done, with the failures of the calendar clock that come in between."""
        if self.fail is None:
            return left
        now = start = self.env.now
        up, down = self.fail
        while True:
            if self.next_failure >= now + left:
                return now + left - start
            repaired = self.next_failure + self.rng.expovariate(1 / down)
            left -= max(self.next_failure - now, 0.0)
            now = max(repaired, now)
            self.next_failure = repaired + self.rng.expovariate(1 / up)


def line(stations: int, buffer: int, horizon: float, seed: int, fail: tuple[float, float] | None = None) -> int:
    """Parts that leave a line of equal stations within the horizon."""
    env, rng = simpy.Environment(), random.Random(seed)
    made = [Station(env, rng, fail) for _ in range(stations)]
    for i, st in enumerate(made):
        st.capacity, st.next = buffer, made[i + 1] if i + 1 < stations else None
        env.process(st.run(first=i == 0))
    env.run(until=horizon)
    return made[-1].finished

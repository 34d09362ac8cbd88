"""The reference line in salabim: stores of limited capacity, a component for each station."""

import random

import salabim as sim
from work import Work, answer


class Station(sim.Component):
    """Takes from the store before it, works, hands on."""

    def setup(self, before, after, work):
        """What it is connected to."""
        self.before, self.after, self.work = before, after, work
        self.made = 0

    def process(self):
        """For ever."""
        part = "part"
        while True:
            if self.before is not None:
                part = yield self.from_store(self.before)
            yield self.hold(self.work.time(self.env.now()))
            if self.after is None:
                self.made += 1
            else:
                yield self.to_store(self.after, part)


class Part(sim.Component):
    """A unit."""


class First(Station):
    """The first station makes its parts itself."""

    def process(self):
        """For ever."""
        while True:
            yield self.hold(self.work.time(self.env.now()))
            yield self.to_store(self.after, Part(process=None))


def line(stations, buffer, horizon, seed, fails):
    """Parts that leave the line."""
    sim.yieldless(False)
    env = sim.Environment(trace=False)
    rng = random.Random(seed)
    stores = [sim.Store(capacity=buffer, monitor=False) for _ in range(stations - 1)]
    made = [
        (First if i == 0 else Station)(
            before=stores[i - 1] if i else None,
            after=stores[i] if i + 1 < stations else None,
            work=Work(rng, fails=fails),
            mode=None,
        )
        for i in range(stations)
    ]
    env.run(till=horizon)
    return made[-1].made


if __name__ == "__main__":
    answer(line, "salabim")

"""The reference line in simprocesd (NIST): part processors with times of their own, and buffers."""

import random

from simprocesd.model import System
from simprocesd.model.factory_floor import Buffer, PartProcessor, Sink, Source
from work import Work, answer


class Station(PartProcessor):
    """A processor whose time is drawn anew for each part."""

    def __init__(self, upstream, work):
        self.work = work
        super().__init__(upstream=upstream)

    @property
    def cycle_time(self):
        """The time of the part that is begun now."""
        return self.work.time(self.env.now)

    @cycle_time.setter
    def cycle_time(self, _):
        """Set by the constructor; times are drawn."""


def line(stations, buffer, horizon, seed, fails):
    """Parts that leave the line."""
    rng = random.Random(seed)
    system = System()
    before = Source()
    for i in range(stations):
        before = Station([before], Work(rng, fails=fails))
        if i + 1 < stations:
            before = Buffer(upstream=[before], capacity=buffer)
    sink = Sink(upstream=[before])
    system.simulate(simulation_duration=horizon, print_summary=False)
    return sink.received_parts_count


if __name__ == "__main__":
    answer(line, "simprocesd")

"""The reference line in Ciw: nodes in series with limited queues, blocking after service; arrivals never lack."""

import random

import ciw
from work import Work, answer


class Cycle(ciw.dists.Distribution):
    """The time of a station."""

    def __init__(self, work):
        self.work = work

    def sample(self, t=None, ind=None):  # noqa: ARG002 - Ciw calls it so
        """The time of a unit that is begun at t."""
        return self.work.time(t)


def line(stations, buffer, horizon, seed, fails):
    """Parts that leave the line."""
    ciw.seed(seed)
    # Ciw copies what it is given: one generator for all would be a copy of the same luck for each
    onward = [[float(j == i + 1) for j in range(stations)] for i in range(stations)]
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Deterministic(0.8)] + [None] * (stations - 1),
        service_distributions=[Cycle(Work(random.Random(1000 * seed + i), fails=fails)) for i in range(stations)],
        number_of_servers=[1] * stations,
        queue_capacities=[float("inf")] + [buffer] * (stations - 1),
        routing=onward,
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(horizon)
    return len(simulation.nodes[-1].all_individuals)


if __name__ == "__main__":
    answer(line, "ciw")

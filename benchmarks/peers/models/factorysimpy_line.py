"""The reference line in FactorySimPy: machines that block, and buffers between them."""

import random
from itertools import pairwise

import simpy
from factorysimpy.edges.buffer import Buffer
from factorysimpy.nodes.machine import Machine
from factorysimpy.nodes.sink import Sink
from factorysimpy.nodes.source import Source
from work import Work, answer


def line(stations, buffer, horizon, seed, fails):
    """Parts that leave the line."""
    env = simpy.Environment()
    rng = random.Random(seed)
    works = [Work(rng, fails=fails) for _ in range(stations)]
    nodes = [Source(env, id="source", inter_arrival_time=0.001, blocking=True)]
    nodes += [
        Machine(env, id=f"m{i}", work_capacity=1, processing_delay=lambda work=work: work.time(env.now), blocking=True)
        for i, work in enumerate(works)
    ]
    nodes.append(Sink(env, id="sink"))
    for i, (source, target) in enumerate(pairwise(nodes)):
        Buffer(env, id=f"b{i}", capacity=buffer, delay=0).connect(source, target)
    env.run(until=horizon)
    return nodes[-1].stats["num_item_received"]


if __name__ == "__main__":
    answer(line, "factorysimpy")

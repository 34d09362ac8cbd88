"""The reference line in prodsys: machines with a queue before and behind them, and transport of no time between.

prodsys hands units on by a transport resource only: here one that carries as many as it likes in no time. A finished
unit rests in the machine until the one place of its output queue is free, so that place and the input queue of the next
machine are the buffer between the two.
"""

import contextlib
import os
import random
from pathlib import Path

import prodsys.express as psx
from prodsys.models.port_data import PortInterfaceType
from prodsys.simulation.runner import Runner
from work import Work, answer


class Cycle:
    """The time of a station, in place of a time model of prodsys."""

    def __init__(self, work, env):
        self.work, self.env = work, env

    def get_next_time(self, origin=None, target=None):  # noqa: ARG002 - prodsys calls it so
        """The time of the unit that is begun now."""
        return self.work.time(self.env.now)

    def get_expected_time(self, *_, **__):
        """The mean."""
        return 1.0


def plant(stations, buffer):
    """Source, machines, sink, and what carries between them."""
    nothing = psx.FunctionTimeModel("constant", 0.0, ID="nothing")
    often = psx.FunctionTimeModel("constant", 0.01, ID="often")
    carrying = psx.TransportProcess(time_model=nothing, ID="carrying")
    processes = [psx.ProductionProcess(time_model=nothing, ID=f"p{i}") for i in range(stations)]
    product = psx.Product(process=processes, transport_process=carrying, ID="part")
    machines = [
        psx.Resource(processes=[p], location=[float(i), 0.0], capacity=1, ID=f"m{i}") for i, p in enumerate(processes)
    ]
    for i, machine in enumerate(machines):
        machine.ports = [
            psx.Queue(
                ID=f"in{i}", capacity=buffer - 1, location=[float(i), 1.0], interface_type=PortInterfaceType.INPUT
            ),
            psx.Queue(ID=f"out{i}", capacity=1, location=[float(i), 2.0], interface_type=PortInterfaceType.OUTPUT),
        ]
    carrier = psx.Resource(processes=[carrying], location=[0.0, 3.0], capacity=4 * stations, ID="carrier")
    source = psx.Source(product=product, time_model=often, location=[-1.0, 0.0], ID="source")
    source.ports = [psx.Queue(ID="begin", capacity=1, location=[-1.0, 2.0], interface_type=PortInterfaceType.OUTPUT)]
    sink = psx.Sink(product=product, location=[float(stations), 0.0], ID="sink")
    return psx.ProductionSystem(resources=[*machines, carrier], sources=[source], sinks=[sink])


def line(stations, buffer, horizon, seed, fails):
    """Parts that leave the line."""
    runner = Runner(production_system_data=plant(stations, buffer).to_model())
    runner.initialize_simulation()
    rng = random.Random(seed)
    for process in runner.process_factory.processes.values():
        if process.data.ID.startswith("p"):
            process.time_model = Cycle(Work(rng, fails=fails), runner.env)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, contextlib.redirect_stderr(nowhere):  # its progress
        runner.run(horizon)
    return len(runner.product_factory.finished_products)


if __name__ == "__main__":
    answer(line, "prodsys")

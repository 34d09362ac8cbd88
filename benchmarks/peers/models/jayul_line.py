"""The reference line by our engines; which one is told by the environment (`JAYUL_PEER`)."""

import os

from work import answer

from benchmarks.reference_line import reference_plant
from twin.compiled.passage.simulation import DepartureSimulation
from twin.compiled.simulation import CompiledSimulation
from twin.engine import LineSimulation
from twin.engines import KERNELS

if __name__ == "__main__":
    KERNELS.wait()
    PLANTS = {fails: reference_plant(failures=fails) for fails in (False, True)}
    PEER = os.environ["JAYUL_PEER"]

    def line(_: int, __: int, horizon: float, seed: int, fails: bool) -> int:
        """Parts that leave the line."""
        if PEER.endswith("passage times"):
            passing = DepartureSimulation(PLANTS[fails], seed=seed, replication=0, marks_s=(horizon,))
            passing.run_until(horizon)
            return passing.totals().good
        made = LineSimulation if PEER.endswith("SimPy") else CompiledSimulation
        sim = made(PLANTS[fails], seed=seed)
        sim.run_until(horizon)
        return sim.totals().good

    answer(line, "jayul")

"""Run a whole factory to a moment and let two futures go on from there: as it stands, and with a machine that breaks down.

A state is plain JSON: crews, vehicles with their loads and batteries, stocks and what is under repair are all in it.
"""

from plants.flow.state import LineState
from plants.kpi import Kpi
from plants.loader.load import load_plant
from twin import simulate
from twin.engines import reference

plant = load_plant("machining_cell")
sim = reference(plant, seed=3)
sim.run_until(7 * 3600)
as_it_stands = LineState.model_validate_json(sim.snapshot().model_dump_json())
broken = next(s for s in plant.stations if s.failures)
sim.force_down(broken.id, broken.failures[0].id, repair_s=4 * 3600)
broken_down = sim.snapshot()

print(f"at 07:00: {len(sim.parts())} parts on the floor, {len(as_it_stands.vehicles)} vehicles")
for what, state in (("as it stands", as_it_stands), (f"{broken.id} breaks down", broken_down)):
    made = simulate(plant, state=state, horizon_s=4 * 3600, replications=6).kpis[Kpi.THROUGHPUT]
    print(f"{what}: {made.mean:.1f} parts an hour ({made.low:.1f} to {made.high:.1f})")

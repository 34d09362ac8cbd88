"""Run a whole factory to a moment and let many futures go on from there, half of them with a machine out of order.

A state is plain JSON: crews, vehicles with their loads and batteries, stocks and what is under repair are all in it.
"""

from plants.flow.state import LineState
from plants.loader.load import load_plant
from twin.engines import reference

NOW_S, UNTIL_S, FUTURES = 7 * 3600, 15 * 3600, 8

plant = load_plant("machining_cell")
sim = reference(plant, seed=3)
sim.run_until(NOW_S)
state = LineState.model_validate_json(sim.snapshot().model_dump_json())
print(f"at 07:00: {len(sim.parts())} parts on the floor, {len(state.vehicles)} vehicles")

broken = next(s for s in reversed(plant.stations) if s.failures)
made: dict[bool, list[int]] = {False: [], True: []}
for future in range(FUTURES):
    for out_of_order in (False, True):
        run = reference(plant, seed=3, replication=future, state=state)
        if out_of_order:
            run.force_down(broken.id, broken.failures[0].id, repair_s=UNTIL_S - NOW_S)
        run.run_until(UNTIL_S)
        made[out_of_order].append(run.totals().good)

lost = [a - b for a, b in zip(made[False], made[True], strict=True)]
print(f"as it stands: {sum(made[False]) / FUTURES:.1f} good parts by 15:00")
print(f"without {broken.id}: {sum(lost) / FUTURES:.1f} parts fewer, from {min(lost)} to {max(lost)}")

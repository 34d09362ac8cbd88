"""Snapshot a run in the middle of a breakdown and forecast from there: what has begun goes on, not anew."""

from plants.loader.load import load_plant
from twin import LineSimulation
from twin.forecast import forecast

plant = load_plant("bottling")
sim = LineSimulation(plant, seed=7)
sim.run_until(2 * 3600)
sim.force_down("filler", "valve", repair_s=1800)
sim.run_until(2 * 3600 + 300)
state = sim.snapshot()

found = forecast(plant, state, horizon_s=4 * 3600, replications=10)

print("trustworthy" if found.trustworthy else f"not trustworthy: {'; '.join(found.doubts)}")
for order in found.result.orders[:3]:
    p = order.on_time
    print(f"{order.order}: on time {p.mean:.0%} (between {p.low:.0%} and {p.high:.0%})")

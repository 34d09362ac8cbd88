"""One run by hand with its event log: make it break down, change a setpoint, and see what happened."""

from plants.flow.change import SetParameter
from plants.loader.load import load_plant
from twin import LineSimulation
from twin.log import EventKind, EventLog

log = EventLog()
plant = load_plant("bottling")
sim = LineSimulation(plant, seed=3, log=log)
sim.run_until(600)
sim.force_down("labeller", "glue", repair_s=240)
sim.apply(SetParameter(alias="packer.speed_per_min", value=780))
sim.run_until(1800)

print(f"{len(log)} events, {len(log.rows(EventKind.EXIT))} cases left the line")
for time, kind, station, _, _, value in log.rows(EventKind.DOWN, EventKind.UP, EventKind.CHANGE):
    place = plant.stations[station]
    what = f"= {value:g}" if kind is EventKind.CHANGE else place.failures[int(value)].name.en
    print(f"{time:7.1f} s  {place.id}: {kind.name.lower()} {what}")

"""A line that starts empty is not itself yet: MSER-5 finds how long to leave out, batch means judge one long run."""

from plants.kpi import Kpi
from plants.loader.load import load_plant
from plants.model.plant import Plant
from twin import simulate
from twin.steady import find_warmup, long_run

described = load_plant("bottling").model_dump(mode="json")
endless = Plant.model_validate(described | {"orders": []})  # without orders there are no setups and no end

warmup = find_warmup(endless, horizon_s=4 * 3600, replications=5)
print(f"throughput settles after {warmup.throughput_s:.0f} s, WIP after {warmup.wip_s:.0f} s")
for warning in warmup.warnings:
    print("warning:", warning)

result = simulate(endless, horizon_s=2 * 3600, warmup_s=warmup.warmup_s, replications=5)
print(f"by replications: {result.kpis[Kpi.WIP].mean:.1f} ± {result.kpis[Kpi.WIP].half_width:.1f} units on the line")

throughput, wip = long_run(endless, horizon_s=20 * 3600, warmup_s=warmup.warmup_s)
print(f"by one long run: {wip.interval.mean:.1f} ± {wip.interval.half_width:.1f} units on the line")
print("batches are long enough" if throughput.independent and wip.independent else "batches are too short")

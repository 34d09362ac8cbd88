"""Forecast a shift of a library plant: every figure has an interval."""

from plants.kpi import Kpi
from plants.loader.load import load_plant
from twin import simulate

plant = load_plant("bottling")
result = simulate(plant, horizon_s=3600, replications=10, seed=1)

throughput = result.kpis[Kpi.THROUGHPUT]
print(f"{throughput.mean:.0f} cases an hour, between {throughput.low:.0f} and {throughput.high:.0f} (95 %)")
for station, shares in result.shares.items():
    busy = ", ".join(f"{c.value} {i.mean:.0%}" for c, i in shares.items() if i.mean >= 0.005)
    print(f"  {station}: {busy}")

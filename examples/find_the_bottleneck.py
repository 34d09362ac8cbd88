"""Why a line makes no more: the shifting bottleneck, what would help, and energy by product with its carbon."""

from plants.loader.load import load_plant
from twin import EmissionFactor, explain

grid = EmissionFactor(kg_per_kwh=0.4, source="an example: use the figure of your grid", year=2024)
insight = explain(load_plant("bottling"), horizon_s=3600, replications=5, sensitivity_replications=5, emission=grid)

for s in insight.stations:
    print(f"{s.station:13} active {s.active.mean:4.0%}  bottleneck {s.bottleneck.mean:4.0%} (alone {s.sole.mean:.0%})")
print(f"bottleneck: {insight.bottleneck.station}" + ("" if insight.clear else ", but not clearly"))
for lever in insight.sensitivity[:3]:
    certain = "" if lever.certain else " (not told from nothing)"
    print(f"{lever.place}, {lever.change}: {lever.difference.mean:+.1f} cases an hour{certain}")
for loss in insight.losses:
    print("  " * loss.depth + f"{loss.name}: {loss.minutes.mean:.1f} min")
for product in insight.energy:
    if product.kg_co2e_per_good is not None:
        print(
            f"{product.product}: {product.kg_co2e_per_good.mean * 1000:.1f} g CO2e a case ({grid.source}, {grid.year})"
        )

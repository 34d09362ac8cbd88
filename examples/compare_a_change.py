"""What a faster filler does: both lines have the same luck, so a small difference shows in a few runs."""

from plants.flow.change import SetParameter
from plants.loader.load import load_plant
from twin import compare

plant = load_plant("bottling")
faster = SetParameter(alias="filler.speed_per_min", value=630)
comparison = compare(plant, changes=[faster], horizon_s=3600, replications=10)

for effect in comparison.effects:
    d = effect.difference
    print(f"{effect.kpi.value:18} {d.mean:+10.4f}  ({d.low:+.4f} to {d.high:+.4f})  {effect.result.value}")

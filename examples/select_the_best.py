"""The best of several speeds: bad ones are dropped early, and the winner is confirmed on fresh draws."""

from plants.flow.change import SetParameter
from plants.loader.load import load_plant
from twin import select_best

plant = load_plant("bottling")
speeds = (500, 560, 630, 650)
candidates = [(SetParameter(alias="filler.speed_per_min", value=v),) for v in speeds]
selection = select_best(plant, None, candidates, horizon_s=1800, indifference=20.0, first=8, most=40, confirm=10)

for c in selection.contenders:
    name = "as it is" if c.index is None else f"{speeds[c.index]} a minute"
    kept = "" if c.in_the_running else "dropped"
    print(f"{name:14} {c.mean:7.0f} cases an hour after {c.replications} runs {kept}")
best = "leaving it as it is" if selection.best is None else f"{speeds[selection.best]} a minute"
print(f"best: {best}" + ("" if selection.decided else " (undecided: others may be as good)"))
for effect in selection.effects:
    print(f"  on fresh draws, {effect.kpi.value}: {effect.difference.mean:+.4f}, {effect.result.value}")

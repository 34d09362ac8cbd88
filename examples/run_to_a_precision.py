"""Replications until the interval is as narrow as asked for; the result says whether it was reached."""

from plants.kpi import Kpi
from plants.loader.load import load_plant
from twin import simulate

result = simulate(
    load_plant("bottling"),
    horizon_s=1800,
    replications=10,
    precision=0.025,
    precision_kpi=Kpi.THROUGHPUT,
    max_replications=200,
    look=lambda p: print(f"after {p.replications} replications: ± {p.relative_half_width:.1%}"),
)

precision = result.precision
assert precision is not None  # one was asked for  # noqa: S101
print("reached" if precision.reached else "not reached", f"in {result.replications} replications")

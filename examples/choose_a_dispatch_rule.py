"""A small job shop with routes: which dispatch rule keeps promises? The same parts have the same luck under each."""

from plants.kpi import Kpi
from plants.model.plant import Plant
from twin import simulate

MACHINES = ("saw", "lathe", "mill")
ROUTES = {
    "pin": (("saw", 4), ("lathe", 9)),
    "plate": (("saw", 6), ("mill", 11)),
    "flange": (("lathe", 12), ("mill", 7), ("lathe", 5)),
}
ORDERS = (("plate", 6, 4), ("pin", 8, 2), ("flange", 4, 3), ("pin", 4, 1), ("flange", 3, 5), ("plate", 3, 2))


def label(text: str) -> dict[str, str]:
    """The same label in both languages."""
    return {"en": text, "ko": text}


def step(n: int, station: str, minutes: int) -> dict[str, object]:
    """The n-th step of a route."""
    time = {"kind": "triangular", "low_s": minutes * 50, "mode_s": minutes * 60, "high_s": minutes * 90}
    return {"step": f"step_{n}", "stations": station, "time": time}


def shop(rule: str) -> Plant:
    """The job shop under one rule at every machine."""
    routes = {product: [step(n, *at) for n, at in enumerate(steps)] for product, steps in ROUTES.items()}
    return Plant.model_validate(
        {
            "plant": "job_shop",
            "name": label("Job shop"),
            "flow_unit": {"name": label("part"), "piece": label("part")},
            "stations": [{"id": m, "name": label(m), "dispatch": {"rule": rule}} for m in MACHINES],
            "buffers": [{"id": f"to_{m}", "name": label(f"to {m}"), "downstream": m} for m in MACHINES[1:]],
            "products": [{"id": p, "name": label(p), "route": steps} for p, steps in routes.items()],
            "orders": [
                {"id": f"o{i}", "product": product, "quantity": quantity, "due_s": due_h * 3600}
                for i, (product, quantity, due_h) in enumerate(ORDERS)
            ],
        }
    )


fifo = simulate(shop("fifo"), horizon_s=8 * 3600, replications=20)
print(f"fifo: {fifo.kpis[Kpi.TARDINESS].mean / 60:.0f} min late in sum")
for rule in ("edd", "spt", "atc"):
    runs = simulate(shop(rule), horizon_s=8 * 3600, replications=20).runs
    better = [a.kpis[Kpi.TARDINESS] - b.kpis[Kpi.TARDINESS] for a, b in zip(fifo.runs, runs, strict=True)]
    print(
        f"{rule}: {sum(better) / len(better) / 60:+.0f} min less than fifo, less in {sum(d > 0 for d in better)} of 20"
    )

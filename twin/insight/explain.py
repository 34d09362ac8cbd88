"""`explain`: why a line does what it does, from replications with event logs and from changes tried one at a time.

Used by `jayul simulate --insight` and notebooks. Every figure has an interval.
"""

from collections.abc import Sequence

from plants.flow.change import Change
from plants.flow.state import LineState
from plants.flow.verdict import Interval
from plants.kpi import Kpi
from plants.model.energy import EmissionFactor
from plants.model.plant import Plant
from twin.crew import Crew, Workers
from twin.insight.active import ACTIVE
from twin.insight.losses import loss_tree
from twin.insight.observe import PERCENT, Observed, observe
from twin.insight.power import NOBODY
from twin.insight.report import Insight, MeterInsight, OrderLateness, ProductEnergy, Spread, StationInsight
from twin.insight.sensitivity import sensitivities
from twin.insight.spread import quantile_interval, ratio_interval
from twin.intervals import mean_interval, share_interval, wilson
from twin.lowering import lower
from twin.precision import check_replications
from twin.replications import Progress, Scenario
from twin.run import OrderResult
from twin.simulate import SHIFT_S, result_of
from twin.working import CONDITION_OF

_ACTIVE = {CONDITION_OF[code] for code in ACTIVE}


def explain(
    plant: Plant,
    *,
    horizon_s: float = SHIFT_S,
    replications: int = 30,
    seed: int = 1,
    state: LineState | None = None,
    changes: Sequence[Change] = (),
    warmup_s: float = 0.0,
    emission: EmissionFactor | None = None,
    sensitivity_kpi: Kpi = Kpi.THROUGHPUT,
    sensitivity_replications: int = 10,
    workers: Workers = 1,
    progress: Progress | None = None,
) -> Insight:
    """Report on a line: bottleneck, losses, sensitivity, WIP and lead times, energy, orders.

    Args:
        plant: The line.
        horizon_s: Plant seconds simulated.
        replications: Independent runs with event logs, 2 to 100,000.
        seed: Seed of all draws; the runs are those of `simulate` with the same arguments.
        state: Where every run starts from; an empty line without one.
        changes: Made at the start.
        warmup_s: Left out of all figures.
        emission: Emission factor of electricity, for CO2e.
        sensitivity_kpi: What levers are looked at for.
        sensitivity_replications: Runs of each lever, at least 2; 0 leaves sensitivities out.
        workers: Processes; the result does not depend on it.
        progress: Called with (done, all) after each run, of the report first, then of the levers.

    Raises:
        InvalidInput: arguments that do not fit the plant or each other.
        RunFailed: a run does not come forward.
    """
    check_replications(replications)
    scenario = Scenario(plant, horizon_s, seed, state, tuple(changes), warmup_s)
    with Crew(workers) as crew:
        seen = crew.map(observe, [(scenario, r) for r in range(replications)], progress)
        found = (
            sensitivities(
                scenario, sensitivity_kpi, replications=sensitivity_replications, crew=crew, progress=progress
            )
            if sensitivity_replications
            else ()
        )
    line = lower(plant)
    emission = emission or plant.energy.emission
    slowest = line.stations[line.slowest].name
    return Insight(
        result=result_of(scenario, [o.run for o in seen]),
        stations=tuple(_station(seen, i, s.id) for i, s in enumerate(plant.stations)),
        losses=loss_tree([o.run for o in seen], slowest),
        slowest=slowest,
        wip=_spread("", [o.wip for o in seen]),
        lead_time=_lead_time(seen),
        energy=_energy(plant, seen, emission),
        uncharged_kwh=mean_interval([o.product_kwh.get(NOBODY, 0.0) for o in seen]),
        emission=emission,
        meter=_meter(plant, seen),
        orders=tuple(_lateness([o.run.orders[i] for o in seen]) for i in range(len(seen[0].run.orders))),
        sensitivity=found,
        sensitivity_kpi=sensitivity_kpi,
        sensitivity_replications=sensitivity_replications,
    )


def _station(seen: Sequence[Observed], i: int, name: str) -> StationInsight:
    spans = [o.run.span_s for o in seen]
    stays = [o.stays[i] for o in seen]
    active = [sum(s for c, s in o.run.conditions_s[name].items() if c in _ACTIVE) for o in seen]

    def share(seconds: Sequence[float]) -> Interval:
        return share_interval([s / span for s, span in zip(seconds, spans, strict=True)])

    return StationInsight(
        station=name,
        active=share(active),
        sole=share([s.sole_s for s in stays]),
        shifting=share([s.shifting_s for s in stays]),
        bottleneck=share([s.sole_s + s.shifting_s for s in stays]),
    )


def _spread(unit: str, rows: Sequence[Sequence[float]]) -> Spread:
    return Spread(unit, {p: mean_interval([row[i] for row in rows]) for i, p in enumerate(PERCENT)})


def _lead_time(seen: Sequence[Observed]) -> Spread | None:
    rows = [o.lead_s for o in seen if o.lead_s is not None]
    return _spread("s", rows) if len(rows) >= 2 else None


def _energy(plant: Plant, seen: Sequence[Observed], emission: EmissionFactor | None) -> tuple[ProductEnergy, ...]:
    found = []
    for i, product in enumerate(plant.products):
        good = [float(o.product_good.get(i, 0)) for o in seen]
        each = ratio_interval([o.product_kwh.get(i, 0.0) for o in seen], good)
        if each is not None:
            found.append(ProductEnergy(product.id, mean_interval(good), each, _carbon(each, emission)))
    return tuple(found)


def _meter(plant: Plant, seen: Sequence[Observed]) -> MeterInsight | None:
    shown = [o.metered for o in seen if o.metered is not None]
    if not shown:
        return None
    good = [float(sum(o.product_good.values())) for o in seen]
    priced = bool(plant.energy.tariff)
    return MeterInsight(
        currency=plant.energy.currency,
        cost=mean_interval([m.cost for m in shown]) if priced else None,
        cost_per_good=ratio_interval([m.cost for m in shown], good) if priced else None,
        peak_kw=mean_interval([m.peak_kw for m in shown]),
        window_s=plant.energy.peak_window_s,
        limit_kw=plant.energy.peak_limit_kw,
        over_limit=share_interval([m.over_limit for m in shown]) if plant.energy.peak_limit_kw is not None else None,
    )


def _carbon(kwh: Interval, emission: EmissionFactor | None) -> Interval | None:
    if emission is None:
        return None
    kg = emission.kg_per_kwh
    return Interval(mean=kwh.mean * kg, low=kwh.low * kg, high=kwh.high * kg, level=kwh.level)


def _lateness(rows: Sequence[OrderResult]) -> OrderLateness:
    late = [o.end_s - o.due_s for o in rows]
    return OrderLateness(
        order=rows[0].order,
        due_s=rows[0].due_s,
        lateness_s=mean_interval(late),
        median_s=quantile_interval(late, 0.5),
        p90_s=quantile_interval(late, 0.9),
        on_time=wilson(sum(o.on_time for o in rows), len(rows)),
        projected=sum(o.finished_s is None for o in rows) / len(rows),
    )

"""Plants with any flow for the twin's tests, built in a few words, and what can be read off a run of one."""

from collections.abc import Sequence
from typing import Any

from plants.model.plant import Plant
from tests.twin_lines import LABEL, constant
from twin.log import EventKind, EventLog
from twin.network.engine import NetworkSimulation

Described = dict[str, Any]


def machine(id: str, mean_s: float | Described = 1.0, **more: object) -> Described:
    """A station with a constant time, or with the one that is given."""
    return {"id": id, "name": LABEL, "cycle": time(mean_s), **more}


def time(given: float | Described) -> Described:
    """A constant time for a number; a distribution as it is."""
    return given if isinstance(given, dict) else constant(given)


def step(
    name: str, stations: str | Sequence[str], mean_s: float | Described | None = None, **more: object
) -> Described:
    """A step, with the stations' own time where none is given."""
    own = {} if mean_s is None else {"time": time(mean_s)}
    return {"step": name, "stations": stations, **own, **more}


def product(id: str, *route: Described) -> Described:
    """A product and its route."""
    return {"id": id, "name": LABEL, "route": list(route)}


def store(id: str, downstream: str | Sequence[str], upstream: Sequence[str] | None = None, **more: object) -> Described:
    """A buffer, without limit unless `capacity` says so, that any station fills unless some are named."""
    return {"id": id, "name": LABEL, "downstream": downstream, "upstream": upstream, **more}


def crew(id: str, size: int, *skills: str, **more: object) -> Described:
    """People who are alike."""
    return {"id": id, "name": LABEL, "size": size, "skills": list(skills), **more}


def care(id: str, duration_s: float, **more: object) -> Described:
    """Planned maintenance of constant length."""
    return {"id": id, "name": LABEL, "duration": constant(duration_s), **more}


def network(
    stations: Sequence[Described], products: Sequence[Described], buffers: Sequence[Described] = (), **more: object
) -> Plant:
    """A plant of any flow."""
    described = {
        "plant": "test_network",
        "name": LABEL,
        "flow_unit": {"name": LABEL, "piece": LABEL},
        "stations": list(stations),
        "products": list(products),
        "buffers": list(buffers),
    }
    return Plant.model_validate(described | more)


def history(plant: Plant, until_s: float, seed: int = 1) -> tuple[NetworkSimulation, EventLog]:
    """A run from empty, and all that happened in it."""
    log = EventLog()
    sim = NetworkSimulation(plant, seed=seed, log=log)
    sim.run_until(until_s)
    return sim, log


Told = tuple[float, str]
"""When, and which unit: 'order' for one of quantity 1, else 'order:index'."""


def told(sim: NetworkSimulation, log: EventLog, kind: EventKind, station: str | None = None) -> list[Told]:
    """When units met with something, and which."""
    index = None if station is None else sim.plant.station_index[station]
    wanted = [m.position for m in sim.machines if index is None or m.station == index] + ([-1] if index is None else [])
    return [(t, _unit(sim, o, i)) for t, _, s, o, i, _ in log.rows(kind) if s in wanted]


def _unit(sim: NetworkSimulation, lot: int, index: int) -> str:
    if lot < 0:
        return str(index)
    lowered = sim.lots[lot].lowered
    return lowered.name if lowered.quantity == 1 and not lowered.stream else f"{lowered.name}:{index}"

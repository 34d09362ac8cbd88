"""Routes that lead somewhere: a buffer on each way, a time at each station, no product that contains itself."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from plants.model.consistency.fault import Fault
from plants.model.consistency.flow import Flow, Move
from plants.model.route import Step

if TYPE_CHECKING:
    from plants.model.station import Station


def routes(flow: Flow) -> Iterator[Fault]:
    """Moves without a way, steps without a time, times of no use, buffers that no route uses."""
    yield from _nowhere(flow)
    yield from _times(flow)
    yield from _unused(flow)


def assembly(flow: Flow) -> Iterator[Fault]:
    """Products that contain themselves, straight or through others."""
    done: set[str] = set()
    for product in flow.routes:
        yield from _contains(flow, product, (), done)


def _nowhere(flow: Flow) -> Iterator[Fault]:
    if not any(p.route for p in flow.plant.products):
        return
    for move in flow.moves:
        to = frozenset(move.after.stations)
        for station in move.before.stations:
            if flow.reach(station).isdisjoint(to):
                yield Fault(move.path, _no_way(move, station))


def _no_way(move: Move, station: str) -> str:
    to = " or ".join(f"'{s}'" for s in move.after.stations[:8])
    if move.component is not None:
        return f"component '{move.component}' leads nowhere: no buffer from '{station}' to {to}, where it is built in"
    what = f"'{move.before.step}' to '{move.after.step}' of '{move.product}'"
    return f"the route leads nowhere from {what}: no buffer from '{station}' to {to}"


def _times(flow: Flow) -> Iterator[Fault]:
    stations = {s.id: s for s in flow.plant.stations}
    bare: dict[str, None] = {}
    for product, route in flow.routes.items():
        for i, step in enumerate(route):
            path = flow.path(product, i)
            for n, special in enumerate(step.times):
                if special.station not in step.stations:
                    message = f"step '{step.step}' of '{product}' is never done at '{special.station}'"
                    yield Fault((*path, "times", n, "station"), message, special.station, step.stations)
            if path[-2] == "route":
                lacking = [s for s in step.stations if not _timed(step, stations[s])]
                yield from (Fault(path, _no_time(step, product, s)) for s in lacking)
            else:
                bare |= {s: None for s in step.stations if not _timed(step, stations[s])}
    index = {s.id: i for i, s in enumerate(flow.plant.stations)}
    yield from (Fault(("stations", index[s], "cycle"), "'cycle' is missing") for s in bare)


def _timed(step: Step, station: "Station") -> bool:
    own = "cycle" in station.model_fields_set
    return own or step.time is not None or any(t.station == station.id for t in step.times)


def _no_time(step: Step, product: str, station: str) -> str:
    return (
        f"step '{step.step}' of '{product}' has no time at '{station}': give the step a 'time', "
        f"or the station a 'cycle'"
    )


def _unused(flow: Flow) -> Iterator[Fault]:
    if not any(p.route for p in flow.plant.products):
        return
    for i, buffer in enumerate(flow.plant.buffers):
        if not flow.enters(buffer) and not any(flow.carries(buffer, move) for move in flow.moves):
            yield Fault(("buffers", i), f"no route passes through buffer '{buffer.id}'")


def _contains(flow: Flow, product: str, above: tuple[str, ...], done: set[str]) -> Iterator[Fault]:
    if product in done:
        return
    for i, step in enumerate(flow.routes[product]):
        for n, part in enumerate(step.components):
            chain = (*above, product)
            if part.product in chain:
                within = " in ".join(f"'{p}'" for p in (part.product, *reversed(chain[chain.index(part.product) :])))
                path = (*flow.path(product, i), "components", n, "product")
                yield Fault(path, f"a product cannot contain itself: {within}")
            else:
                yield from _contains(flow, part.product, chain, done)
    done.add(product)

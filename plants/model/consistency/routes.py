"""Routes that lead somewhere: a buffer on each way, a time at each station, no product that contains itself."""

from collections.abc import Iterator, Mapping
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
    """Products that contain themselves, straight or through others, and components that are never made."""
    yield from _never_made(flow)
    done: set[str] = set()
    for product in flow.routes:
        yield from _contains(flow, product, (), done)


def _nowhere(flow: Flow) -> Iterator[Fault]:
    if not flow.routed:
        return
    reaches = flow.reaches(flow.plant.buffers)
    for move in flow.moves:
        to = frozenset(move.after.stations)
        for station in move.before.stations:
            if move.component is None and reaches[station].isdisjoint(to):
                yield Fault(move.path, _no_way(move, station))
            elif move.component is not None and not reaches[station] >= to:
                yield Fault(move.path, _no_part(move.component, station, min(to - reaches[station])))


def _no_way(move: Move, station: str) -> str:
    to = " or ".join(f"'{s}'" for s in move.after.stations[:8])
    what = f"'{move.before.step}' to '{move.after.step}' of '{move.product}'"
    return f"the route leads nowhere from {what}: no buffer from '{station}' to {to}"


def _no_part(component: str, station: str, to: str) -> str:
    return f"component '{component}' leads nowhere: no buffer from '{station}' to '{to}', where it is built in"


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
                yield from (Fault(path, _no_time(step, product, s)) for s in _untimed(step, stations))
            else:
                bare |= dict.fromkeys(_untimed(step, stations))
    index = {s.id: i for i, s in enumerate(flow.plant.stations)}
    yield from (Fault(("stations", index[s], "cycle"), "'cycle' is missing") for s in bare)


def _untimed(step: Step, stations: Mapping[str, "Station"]) -> list[str]:
    """Stations of a step at which nothing says how long it takes."""
    if step.time is not None:
        return []
    special = {t.station for t in step.times}
    return [s for s in step.stations if s not in special and "cycle" not in stations[s].model_fields_set]


def _no_time(step: Step, product: str, station: str) -> str:
    return (
        f"step '{step.step}' of '{product}' has no time at '{station}': give the step a 'time', "
        f"or the station a 'cycle'"
    )


def _unused(flow: Flow) -> Iterator[Fault]:
    if not flow.routed:
        return
    for i, buffer in enumerate(flow.plant.buffers):
        sources = (
            (*flow.sources.get(station, ()), *flow.part_sources.get(station, ())) for station in buffer.downstream
        )
        if not any(s and flow.fills(buffer, s) for s in sources):
            yield Fault(("buffers", i), f"no route passes through buffer '{buffer.id}'")


def _never_made(flow: Flow) -> Iterator[Fault]:
    """Orders bring about the components they need; units that come by themselves, or are made without end, do not."""
    plant = flow.plant
    supplied = {o.product for o in plant.orders} | {a.product for a in plant.arrivals}
    alone = {a.product for a in plant.arrivals} if supplied else {plant.products[0].id}
    for product in flow.routes:
        for i, step in enumerate(flow.routes[product] if product in alone else ()):
            for n, part in enumerate(step.components):
                if part.product not in supplied:
                    message = (
                        f"'{part.product}' is never made for '{product}', which comes without an order: give arrivals "
                        f"(or orders) of '{part.product}'"
                    )
                    yield Fault((*flow.path(product, i), "components", n, "product"), message)


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

"""Snapshots: the working state of a run as a `LineState`, and back.

Used by `twin.engine`. Going back, what is left of work, repairs and up-times under way is drawn from the conditional
distribution given how long they have lasted, always, whoever made the state: `u -> ppf(F(t) + u (1 - F(t))) - t` with
the draw's usual key. A run that is continued and one that starts from its snapshot therefore agree in distribution,
not event for event; where times are constant they agree exactly.

Failure clocks (`elapsed_s`) count nominal seconds: real seconds times the factor of the parameters on the failure rate.
"""

from plants.errors import InvalidInput
from plants.flow.state import (
    BufferState,
    Condition,
    FailureState,
    LineState,
    OrderState,
    ParameterValue,
    Part,
    StationState,
)
from plants.model.plant import Plant
from twin.draws import Purpose, uniform
from twin.line import Line
from twin.lowering import factors
from twin.sampling import residual
from twin.working import CONDITION_OF, Code, ModeRun, OrderRun, PartRun, StationRun

CODE_OF = {
    Condition.EXECUTING: Code.EXECUTING,
    Condition.BLOCKED: Code.BLOCKED,
    Condition.DOWN: Code.DOWN,
    Condition.SETUP: Code.SETUP,
    Condition.NO_ORDER: Code.NO_ORDER,
    Condition.MAINTENANCE: Code.MAINTENANCE,
    Condition.OFF_SHIFT: Code.OFF_SHIFT,
    Condition.NO_CREW: Code.NO_CREW,
}
"""The code of each public condition; any other counts as starved."""


def take(sim: Line) -> LineState:
    """The state of a run at this moment."""
    totals = sim.totals()
    return LineState(
        plant=sim.plant.plant,
        plant_revision=sim.plant.revision,
        plant_time_s=sim.now_s,
        stations=tuple(_station_state(sim, st, totals.energy_kwh[st.position]) for st in sim.stations),
        buffers=tuple(
            BufferState(buffer=b.id, parts=tuple(_part(sim, p) for p in st.queue))
            for b, st in zip(sim.plant.buffers, sim.stations[1:], strict=True)
        ),
        orders=tuple(_order_state(sim.orders[i]) for i in sim.sequence),
        parameters=tuple(ParameterValue(alias=alias, value=value) for alias, value in sim.values.items()),
    )


def _station_state(sim: Line, st: StationRun, energy_kwh: float) -> StationState:
    now = sim.now_s
    done = now - st.segment_s if st.working else 0.0
    worked = setup_worked = 0.0
    if st.part is not None:
        in_setup = st.setup_left >= 0
        setup_worked = max(st.setup_total - st.setup_left, 0.0) + done if in_setup else 0.0
        worked = max(st.total - st.left, 0.0) * st.cycle_factor + (0.0 if in_setup or st.finished else done)
        worked = st.total * st.cycle_factor if st.finished else min(worked, st.total * st.cycle_factor)
    executing = done if st.setup_left < 0 else 0.0
    return StationState(
        station=st.lowered.name,
        condition=CONDITION_OF[st.code],
        since_s=st.since_s,
        part=None if st.part is None else _part(sim, st.part),
        worked_s=worked,
        finished=st.finished,
        setup_product=sim.line.products[st.product] if st.product >= 0 else None,
        setup_worked_s=setup_worked if st.setup_left >= 0 else None,
        failures=tuple(_failure_state(m, now, st.operated + executing) for m in st.modes),
        processed=st.processed,
        scrapped=st.scrapped,
        energy_kwh=energy_kwh,
    )


def _failure_state(mode: ModeRun, now: float, operated: float) -> FailureState:
    elapsed = mode.elapsed
    if mode.down:
        return FailureState(
            mode=mode.lowered.name, count=mode.count, elapsed_s=elapsed, down_for_s=now - mode.down_since_s
        )
    elapsed += ((now - mode.since_s) if mode.lowered.calendar else operated) * mode.rate
    return FailureState(mode=mode.lowered.name, count=mode.count, elapsed_s=elapsed)


def _part(sim: Line, part: PartRun) -> Part:
    name = sim.orders[part.order].lowered.name if part.order >= 0 else None
    return Part(order=name, index=part.index, entered_s=part.entered_s, ready_s=part.ready_s)


def _order_state(order: OrderRun) -> OrderState:
    return OrderState(
        order=order.lowered.name,
        started=order.started,
        good=order.good,
        scrapped=order.scrapped,
        finished_s=order.finished_s,
    )


def restore(sim: Line, state: LineState) -> None:
    """Put a new run into a state.

    Raises:
        InvalidInput: the state is of another plant, or does not fit the description.
    """
    check(sim.plant, state)
    sim.values.update({p.alias: p.value for p in state.parameters if p.alias in sim.values})
    names = {o.lowered.name: o.position for o in sim.orders}
    _restore_orders(sim, state, names)
    for st, buffer in zip(sim.stations[1:], state.buffers, strict=True):
        st.queue.extend(_part_run(p, names) for p in buffer.parts)
    for st, s in zip(sim.stations, state.stations, strict=True):
        _restore_station(sim, st, s, names)
    on_line = [p for st in sim.stations for p in (st.part, *st.queue) if p is not None]
    sim.next_index = max((p.index + 1 for p in on_line), default=0)
    first = sim.stations[0]
    begun = first.processed + (first.part is not None and not first.finished)
    sim.next_index = max(sim.next_index, begun)
    sim.wip = len(on_line)


def check(plant: Plant, state: LineState) -> None:
    """Whether a state can be one of this plant.

    Raises:
        InvalidInput: it is of another plant, or does not fit the description.
    """
    if state.plant != plant.plant or state.plant_revision != plant.revision:
        raise InvalidInput(
            f"the state was made with '{state.plant}' revision {state.plant_revision[:12]}, this plant is "
            f"'{plant.plant}' revision {plant.revision[:12]}: take a new state"
        )
    fits = [s.station for s in state.stations] == [s.id for s in plant.stations]
    fits = fits and [b.buffer for b in state.buffers] == [b.id for b in plant.buffers]
    fits = fits and {o.order for o in state.orders} <= {o.id for o in plant.orders}
    if not fits:
        raise InvalidInput("the state names other stations, buffers or orders than the plant: take a new state")


def _restore_orders(sim: Line, state: LineState, names: dict[str, int]) -> None:
    for s in state.orders:
        order = sim.orders[names[s.order]]
        order.started, order.good, order.scrapped, order.finished_s = s.started, s.good, s.scrapped, s.finished_s
    given = [names[s.order] for s in state.orders]
    sim.sequence = given + [i for i in sim.sequence if i not in set(given)]


def _restore_station(sim: Line, st: StationRun, s: StationState, names: dict[str, int]) -> None:
    products = sim.line.products
    st.product = products.index(s.setup_product) if s.setup_product in products else -1
    st.processed, st.scrapped, st.energy_kws = s.processed, s.scrapped, s.energy_kwh * 3600
    st.part = None if s.part is None else _part_run(s.part, names)
    st.finished = s.finished and st.part is not None
    known = {f.mode: f for f in s.failures}
    for mode in st.modes:
        if mode.lowered.name in known:
            _restore_mode(sim, st, mode, known[mode.lowered.name])
    if st.part is not None:
        _restore_work(sim, st, st.part, s)
    elif s.setup_worked_s is not None:
        st.setup_credit = s.setup_worked_s
    st.since_s, st.code = s.since_s, CODE_OF.get(s.condition, Code.STARVED)


def _restore_mode(sim: Line, st: StationRun, mode: ModeRun, s: FailureState) -> None:
    lowered = mode.lowered
    mode.count, mode.elapsed = s.count, s.elapsed_s
    if s.down_for_s is None:
        u = uniform(sim.key, mode.count, lowered.entity, lowered.slot, Purpose.UPTIME)
        mode.threshold = mode.elapsed + residual(lowered.uptime, mode.elapsed, u)
        return
    mode.count = max(mode.count, 1)
    u = uniform(sim.key, mode.count - 1, lowered.entity, lowered.slot, Purpose.REPAIR)
    mode.down = True
    mode.down_since_s = sim.now_s - s.down_for_s
    mode.repaired_s = sim.now_s + residual(lowered.repair, s.down_for_s, u)
    st.down += 1
    st.breakdowns += not lowered.micro


def _restore_work(sim: Line, st: StationRun, part: PartRun, s: StationState) -> None:
    cycle_factor = factors(sim.plant.stations[st.position], sim.values).cycle
    worked = s.worked_s / cycle_factor if cycle_factor > 0 else 0.0
    u = uniform(sim.key, part.index, sim.entity_of[part.order], st.lowered.entity, Purpose.PROCESSING)
    st.left = 0.0 if st.finished else residual(st.lowered.cycle, worked, u)
    st.total = worked + st.left
    product = sim.product_of[part.order]
    if s.setup_worked_s is None or st.finished:
        st.product = product
        return
    setup = st.lowered.setup(st.product, product)
    u = uniform(sim.key, 0, st.lowered.entity, 0, Purpose.SETUP)
    st.setups = 1
    st.setup_left = 0.0 if setup is None else residual(setup, s.setup_worked_s, u)
    st.setup_total = s.setup_worked_s + st.setup_left


def _part_run(part: Part, names: dict[str, int]) -> PartRun:
    return PartRun(names.get(part.order, -1) if part.order else -1, part.index, part.entered_s, part.ready_s)

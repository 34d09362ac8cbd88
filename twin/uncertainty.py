"""States that are only partly known: each replication starts from one that the line may be in.

Used by `twin.run` and the report. A buffer whose count is an estimate (`BufferState.level_sd`) gets a count drawn from
a normal distribution around it, rounded and within its capacity, with the draws' usual keys: both scenarios of a
comparison start from the same states, and averages over replications are averages over what is not known.

Where more units are drawn than were told, the newest of the buffer's last order are added, as begun; where fewer, the
newest are left out, and count as rejected, so that orders still come to an end.
"""

from statistics import NormalDist

from plants.flow.state import BufferState, LineState, OrderState, Part
from plants.model.plant import Plant
from twin.draws import Purpose, entity_of, uniform

_NORMAL = NormalDist()


def drawn(plant: Plant, state: LineState, key: tuple[int, int]) -> LineState:
    """A state that a line may be in, given what is known of it; the same state where all of it is known.

    Args:
        plant: The line.
        state: What is known.
        key: Seed and replication.
    """
    if not any(b.level_sd > 0 for b in state.buffers):
        return state
    draw = _Draw(plant, state)
    buffers = tuple(draw.buffer(b, key) if b.level_sd > 0 else b for b in state.buffers)
    return state.model_copy(update={"buffers": buffers, "orders": draw.orders(state)})


class _Draw:
    """One state being drawn."""

    def __init__(self, plant: Plant, state: LineState) -> None:
        self._capacity = {b.id: b.capacity for b in plant.buffers}
        self._quantity = {o.id: o.quantity for o in plant.orders}
        self._started = {o.order: o.started for o in state.orders}
        self._lost: dict[str, int] = {}
        parts = [p for s in state.stations for p in (s.part,) if p is not None]
        parts += [p for b in state.buffers for p in b.parts]
        self._next = max((p.index + 1 for p in parts if p.order is None), default=0)
        self._newest = max(parts, key=lambda p: p.entered_s, default=None)

    def buffer(self, b: BufferState, key: tuple[int, int]) -> BufferState:
        u = uniform(key, 0, entity_of(b.buffer), 0, Purpose.SENSOR)
        count = round(len(b.parts) + b.level_sd * _NORMAL.inv_cdf(u))
        count = max(0, min(count, self._capacity.get(b.buffer, len(b.parts))))
        parts = list(b.parts[:count])
        for part in b.parts[count:]:
            if part.order is not None:
                self._lost[part.order] = self._lost.get(part.order, 0) + 1
        while len(parts) < count and (more := self._one_more(b)) is not None:
            parts.append(more)
        return b.model_copy(update={"parts": tuple(parts)})

    def _one_more(self, b: BufferState) -> Part | None:
        """A unit like the newest of a buffer, or of the line; None where its order has no more units."""
        like = b.parts[-1] if b.parts else self._newest
        if like is None:
            return None
        if like.order is None:
            self._next += 1
            return like.model_copy(update={"index": self._next - 1})
        index = self._started.get(like.order, 0)
        if index >= self._quantity.get(like.order, 0):
            return None
        self._started[like.order] = index + 1
        return like.model_copy(update={"index": index})

    def orders(self, state: LineState) -> tuple[OrderState, ...]:
        return tuple(
            o.model_copy(
                update={
                    "started": self._started.get(o.order, o.started),
                    "scrapped": o.scrapped + self._lost.get(o.order, 0),
                }
            )
            for o in state.orders
        )

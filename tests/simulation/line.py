"""The equipment of the simulation: a line light enough for a shift in a tenth of a second, with manners on demand.

It counts what it makes, follows its setpoints with a lag, refuses what a machine refuses, and records for itself every
request that reaches it and every value it takes up.
"""

from collections.abc import Callable
from enum import StrEnum

from plants.flow.sample import Value
from plants.flow.state import PackML
from plants.model.plant import Plant
from plants.model.tags import (
    HEARTBEAT,
    ORDER_SEQUENCE,
    PLANT_TIME,
    REMOTE,
    TIME_SCALE,
    UNIT_MODE_PRODUCTION,
    DataType,
    TagRole,
    interlock_alias,
    tags_of,
)
from tests.simulation.invariants.history import PlantHistory, Request, Taken
from virtual.equipment import WriteRefused, check_write

LAG_S = 30.0
"""Plant seconds in which a machine follows its setpoint."""
SEEN_WALL_S = 6.0
"""Wall seconds in which a change at the machine, or its data put right, reach the service."""
_EMPTY: dict[DataType, Value] = {DataType.DOUBLE: 0.0, DataType.STRING: "", DataType.STRING_ARRAY: ()}


class Manner(StrEnum):
    """What a machine makes of a request that it answers with Good."""

    TAKES = "takes"
    IGNORES = "ignores"
    CLAMPS = "clamps"
    LATE = "late"


class SimulatedLine:
    """A line in memory."""

    def __init__(self, plant: Plant, scale: float, rows: Callable[[], int], unseen: Callable[[], set[str]]) -> None:
        self.plant = plant
        self.scale = scale
        self.plant_s = 3_600.0
        self.history = PlantHistory()
        self.manners: dict[str, Manner] = {}
        self.follows = True
        self.yield_ = 1.0
        """Share of what the setpoints allow that is made."""
        self._rows = rows
        self._unseen = unseen
        self._interlocks = tuple(interlock_alias(lock.id) for lock in plant.policy.interlocks)
        self._tags = {tag.alias: tag for tag in tags_of(plant)}
        self._made = dict.fromkeys((s.id for s in plant.stations), 500.0)
        self._late: list[tuple[float, Request]] = []
        self.values: dict[str, Value] = {tag.alias: _EMPTY.get(tag.data_type, 0) for tag in self._tags.values()}
        for alias, parameter in plant.parameters.items():
            self.values |= {alias: parameter.nominal, f"{alias}.actual": parameter.nominal}
        for station in plant.stations:
            self.values[f"{station.id}.{TagRole.STATE}"] = int(PackML.EXECUTE)
            self.values[f"{station.id}.{TagRole.UNIT_MODE}"] = UNIT_MODE_PRODUCTION
            self.values[f"{station.id}.{TagRole.ORDER}"] = plant.orders[0].id
        waiting = tuple(order.id for order in plant.orders[1:])
        self.values |= {REMOTE: True, TIME_SCALE: scale, ORDER_SEQUENCE: waiting}
        self.values |= dict.fromkeys(self._interlocks, True)
        self.silent_wall_s: float | None = None
        """Wall seconds since the newest beat; None while the dead man is not armed."""
        self.fell_back = 0
        self._count()

    def advance(self, wall_s: float) -> None:
        """Let the line run for so many wall seconds."""
        plant_s = wall_s * self.scale
        self.plant_s += plant_s
        for due_s, request in [late for late in self._late if late[0] <= self.plant_s]:
            self._late.remove((due_s, request))
            self.take(request.alias, request.value, request.number)
        if self.follows:
            for alias, parameter in self.plant.parameters.items():
                self._follow(alias, parameter.tolerance, plant_s)
        for station in self._made:
            self._made[station] += self.per_hour() / 3_600 * plant_s
        self._listen(wall_s)
        self._count()

    def per_hour(self, setpoints: dict[str, float] | None = None) -> float:
        """Units an hour at the present speeds, or with some setpoints instead."""
        values = self.values | (setpoints or {})
        speeds = [float(values[f"{s.id}.speed"]) for s in self.plant.stations]  # type: ignore[arg-type]  # numbers
        return 360.0 * min(speeds) / 100.0 * self.yield_

    def request(self, alias: str, value: Value, user: str) -> None:
        """A client asks for a value.

        Raises:
            WriteRefused: the machine does not take it.
        """
        held = {name: self.values[name] for name in (*self.plant.parameters, *self._interlocks)}
        unseen = tuple(sorted({*self._unseen(), *self._just_changed()}))
        request = Request(len(self.history.requests), self.plant_s, alias, value, user, self._rows(), held, unseen)
        self.history.requests.append(request)
        waiting = self.values[ORDER_SEQUENCE]
        assert isinstance(waiting, tuple)
        check_write(self.plant, self._tags[alias], value, remote=self.values[REMOTE] is True, waiting=waiting)
        if alias == HEARTBEAT:
            self.values[HEARTBEAT], self.silent_wall_s = value, 0.0
            return
        self._answer(request)

    def take(self, alias: str, value: Value, request: int | None = None) -> None:
        """Hold a value from now on; without a request it was set at the panel."""
        self.values[alias] = value
        self.history.taken.append(Taken(self.plant_s, alias, value, request, self._rows()))

    def _just_changed(self) -> set[str]:
        """Tags that took something up by another hand so lately that nobody else need have seen it."""
        ago = ((taken, self.plant_s - taken.plant_s) for taken in self.history.taken if taken.request is None)
        return {taken.alias for taken, s in ago if s < SEEN_WALL_S * self.scale}

    def restart(self, *, from_zero: bool) -> None:
        """The control system starts anew; setpoints are kept, late requests are not, plant time may begin again."""
        self._late.clear()
        self.plant_s = 0.0 if from_zero else self.plant_s

    def begin_order(self) -> None:
        """The first waiting order begins."""
        waiting = self.values[ORDER_SEQUENCE]
        if isinstance(waiting, tuple) and len(waiting) > 1:
            self.take(ORDER_SEQUENCE, waiting[1:])
            self.values[f"{self.plant.stations[0].id}.{TagRole.ORDER}"] = waiting[0]
            self.history.begun.append((self._rows(), waiting[0]))

    def rearrange(self, orders: tuple[str, ...]) -> None:
        """People rearrange the waiting orders; those that are not waiting any more are left out."""
        waiting = self.values[ORDER_SEQUENCE]
        assert isinstance(waiting, tuple)
        self.take(ORDER_SEQUENCE, tuple(order for order in orders if order in waiting))

    def put_right(self) -> None:
        """Every machine runs as it should, on remote and in production."""
        self.manners.clear()
        self.follows, self.yield_ = True, 1.0
        self.values[REMOTE] = True
        self.values |= dict.fromkeys(self._interlocks, True)
        for station in self.plant.stations:
            self.values[f"{station.id}.{TagRole.UNIT_MODE}"] = UNIT_MODE_PRODUCTION

    def _listen(self, wall_s: float) -> None:
        """The dead man: local setpoints and the selector on local after too many missed beats, once."""
        policy = self.plant.policy.heartbeat
        if policy is None or self.silent_wall_s is None:
            return
        self.silent_wall_s += wall_s
        if self.silent_wall_s > policy.missed * policy.period_wall_s:
            self.silent_wall_s, self.fell_back = None, self.fell_back + 1
            for alias, parameter in self.plant.parameters.items():
                self.take(alias, parameter.nominal)
            self.values[REMOTE] = False

    def _answer(self, request: Request) -> None:
        alias, value = request.alias, request.value
        match self.manners.get(alias, Manner.TAKES):
            case Manner.IGNORES:
                return
            case Manner.LATE:
                reach_s = self.plant.parameters[alias].reach_s if alias in self.plant.parameters else 2.0 * self.scale
                self._late.append((self.plant_s + 0.6 * reach_s, request))
            case Manner.CLAMPS if isinstance(value, int | float):
                self.take(alias, (float(value) + float(self.values[alias])) / 2, request.number)  # type: ignore[arg-type]
            case _:
                self.take(alias, float(value) if isinstance(value, int) else value, request.number)

    def _follow(self, alias: str, tolerance: float, plant_s: float) -> None:
        setpoint, actual = self.values[alias], self.values[f"{alias}.actual"]
        assert isinstance(setpoint, float)
        assert isinstance(actual, float)
        moved = actual + (setpoint - actual) * min(plant_s / LAG_S, 1.0)
        self.values[f"{alias}.actual"] = setpoint if abs(setpoint - moved) <= tolerance / 5 else moved

    def _count(self) -> None:
        self.values[PLANT_TIME] = round(self.plant_s, 3)
        for station, made in self._made.items():
            self.values[f"{station}.{TagRole.PROCESSED}"] = int(made)
            self.values[f"{station}.{TagRole.ENERGY}"] = round(made / 10, 3)


__all__ = ["Manner", "SimulatedLine", "WriteRefused"]

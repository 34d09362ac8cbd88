"""A plant at rest: every value stays as it was set.

For tests and trials of links, where physics would only be in the way. Machines refuse, clamp and ignore as scripted.
"""

from plants.flow.sample import Value
from plants.flow.state import PackML
from plants.model.plant import Plant
from plants.model.tags import (
    HEARTBEAT,
    ORDER_SEQUENCE,
    PLANT_TIME,
    REMOTE,
    DataType,
    Tag,
    TagRole,
    interlock_alias,
    tags_of,
)
from virtual.equipment import check_write
from virtual.panel import Panel, held
from virtual.script import NO_SCRIPT, Script
from virtual.taking import Taking

_EMPTY: dict[DataType, Value] = {
    DataType.BOOLEAN: False,
    DataType.INT32: 0,
    DataType.UINT32: 0,
    DataType.DOUBLE: 0.0,
    DataType.STRING: "",
    DataType.STRING_ARRAY: (),
}


class StillPlant:
    """An `Equipment` that makes nothing. Plant time passes; an actual value is its setpoint when that takes effect."""

    def __init__(self, plant: Plant, *, start_s: float = 0.0, script: Script = NO_SCRIPT) -> None:
        self._plant = plant
        self._start_s = start_s
        self._now_s = start_s
        self._script = script
        self._panel = Panel(script)
        self._taking = Taking(plant)
        self._tags = {tag.alias: tag for tag in tags_of(plant)}
        self._values = {alias: _at_rest(plant, tag) for alias, tag in self._tags.items()}

    @property
    def plant(self) -> Plant:
        """The description as declared."""
        return self._plant

    @property
    def now_s(self) -> float:
        """Plant time."""
        return self._now_s

    @property
    def shown_s(self) -> float:
        """Plant seconds since it was first shown."""
        return self._now_s - self._start_s

    def advance(self, plant_s: float) -> None:
        """Let that many plant seconds pass."""
        self._now_s += plant_s
        for alias, value in self._panel.until(self.shown_s):
            self.put(alias, value)

    @property
    def jobs(self) -> None:
        """Nothing is made."""
        return

    @property
    def beat(self) -> int:
        """Newest beat that a client has written; 0 before the first."""
        beat = self._values.get(HEARTBEAT, 0)
        return beat if isinstance(beat, int) else 0

    def fall_back(self) -> None:
        """Take the local setpoints, the nominal ones, and turn the selector to local."""
        for alias, parameter in self._plant.parameters.items():
            self.put(alias, parameter.nominal)
        self._values[REMOTE] = False

    def values(self) -> dict[str, Value]:
        """Present value of every tag."""
        return {**self._values, PLANT_TIME: self._now_s}

    def write(self, alias: str, value: Value) -> Value:
        """A client writes; returns what is held afterwards.

        Raises:
            WriteRefused: the machine does not take it.
        """
        waiting = self._values.get(ORDER_SEQUENCE, ())
        remote = self._values[REMOTE] is True
        check_write(
            self._plant,
            self._tags[alias],
            value,
            remote=remote,
            waiting=waiting if isinstance(waiting, tuple) else (),
        )
        self.put(alias, held(self._script, self.shown_s, alias, value, self._values[alias]))
        self._panel.noted(alias, self.shown_s)
        return self._values[alias]

    def put(self, alias: str, value: Value) -> None:
        """Set any tag from the plant's side."""
        self._values[alias] = value
        if alias in self._plant.parameters:
            self._taking.hold(alias, self._values)
            if self._taking.at_once(alias):
                self._values[f"{alias}.actual"] = value
        for held_ in self._taking.waiting:
            if self._taking.take(held_, self._values):
                self._values[f"{held_}.actual"] = self._values[held_]


def _at_rest(plant: Plant, tag: Tag) -> Value:
    match tag.role:
        case TagRole.SETPOINT:
            return plant.parameters[tag.alias].nominal
        case TagRole.ACTUAL:
            return plant.parameters[tag.alias.removesuffix(".actual")].nominal
        case TagRole.STATE:
            return int(PackML.IDLE)
        case TagRole.UNIT_MODE | TagRole.TIME_SCALE:
            return 1.0 if tag.data_type is DataType.DOUBLE else 1
        case TagRole.REMOTE:
            return True
        case TagRole.INTERLOCK:
            return next(lock.writes_when for lock in plant.policy.interlocks if tag.alias == interlock_alias(lock.id))
        case TagRole.ORDER_SEQUENCE:
            return tuple(order.id for order in plant.orders)
        case _:
            return _EMPTY[tag.data_type]

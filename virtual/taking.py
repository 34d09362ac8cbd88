"""When a machine takes up a setpoint that it holds: now, at the next part, at the changeover, at the start of an order.

Used by every `Equipment`. What is declared as `takes_effect` of a tag in the plant file is how its machine behaves.
"""

from collections.abc import Mapping

from plants.flow.sample import Value
from plants.model.connection import TakesEffect
from plants.model.plant import Plant
from plants.model.tags import TagRole, tags_of


class Taking:
    """Setpoints that are held and not taken up yet."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._effects = {tag.alias: tag.takes_effect for tag in tags_of(plant) if tag.role is TagRole.SETPOINT}
        self._waiting: dict[str, Value | None] = {}

    @property
    def waiting(self) -> tuple[str, ...]:
        """Setpoints that wait."""
        return tuple(self._waiting)

    def at_once(self, alias: str) -> bool:
        """Whether a setpoint is taken up as soon as it is held."""
        return self._effects.get(alias, TakesEffect.NOW) is TakesEffect.NOW

    def hold(self, alias: str, values: Mapping[str, Value]) -> None:
        """A setpoint was set; from here on its moment is waited for."""
        if not self.at_once(alias):
            self._waiting[alias] = self._moment(alias, values)

    def take(self, alias: str, values: Mapping[str, Value]) -> bool:
        """Whether a setpoint is taken up by now; once it is, it no longer waits."""
        if alias in self._waiting and not self._has_come(alias, self._moment(alias, values)):
            return False
        self._waiting.pop(alias, None)
        return True

    def _has_come(self, alias: str, now: Value | None) -> bool:
        """Whether the station is at something else than when it was set; an empty one is at nothing."""
        before = self._waiting[alias]
        if before is None:
            self._waiting[alias] = now
        return None not in (now, before) and now != before

    def _moment(self, alias: str, values: Mapping[str, Value]) -> Value | None:
        """What changes when the moment comes."""
        station = alias.partition(".")[0]
        order = values.get(f"{station}.{TagRole.ORDER}")
        match self._effects[alias]:
            case TakesEffect.NEXT_PART:
                return values.get(f"{station}.{TagRole.PROCESSED}")
            case TakesEffect.ORDER_START:
                return order or None
            case TakesEffect.CHANGEOVER:
                return next((o.product for o in self._plant.orders if o.id == order), None)
            case _:
                return None

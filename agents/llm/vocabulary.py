"""What a model is told and may say: numbers, enums and names of ours, nothing that somebody could have written to it.

Used by the toolbox. Orders and products come from business systems, where anybody may name them, so a model knows them
only by number; labels, notes and units of the plant's own spelling never reach it. Stations and parameters keep the
names of the plant file, which are limited to lower case letters, digits and underscores.
"""

import re

from planning.projection import unstarted
from plants.flow.change import Change, Changes, Resequence, SetParameter
from plants.flow.state import LineState
from plants.frozen import Name
from plants.model.plant import Plant

KNOWN_UNITS = frozenset(
    {"1/min", "1/h", "1/s", "rpm", "Hz", "°C", "K", "bar", "mbar", "Pa", "kPa", "mm", "m", "m/s", "m/min", "mm/s", "%"}
    | {"kW", "W", "kWh", "V", "A", "N", "kN", "Nm", "s", "min", "h", "g", "kg", "l", "ml", "l/min", "kg/h"}
)
"""Units that are passed on; others are left out."""
_ORDER = re.compile(r"\border_\d+\b")


class Vocabulary:
    """Names for one case, and back."""

    def __init__(self, plant: Plant, state: LineState) -> None:
        self._order_names = {o.order: f"order_{n}" for n, o in enumerate(state.orders, start=1)}
        self._orders = {name: order for order, name in self._order_names.items()}
        self._products = {p.id: f"product_{n}" for n, p in enumerate(plant.products, start=1)}
        self.aliases = tuple(plant.parameters)
        """Parameters that may be set."""
        self.unstarted = tuple(self._order_names[o] for o in unstarted(plant, state))
        """Orders that may be put in another sequence, by number, in the present one."""

    def order(self, order: str) -> str:
        """An order's number."""
        return self._order_names.get(order, "order_unknown")

    def product(self, product: str | None) -> str | None:
        """A product's number."""
        return None if product is None else self._products.get(product, "product_unknown")

    def subject(self, subject: Name) -> str:
        """Station, `line`, or an order's number."""
        return self._order_names.get(subject, subject)

    def told(self, changes: Changes) -> list[dict[str, object]]:
        """Changes as a model sees them."""
        return [self._told(c) for c in changes]

    def meant(self, changes: Changes) -> Changes:
        """Changes with orders as the plant names them; an unknown number stays and is objected to later."""
        return tuple(self._meant(c) for c in changes)

    def in_words(self, text: str) -> str:
        """A model's text with order numbers replaced by the orders' names, for people."""
        return _ORDER.sub(lambda m: self._orders.get(m.group(), m.group()), text)

    def _told(self, change: Change) -> dict[str, object]:
        if isinstance(change, SetParameter):
            return {"kind": change.kind, "alias": change.alias, "value": change.value}
        return {"kind": change.kind, "orders": [self.order(o) for o in change.orders]}

    def _meant(self, change: Change) -> Change:
        if isinstance(change, Resequence):
            return Resequence(orders=tuple(self._orders.get(o, o) for o in change.orders))
        return change


def unit(unit: str) -> str:
    """A unit that is known to be one, or nothing."""
    return unit if unit in KNOWN_UNITS else ""

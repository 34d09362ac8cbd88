"""Nodes that follow the line's values: written when what they show has changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from asyncua import ua
from asyncua.common.node import Node
from asyncua.server.server import Server

from plants.flow.sample import Value

Values = Mapping[str, Value]
"""Present value of every tag, by alias."""


@dataclass
class Shown:
    """One variable and what it shows."""

    node: ua.NodeId
    of: Callable[[Values], Any]
    """What to show; compared with what was shown last."""
    variant: Callable[[Any], ua.Variant]
    """The same as the server holds it."""
    _last: Any = field(default=None, repr=False)

    async def show(self, server: Server, values: Values) -> None:
        """Write it if it has changed."""
        now = self.of(values)
        if now == self._last:
            return
        self._last = now
        await server.write_attribute_value(self.node, ua.DataValue(self.variant(now)))


def typed(kind: ua.VariantType) -> Callable[[Any], ua.Variant]:
    """A variant of one type."""
    return lambda value: ua.Variant(value, kind)


def text(value: str) -> ua.Variant:
    """A text without a language, as names of states are."""
    return ua.Variant(ua.LocalizedText(value), ua.VariantType.LocalizedText)


async def child(parent: Node, index: int, *names: str) -> Node:
    """The node at a path below another, all names in one namespace."""
    return await parent.get_child([ua.QualifiedName(name, ua.UInt16(index)) for name in names])

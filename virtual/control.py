"""The control node: faults and disturbances on command while the plant runs, by the account that trains.

    Objects/Practice/<line>/Inject    String, written: one event as in a script, JSON; `at_s` is left out and means now
    Objects/Practice/<line>/Clear     Boolean, written: every fault called here ends
    Objects/Practice/<line>/Faults    String[], read: what was called and has not ended

Used by `virtual.server`. It is beside the line, in a namespace of its own: no client of the line sees it.
"""

import json

from asyncua import ua
from asyncua.server.server import Server
from asyncua.ua.status_codes import StatusCodes

from plants.errors import InvalidInput
from virtual.script import Script, event_of
from virtual.served import ServedLine

NAMESPACE = "urn:jayul:practice"
ROOT = "Practice"


class Control:
    """The control nodes of one line."""

    def __init__(self, line: ServedLine) -> None:
        self._line = line
        self.inject = ua.NodeId()
        self.clear = ua.NodeId()
        self._faults = ua.NodeId()

    async def build(self, server: Server, practice: "ua.NodeId") -> None:
        """Make the nodes below the practice object."""
        index = await server.register_namespace(NAMESPACE)
        line = await server.get_node(practice).add_object(index, self._line.place.root)
        inject = await line.add_variable(index, "Inject", ua.Variant("", ua.VariantType.String))
        clear = await line.add_variable(index, "Clear", ua.Variant(False, ua.VariantType.Boolean))
        faults = await line.add_variable(index, "Faults", ua.Variant([], ua.VariantType.String, is_array=True))
        for written in (inject, clear):
            await written.set_writable()
        self.inject, self.clear, self._faults = inject.nodeid, clear.nodeid, faults.nodeid

    async def obey(self, server: Server, node: ua.NodeId, data: ua.DataValue) -> int:
        """A write to one of the nodes; returns the status that answers it."""
        held = data.Value.Value if data.Value is not None else None
        script, now_s = self._line.script, self._line.equipment.shown_s
        if node == self.clear and held is True:
            script.clear(now_s)
        elif node == self.inject and isinstance(held, str):
            try:
                script.call(event_of(held), self._line.equipment.plant, now_s)
            except InvalidInput:
                return StatusCodes.BadOutOfRange
        else:
            return StatusCodes.BadTypeMismatch
        await self._tell(server, script, now_s)
        return StatusCodes.Good

    async def _tell(self, server: Server, script: Script, now_s: float) -> None:
        told = [json.dumps(event.model_dump(mode="json")) for event in script.called(now_s)]
        await server.write_attribute_value(
            self._faults, ua.DataValue(ua.Variant(told, ua.VariantType.String, is_array=True))
        )

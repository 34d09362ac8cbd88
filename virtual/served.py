"""One line as an OPC UA server shows it: its tags at their paths, typed exactly, up to date, badly on script.

Used by `virtual.server`, which may show several. Source times are wall time, also when plant time runs faster.
"""

from datetime import UTC

from asyncua import ua
from asyncua.common.node import Node
from asyncua.server.server import Server
from asyncua.ua.status_codes import StatusCodes

from connectors.opcua.convert import VARIANT_TYPES, is_array
from plants.errors import InvalidInput
from plants.flow.sample import Quality, Value
from plants.model.connection import OpcUa
from plants.model.tags import PLANT_TIME, TIME_SCALE, Tag, tags_of
from virtual.equipment import Equipment
from virtual.script import NO_SCRIPT, BadQuality, FrozenTag, Restart, Script
from virtual.standards.line import StandardLine

_STATUS = {
    Quality.GOOD: StatusCodes.Good,
    Quality.UNCERTAIN: StatusCodes.UncertainLastUsableValue,
    Quality.BAD: StatusCodes.BadSensorFailure,
}


class ServedLine:
    """An `Equipment` with the nodes that show it."""

    def __init__(self, equipment: Equipment, script: Script = NO_SCRIPT) -> None:
        """Make nothing yet.

        Raises:
            InvalidInput: the plant has no 'opcua' section.
        """
        if equipment.plant.opcua is None:
            raise InvalidInput(f"plant '{equipment.plant.plant}' has no 'opcua' section to serve")
        self.place: OpcUa = equipment.plant.opcua
        self.equipment = equipment
        self.script = script
        self.program = next((e for e in script.between(-1.0, 0.0) if isinstance(e, Restart)), Restart())
        self.tags: dict[str, Tag] = {}
        self.nodes: dict[str, ua.NodeId] = {}
        self.objects: dict[tuple[str, ...], Node] = {}
        self.standard: StandardLine | None = None
        self._shown: dict[str, tuple[Value, Quality]] = {}
        self._taken_at: dict[str, ua.DateTime] = {}

    def forget(self) -> None:
        """Nothing is shown any more: the server has stopped."""
        self._shown.clear()
        self.standard = None

    async def build(self, server: Server) -> int:
        """Objects down to each tag, and its variable; returns the index of the line's namespace."""
        index = await server.register_namespace(self.place.namespace_uri)
        self.objects = {(): await server.nodes.objects.add_object(index, self.place.root)}
        values = self.equipment.values()
        self.nodes.clear()
        here = [tag for tag in tags_of(self.equipment.plant) if tag.alias not in self.program.missing]
        self.tags = {tag.alias: tag for tag in here}
        for tag in here:
            parent = await self._object(index, tag.path[:-1])
            variable = await parent.add_variable(index, tag.path[-1], self._variant(tag, values[tag.alias]))
            if tag.writable:
                await variable.set_writable()
            self.nodes[tag.alias] = variable.nodeid
        return index

    async def show(self, server: Server, time_scale: float) -> None:
        """Put what has changed since the last call on the nodes; plant time always."""
        values = {**self.equipment.values(), TIME_SCALE: time_scale}
        for alias in self.nodes:
            frozen = self.script.acting(FrozenTag, alias, self.equipment.shown_s)
            if frozen is None or frozen.only_time:
                await self.show_one(server, alias, values[alias])
        if self.standard is not None:
            await self.standard.show(server, values)

    async def show_one(self, server: Server, alias: str, value: Value) -> None:
        """Put one value on its node, if it is another one."""
        fault = self.script.acting(BadQuality, alias, self.equipment.shown_s)
        quality = fault.quality if fault is not None else Quality.GOOD
        if self._shown.get(alias) == (value, quality) and alias != PLANT_TIME:
            return
        self._shown[alias] = (value, quality)
        await server.write_attribute_value(self.nodes[alias], self._data(self.tags[alias], value, quality))

    def _data(self, tag: Tag, value: Value, quality: Quality) -> ua.DataValue:
        now = ua.DateTime.now(UTC)
        if not self.script.acting(FrozenTag, tag.alias, self.equipment.shown_s):
            self._taken_at[tag.alias] = now
        return ua.DataValue(
            self._variant(tag, value),
            StatusCode=ua.StatusCode(ua.UInt32(_STATUS[quality])),
            SourceTimestamp=self._taken_at.get(tag.alias, now),
            ServerTimestamp=now,
        )

    def _variant(self, tag: Tag, value: Value) -> ua.Variant:
        if tag.alias in self.program.wrong_type:
            if VARIANT_TYPES[tag.data_type] is ua.VariantType.String:
                return ua.Variant(0, ua.VariantType.Int64)
            return ua.Variant(str(value), ua.VariantType.String)
        raw = list(value) if isinstance(value, tuple) else value
        return ua.Variant(raw, VARIANT_TYPES[tag.data_type], is_array=is_array(tag.data_type))

    async def _object(self, index: int, path: tuple[str, ...]) -> Node:
        """The object at a path, made if it is not there yet."""
        if path not in self.objects:
            parent = await self._object(index, path[:-1])
            self.objects[path] = await parent.add_object(index, path[-1])
        return self.objects[path]

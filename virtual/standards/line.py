"""Everything that companion specifications want to see of one line, built beside its own tree and kept up to date."""

from collections.abc import Awaitable, Callable

from asyncua import ua
from asyncua.common.node import Node
from asyncua.server.server import Server
from asyncua.ua.status_codes import StatusCodes

from plants.flow.sample import Value
from virtual.equipment import Equipment, Refusal, WriteRefused
from virtual.standards import machinery, packml
from virtual.standards.alarms import Alarms
from virtual.standards.job_control import JobControl
from virtual.standards.nodesets import Models
from virtual.standards.shown import Shown, Values, child

_REFUSALS = {
    Refusal.OUT_OF_RANGE: StatusCodes.BadOutOfRange,
    Refusal.LOCAL: StatusCodes.BadInvalidState,
    Refusal.WRONG_TYPE: StatusCodes.BadTypeMismatch,
    Refusal.NOT_WRITABLE: StatusCodes.BadNotWritable,
}


class StandardLine:
    """One line in standard terms.

    Args:
        equipment: the line.
        name: what it is called among the machines.
        may: whether whoever calls a method just now may write a tag.
        written: called with a setpoint and the value that is held after a method has set it.
    """

    def __init__(
        self,
        equipment: Equipment,
        name: str,
        may: Callable[[str], bool],
        written: Callable[[str, Value], Awaitable[None]],
    ) -> None:
        self._equipment = equipment
        self._name = name
        self._may = may
        self._written = written
        self._shown: list[Shown] = []
        self._jobs: JobControl | None = None
        self._alarms = Alarms(name, equipment.plant.stations)

    async def build(self, models: Models, index: int) -> None:
        """Make all nodes; `index` is the namespace of the line."""
        self._shown.clear()
        for station in self._equipment.plant.stations:
            machine, shown = await machinery.build(models, index, self._equipment.plant.plant, station)
            its, more = await packml.build(models, machine, station)
            self._shown += [*shown, *more]
            speed = packml.speed_of(station)
            if speed is not None:
                await self._link_speed(models, its, f"{station.id}.{speed.id}")
        if self._equipment.jobs is not None:
            machines = await child(models.server.nodes.objects, models.machinery, "Machines")
            self._jobs = JobControl(self._equipment, self._equipment.jobs, self._may)
            await self._jobs.build(models, await machines.add_object(index, self._name))
        await self._alarms.build(models.server)

    async def show(self, server: Server, values: Values) -> None:
        """Put what has changed since the last call on the nodes, and tell alarms."""
        for shown in self._shown:
            await shown.show(server, values)
        if self._jobs is not None:
            await self._jobs.show(server)
        await self._alarms.show(values)

    async def _link_speed(self, models: Models, its: Node, alias: str) -> None:
        """`SetMachSpeed` goes through the same door as a write to the setpoint."""

        async def answer(_parent: ua.NodeId, speed: ua.Variant) -> ua.StatusCode:
            if not self._may(alias):
                return ua.StatusCode(ua.UInt32(StatusCodes.BadUserAccessDenied))
            try:
                kept = self._equipment.write(alias, float(speed.Value))
            except WriteRefused as refused:
                return ua.StatusCode(ua.UInt32(_REFUSALS[refused.refusal]))
            await self._written(alias, kept)
            return ua.StatusCode()

        models.server.link_method(await child(its, models.packml, "SetMachSpeed"), answer)

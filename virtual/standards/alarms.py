"""Failures of machines as alarm events: one when a machine goes down, one when it is back (OPC 10000-9).

An alarm is an `OffNormalAlarmType` event of the server: source and condition are the machine and its failure mode, the
severity tells a breakdown from a micro-stop. Acknowledging is left to the plant's own screen.
"""

from dataclasses import dataclass

from asyncua import ua
from asyncua.server.event_generator import EventGenerator
from asyncua.server.server import Server
from asyncua.ua.object_ids import ObjectIds

from plants.flow.state import PackML
from plants.model.station import Station
from plants.model.tags import TagRole
from virtual.standards.packml import why
from virtual.standards.shown import Values

BREAKDOWN, MICRO_STOP = 800, 400
"""Severities, of 1 to 1000."""
_DOWN = {PackML.ABORTED: BREAKDOWN, PackML.HELD: MICRO_STOP}


@dataclass(frozen=True)
class Raised:
    """An alarm that is active."""

    mode: str
    severity: int


class Alarms:
    """The alarms of a line's machines."""

    def __init__(self, line: str, stations: tuple[Station, ...]) -> None:
        self._line = line
        self._stations = stations
        self._active: dict[str, Raised | None] = dict.fromkeys(s.id for s in stations)
        self._generator: EventGenerator | None = None

    async def build(self, server: Server) -> None:
        """Prepare the event."""
        self._generator = await server.get_event_generator(ObjectIds.OffNormalAlarmType)

    async def show(self, values: Values) -> None:
        """Tell what has changed since the last call."""
        for station in self._stations:
            now, before = _raised(values, station), self._active[station.id]
            if now == before:
                continue
            self._active[station.id] = now
            if before is not None:
                await self._tell(station.id, before, active=False)
            if now is not None:
                await self._tell(station.id, now, active=True)

    async def _tell(self, station: str, alarm: Raised, *, active: bool) -> None:
        if self._generator is None:
            return
        event = self._generator.event
        event.SourceName = f"{self._line}/{station}"
        event.ConditionName = alarm.mode
        event.Severity = alarm.severity
        event.Retain = active
        setattr(event, "ActiveState", ua.LocalizedText("Active" if active else "Inactive"))  # noqa: B010
        setattr(event, "ActiveState/Id", active)
        what = f"{station}: {alarm.mode}"
        await self._generator.trigger(message=what if active else f"{what}, over")


def _raised(values: Values, station: Station) -> Raised | None:
    state = values[f"{station.id}.{TagRole.STATE}"]
    for down, severity in _DOWN.items():
        if state == down:
            return Raised(why(station, int(str(values[f"{station.id}.{TagRole.STOP_REASON}"]))), severity)
    return None

"""The two ports around a plant in the same process: for accelerated runs and tests, no network, virtual time.

Shipped beside the real thing (`connectors.opcua`) and held to the same conformance suite. The caller advances the
plant; nothing here waits. The faults are those which a link can show: `WriteFault`, `InProcessSource.cut`, the script.
"""

from enum import StrEnum

from plants.errors import LinkDown, NotSent, UnknownName, WriteOutcomeUnknown
from plants.flow.sample import Quality, Sample, Value
from plants.model.tags import PLANT_TIME, tags_of
from plants.ports.clock import Clock
from plants.ports.sample_source import LinkState
from virtual.equipment import Equipment, WriteRefused
from virtual.script import NO_SCRIPT, AccessDenied, BadQuality, FrozenTag, Script


class WriteFault(StrEnum):
    """What goes wrong with every write until it is set back to `NONE`."""

    NONE = "none"
    """Nothing."""
    IGNORED = "ignored"
    """Answered Good, not applied."""
    CLAMPED = "clamped"
    """Answered Good, held within `clamp`."""
    LOST_BEFORE = "lost_before"
    """Never applied, never answered."""
    LOST_AFTER = "lost_after"
    """Applied, never answered."""
    NO_LINK = "no_link"
    """There is no session: nothing leaves, nothing is read."""


class InProcessSource:
    """A `SampleSource` over a plant in this process."""

    def __init__(
        self, equipment: Equipment, clock: Clock, *, script: Script = NO_SCRIPT, refresh_wall_s: float = 5.0
    ) -> None:
        self._equipment = equipment
        self._clock = clock
        self._script = script
        self._refresh_wall_s = refresh_wall_s
        self._aliases = [tag.alias for tag in tags_of(equipment.plant)]
        self._link = LinkState.CLOSED
        self._whole = True
        self._seen: dict[str, Sample] = {}
        self._refreshed_at = clock.monotonic()

    @property
    def link(self) -> LinkState:
        """Whether the link stands."""
        return self._link

    @property
    def dropped(self) -> int:
        """Always 0: values are taken when asked for."""
        return 0

    async def open(self) -> None:
        """Connect.

        Raises:
            LinkDown: the link was cut before it was opened.
        """
        if not self._whole:
            raise LinkDown("the link to the plant in this process is cut; mend it first")
        if self._link is LinkState.CLOSED:
            self._link = LinkState.CONNECTED
            self._seen.clear()

    async def poll(self) -> tuple[Sample, ...]:
        """What has changed since the last call; everything after a connect and every `refresh_wall_s`."""
        if self._link is not LinkState.CONNECTED:
            return ()
        due = self._clock.monotonic() - self._refreshed_at >= self._refresh_wall_s
        if due or not self._seen:
            self._refreshed_at = self._clock.monotonic()
            due = True
        values = self._equipment.values()
        taken = [self._sample(alias, values[alias]) for alias in self._aliases]
        changed = [s for s in taken if due or s.alias == PLANT_TIME or _differs(self._seen.get(s.alias), s)]
        self._seen.update({s.alias: s for s in changed})
        return tuple(changed)

    async def close(self) -> None:
        """End the session. May be called twice."""
        self._link = LinkState.CLOSED

    def cut(self) -> None:
        """Fault: the link is lost. It comes back with `mend`, as the real one does by itself."""
        self._whole = False
        if self._link is LinkState.CONNECTED:
            self._link = LinkState.CONNECTING

    def mend(self) -> None:
        """The link stands again, with a full read."""
        self._whole = True
        if self._link is LinkState.CONNECTING:
            self._link = LinkState.CONNECTED
            self._seen.clear()

    def _sample(self, alias: str, value: Value) -> Sample:
        shown_s = self._equipment.shown_s
        seen = self._seen.get(alias)
        frozen = self._script.acting(FrozenTag, alias, shown_s)
        if seen is not None and frozen is not None and not frozen.only_time:
            return seen.model_copy(update={"received_at": self._clock.now()})
        now = present(self._script, shown_s, alias, value, self._clock)
        if seen is not None and frozen is not None:
            return now.model_copy(update={"source_time": seen.source_time})
        return now


class InProcessActuator:
    """An `Actuator` over a plant in this process."""

    def __init__(self, equipment: Equipment, clock: Clock, *, script: Script = NO_SCRIPT) -> None:
        self._equipment = equipment
        self._clock = clock
        self._script = script
        self._tags = {tag.alias: tag for tag in tags_of(equipment.plant)}
        self._open = False
        self.fault = WriteFault.NONE
        self.clamp = (0.0, 0.0)

    async def open(self) -> None:
        """Connect.

        Raises:
            LinkDown: the fault `NO_LINK` is set.
        """
        if self.fault is WriteFault.NO_LINK:
            raise LinkDown("there is no link to the plant in this process; set its fault back to none")
        self._open = True

    async def read(self, aliases: tuple[str, ...]) -> tuple[Sample, ...]:
        """Present values in the order asked for.

        Raises:
            LinkDown: not open, or the fault `NO_LINK` is set.
            UnknownName: an alias that the plant does not have.
        """
        if not self._connected:
            raise LinkDown("there is no writing session with the plant in this process; open it again")
        for alias in aliases:
            self._known(alias)
        values = self._equipment.values()
        shown_s = self._equipment.shown_s
        return tuple(present(self._script, shown_s, alias, values[alias], self._clock) for alias in aliases)

    async def write(self, alias: str, value: Value) -> str:
        """Send one value once.

        Raises:
            NotSent: not open, or the machine refused it.
            WriteOutcomeUnknown: a fault kept the answer back.
            UnknownName: an alias that the plant does not have.
        """
        self._known(alias)
        if not self._connected:
            raise NotSent(f"{alias}: there is no session with the plant in this process; nothing was sent")
        if self._script.acting(AccessDenied, alias, self._equipment.shown_s):
            raise NotSent(f"{alias}: the plant refused the write with BadUserAccessDenied")
        if self.fault not in (WriteFault.IGNORED, WriteFault.LOST_BEFORE):
            self._apply(alias, value)
        if self.fault in (WriteFault.LOST_BEFORE, WriteFault.LOST_AFTER):
            raise WriteOutcomeUnknown(f"{alias}: sent and never answered; read back, do not send again")
        return "Good"

    async def close(self) -> None:
        """End the session. May be called twice."""
        self._open = False

    @property
    def _connected(self) -> bool:
        return self._open and self.fault is not WriteFault.NO_LINK

    def _apply(self, alias: str, value: Value) -> None:
        if self.fault is WriteFault.CLAMPED and isinstance(value, int | float):
            low, high = self.clamp
            value = min(max(float(value), low), high)
        try:
            self._equipment.write(alias, value)
        except WriteRefused as refused:
            raise NotSent(f"{refused.message}; the machine refused the write") from refused

    def _known(self, alias: str) -> None:
        if alias not in self._tags:
            raise UnknownName(f"the plant has no tag '{alias}'; it has {', '.join(sorted(self._tags))}")


def present(script: Script, shown_s: float, alias: str, value: Value, clock: Clock) -> Sample:
    """A tag's value as the link shows it now, with its scripted quality."""
    fault = script.acting(BadQuality, alias, shown_s)
    quality = fault.quality if fault is not None else Quality.GOOD
    now = clock.now()
    return Sample(
        alias=alias,
        value=None if quality is Quality.BAD else value,
        quality=quality,
        source_time=now,
        received_at=now,
    )


def _differs(seen: Sample | None, now: Sample) -> bool:
    return seen is None or (seen.value, seen.quality) != (now.value, now.quality)

"""The two ports around the simulated line, with the faults of links: cut, silent, answers lost, data that lie."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from plants.errors import LinkDown, NotSent, WriteOutcomeUnknown
from plants.flow.sample import Quality, Sample, Value
from plants.model.tags import PLANT_TIME, tags_of
from plants.ports.clock import Clock
from plants.ports.sample_source import LinkState
from tests.simulation.clock import TrueTime
from tests.simulation.line import SimulatedLine, WriteRefused

TRAVEL_WALL_S = 0.02
"""A request on its way, and its answer on its way back."""
DEADLINE_WALL_S = 4.0
"""How long a client waits for an answer."""
REFRESH_WALL_S = 5.0


class Answer(StrEnum):
    """What becomes of the next write."""

    ARRIVES = "arrives"
    LOST_BEFORE = "lost_before"
    """Never reaches the line, never answered."""
    LOST_AFTER = "lost_after"
    """Reaches the line, never answered."""
    DENIED = "denied"
    """The server refuses it."""


@dataclass
class Wire:
    """The state of the link, set by faults."""

    up: bool = True
    """False: connections are refused and lost."""
    silent: bool = False
    """True: connections stand and nothing comes through."""
    next_write: Answer = Answer.ARRIVES
    quality: dict[str, Quality] = field(default_factory=dict)
    """Tags whose quality is not Good."""
    odd: dict[str, Value] = field(default_factory=dict)
    """Tags that show something which they cannot hold."""
    frozen: dict[str, Sample] = field(default_factory=dict)
    """Tags of the subscription that stand still."""

    def sound(self, alias: str) -> bool:
        """Whether a tag shows what the line holds."""
        return alias not in self.quality and alias not in self.odd


class SimulatedSource:
    """The `SampleSource` port."""

    def __init__(self, line: SimulatedLine, wire: Wire, true: TrueTime, clock: Clock) -> None:
        self._line = line
        self._wire = wire
        self._true = true
        self._clock = clock
        self._aliases = [tag.alias for tag in tags_of(line.plant)]
        self._open = False
        self._seen: dict[str, Sample] = {}
        self._refreshed_s = 0.0

    @property
    def link(self) -> LinkState:
        """Whether the link stands."""
        if not self._open:
            return LinkState.CLOSED
        return LinkState.CONNECTED if self._wire.up else LinkState.CONNECTING

    @property
    def dropped(self) -> int:
        """Nothing is dropped."""
        return 0

    async def open(self) -> None:
        """Connect.

        Raises:
            LinkDown: the link is cut.
        """
        if not self._wire.up or self._wire.silent:
            raise LinkDown("the simulated line does not answer")
        self._open = True

    async def poll(self) -> tuple[Sample, ...]:
        """What has changed; everything after a reconnect and from time to time."""
        if not self._open or not self._wire.up:
            self._seen.clear()
            return ()
        if self._wire.silent:
            return ()
        whole = not self._seen or self._true.s - self._refreshed_s >= REFRESH_WALL_S
        if whole:
            self._refreshed_s = self._true.s
        now = self._clock.now()
        wanted = self._aliases if whole else [alias for alias in self._aliases if self._differs(alias)]
        changed = tuple(
            self._wire.frozen.get(a) or sample_of(self._line, self._wire, a, self._true.now(), now) for a in wanted
        )
        self._seen.update({s.alias: s for s in changed})
        return changed

    async def close(self) -> None:
        """End the session."""
        self._open = False

    def _differs(self, alias: str) -> bool:
        seen = self._seen[alias]
        return alias == PLANT_TIME or (seen.value, seen.quality) != _shown(self._line, self._wire, alias)


class SimulatedActuator:
    """The `Actuator` port. Every call travels, and on the way everything else goes on."""

    def __init__(
        self,
        line: SimulatedLine,
        wire: Wire,
        true: TrueTime,
        clock: Clock,
        travel: Callable[[float], None],
        user: str = "writer",
    ) -> None:
        self._line = line
        self._wire = wire
        self._true = true
        self._clock = clock
        self._travel = travel
        self._user = user
        self._open = False

    async def open(self) -> None:
        """Connect.

        Raises:
            LinkDown: no connection.
        """
        self._go()
        self._open = True

    async def read(self, aliases: tuple[str, ...]) -> tuple[Sample, ...]:
        """Present values.

        Raises:
            LinkDown: no connection, or no answer in time.
        """
        self._session()
        self._go()
        now, true_now = self._clock.now(), self._true.now()
        samples = tuple(sample_of(self._line, self._wire, alias, true_now, now) for alias in aliases)
        self._go()
        return samples

    async def write(self, alias: str, value: Value) -> str:
        """Send one value once.

        Raises:
            NotSent: there is no session, or it was refused.
            WriteOutcomeUnknown: it left and no answer came.
        """
        if not self._connected():
            raise NotSent(f"{alias}: there is no session with the line; nothing was sent")
        self._travel(TRAVEL_WALL_S)
        answer, self._wire.next_write = self._wire.next_write, Answer.ARRIVES
        if answer is Answer.DENIED:
            raise NotSent(f"{alias}: the line refused the write with BadUserAccessDenied")
        arrives = self._through() and answer is not Answer.LOST_BEFORE
        if arrives:
            self._arrive(alias, value)
        self._travel(TRAVEL_WALL_S)
        if not arrives or answer is Answer.LOST_AFTER or not self._through():
            self._travel(DEADLINE_WALL_S)
            raise WriteOutcomeUnknown(f"{alias}: sent and never answered; read back, do not send again")
        return "Good"

    async def close(self) -> None:
        """End the session."""
        self._open = False

    def _arrive(self, alias: str, value: Value) -> None:
        try:
            self._line.request(alias, value, self._user)
        except WriteRefused as refused:
            raise NotSent(f"{refused.message}; the machine refused the write") from refused

    def _connected(self) -> bool:
        return self._open and self._wire.up

    def _through(self) -> bool:
        """Whether what is sent now comes through."""
        return self._wire.up and not self._wire.silent

    def _session(self) -> None:
        if not self._open:
            raise LinkDown("there is no writing session with the line; open it again")

    def _go(self) -> None:
        """One way of a question or an answer."""
        self._travel(TRAVEL_WALL_S)
        if self._wire.silent:
            self._travel(DEADLINE_WALL_S)
        if not self._wire.up or self._wire.silent:
            self._open = False
            raise LinkDown("the line does not answer")


def sample_of(line: SimulatedLine, wire: Wire, alias: str, source_time: datetime, now: datetime) -> Sample:
    """A tag as the link shows it now."""
    value, quality = _shown(line, wire, alias)
    return Sample(alias=alias, value=value, quality=quality, source_time=source_time, received_at=now)


def _shown(line: SimulatedLine, wire: Wire, alias: str) -> tuple[Value | None, Quality]:
    quality = wire.quality.get(alias, Quality.GOOD)
    return (None if quality is Quality.BAD else wire.odd.get(alias, line.values[alias])), quality

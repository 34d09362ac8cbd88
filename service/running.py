"""A service that has been built: its rooms joined, its loops, and what it tells about itself."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from agents.runner import AgentRunner
from historian.historian import Historian
from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.errors import Refused
from plants.flow.draft import Draft
from plants.flow.state import LineState
from plants.flow.verdict import Verdict
from plants.kpi import Kpi
from plants.model.plant import Plant
from plants.ports.clock import Clock
from plants.ports.sample_source import LinkState, SampleSource
from service.accounts import Account, Accounts
from service.api.views import BufferView, LineView, StationView
from service.connect import plain_channel
from service.settings import Settings
from service.supervise import Heartbeats, Loop, Repeated
from twin.shadow.shadow import Shadow
from twin.shadow.tagbook import Freshness

log = structlog.get_logger("jayul.service")

MIRROR_WALL_S = 0.02
"""What has come waits for this at most; a look when nothing has come costs some microseconds."""
WRITER_WALL_S = 0.2
AGENTS_WALL_S = 0.5
HISTORY_WALL_S = 60.0
STUCK_WALL_S = 30.0
"""A loop without a finished step for so long counts as stuck; the agents' loop may think for longer."""
AGENTS_STUCK_WALL_S = 900.0
_SLOW = frozenset({"agents", "history"})
"""Loops whose step may take long, or that are seldom due."""
PLAIN_CHANNEL = "OPC UA is neither signed nor encrypted on the network: passwords and setpoints can be read and forged"
FOREIGN_TOLD = 5
"""Foreign orders told by name."""
RECENT_S = 900.0
"""Plant seconds over which the overview measures throughput."""


@dataclass
class Service:
    """The running service. `step` methods are called by the supervisor, or in a fixed order by an accelerated run."""

    settings: Settings
    plant: Plant
    clock: Clock
    source: SampleSource
    shadow: Shadow
    historian: Historian
    ledger: Ledger
    executor: Executor
    runner: AgentRunner
    beats: Heartbeats
    metrics: CollectorRegistry
    accounts: Accounts
    judge: Callable[[LineState, Draft], Awaitable[Verdict]]
    """What the twin says of a draft, beside the event loop."""
    agents_said: str = "not asked yet"
    observed_since_s: float | None = None
    _last_plant_s: float | None = field(default=None, repr=False)
    _foreign_orders: tuple[str, ...] = field(default=(), repr=False)

    def must_prove(self, account: Account, passphrase: SecretStr | None) -> datetime:
        """When somebody has proved anew who he is: now.

        Raises:
            Refused: no passphrase was given, or it is not right.
        """
        if passphrase is None:
            raise Refused(f"Prove that you are {account.name}: give your passphrase.")
        self.accounts.prove(account, passphrase.get_secret_value())
        return self.clock.now()

    def proved(self, account: Account, passphrase: SecretStr | None) -> datetime | None:
        """The same where it is not always asked for; None when no passphrase was given."""
        return None if passphrase is None else self.must_prove(account, passphrase)

    def loops(self) -> list[Loop]:
        """The loops, for the supervisor. The writer is vital: without it the record would stand still."""
        return [
            Repeated("mirror", MIRROR_WALL_S, self.mirror),
            Repeated("writer", WRITER_WALL_S, self.write, vital=True),
            Repeated("agents", AGENTS_WALL_S, self.propose),
            Repeated("history", HISTORY_WALL_S, self.keep_history),
        ]

    async def mirror(self) -> None:
        """Take in what the equipment has sent."""
        samples = await self.source.poll()
        self.historian.record(samples)
        self.shadow.feed(samples)
        self._observe()
        self._tell_foreign_orders()

    def _tell_foreign_orders(self) -> None:
        """Keep and tell once that somebody has given the line orders which the plant file does not have, or has not."""
        foreign = self.shadow.foreign_orders
        if foreign == self._foreign_orders:
            return
        named = ", ".join(foreign[:FOREIGN_TOLD])
        text = (
            f"orders on the line that the plant file does not have: {named}"
            if foreign
            else "no foreign orders any more"
        )
        self.historian.record_event(
            "foreign_orders", self.clock.now(), text=text, detail={"orders": named, "number": len(foreign)}
        )
        self._foreign_orders = foreign
        log.warning("foreign_orders", orders=named, number=len(foreign))

    def _observe(self) -> None:
        now_s = self.shadow.plant_time_s
        if now_s is None:
            return
        last, self._last_plant_s = self._last_plant_s, now_s
        if self.source.link is not LinkState.CONNECTED or (last is not None and now_s < last):
            self.observed_since_s = None
        elif self.observed_since_s is None:
            self.observed_since_s = now_s

    @property
    def observed_s(self) -> float:
        """Plant seconds seen without a gap."""
        now_s = self.shadow.plant_time_s
        return 0.0 if now_s is None or self.observed_since_s is None else now_s - self.observed_since_s

    async def keep_history(self) -> None:
        """Move past hours of history into the archive, beside everything else."""
        await asyncio.to_thread(self.historian.keep, self.clock.now())

    async def write(self) -> None:
        """Let the executor take its next step: expire, approve what is covered ahead, write, watch."""
        await self.executor.step()

    async def propose(self) -> None:
        """Let the agents look at the line, once it was observed long enough."""
        if self.observed_s < self.settings.observe_s:
            self.agents_said = "watching the line before speaking"
            return
        report = await self.runner.step(self.state())
        said = " ".join(report.words)
        if said and said != self.agents_said:
            self.agents_said = said
            log.info("agents", said=said)

    def state(self) -> LineState:
        """The mirrored state now."""
        return self.shadow.state(self.clock.now())

    def count_buffer(self, buffer: str, units: int, by: str, reason: str) -> None:
        """A person has counted a buffer: the mirror goes on from that, and the history keeps who said so.

        Raises:
            UnknownName: there is no such buffer.
            InvalidInput: so many units do not fit.
            NoLiveState: nothing has come from the equipment yet.
        """
        before = next((len(b.parts) for b in self.state().buffers if b.buffer == buffer), None)
        self.shadow.correct(buffer, units)
        self.historian.record_event(
            "buffer_counted",
            self.clock.now(),
            subject=buffer,
            text=reason,
            detail={"by": by, "units": units, "estimated": before},
        )
        log.info("buffer_counted", buffer=buffer, units=units, estimated=before, by=by)

    def stale_tags(self) -> int:
        """How many tags are without good and recent data; all of them before the first data have come."""
        freshness = self.shadow.freshness(self.clock.now())
        return sum(f is not Freshness.GOOD for f in freshness.values())

    def holds(self) -> tuple[str, ...]:
        """Holds in force."""
        return tuple(hold.told for hold in self.ledger.holds())

    def warnings(self) -> tuple[str, ...]:
        """What people must see as long as it lasts."""
        told = []
        if plain_channel(self.settings, self.plant):
            told.append(PLAIN_CHANNEL)
        if self.shadow.foreign_orders:
            named = ", ".join(self.shadow.foreign_orders[:FOREIGN_TOLD])
            told.append(f"the line has orders that the plant file does not have ({named}): no sequence is planned")
        return tuple(told)

    def overview(self) -> LineView:
        """The line at one glance."""
        state = self.state()
        now_s = self.shadow.plant_time_s
        recent = self.historian.measure(Kpi.THROUGHPUT, max(now_s - RECENT_S, 0.0), now_s) if now_s else None
        return LineView(
            plant=self.plant.plant,
            plant_revision=self.plant.revision,
            link=self.source.link.value,
            plant_time_s=now_s,
            observed_s=self.observed_s,
            trustworthy=state.trustworthy,
            stale=state.stale,
            throughput_per_h=recent.value if recent is not None and recent.sufficient else None,
            holds=self.holds(),
            warnings=self.warnings(),
            agents=self.agents_said,
            brain=self.settings.brain,
            stations=tuple(
                StationView(
                    id=s.station,
                    condition=s.condition,
                    order=s.part.order if s.part else None,
                    processed=s.processed,
                    scrapped=s.scrapped,
                    fresh=s.fresh,
                )
                for s in state.stations
            ),
            buffers=tuple(
                BufferView(id=b.buffer, level=len(b.parts), level_sd=b.level_sd, capacity=declared.capacity)
                for b, declared in zip(state.buffers, self.plant.buffers, strict=True)
            ),
        )

    def stuck_loops(self) -> tuple[str, ...]:
        """Loops that have not finished a step for too long."""
        return tuple(
            f"loop '{loop.name}' has not turned for {age:.0f} s"
            for loop in self.loops()
            if (age := self.beats.age_wall_s(loop.name)) is not None
            and age > (AGENTS_STUCK_WALL_S if loop.name in _SLOW else STUCK_WALL_S)
        )

    def not_ready(self) -> tuple[str, ...]:
        """Why the service cannot do its work now; empty when it can."""
        reasons = list(self.stuck_loops())
        if self.source.link is not LinkState.CONNECTED:
            reasons.append("the equipment is not connected")
        elif not self.state().trustworthy:
            reasons.append("some data are stale or bad")
        return tuple(reasons)

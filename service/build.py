"""The composition root: the one place where rooms are joined. Production, tests and accelerated runs call `build`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

import structlog
from prometheus_client import CollectorRegistry

from agents.deps import AgentDeps
from agents.runner import AgentRunner
from agents.settings import AgentSettings
from historian.historian import Historian
from historian.keeping import Keeping
from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.policy import Autonomy, Policy
from plants.flow.approval import Covers, StandingAuthorisation
from plants.flow.draft import Draft
from plants.flow.state import Condition, LineState
from plants.flow.verdict import Verdict
from plants.model.plant import Plant
from plants.model.tags import HEARTBEAT, TagRole, tags_of
from plants.ports.clock import Clock
from service.accounts import Accounts
from service.connect import plain_channel
from service.experience import ForecastExperience
from service.metrics import ServiceMetrics
from service.parts import Parts
from service.running import PLAIN_CHANNEL, Service
from service.settings import Settings
from service.supervise import Heartbeats
from service.token import ensure_token
from twin import judge
from twin.shadow.shadow import Shadow

log = structlog.get_logger("jayul.service")

STANDING_ID = "standing-settings"
STANDING_HOLDS = timedelta(days=7)


@asynccontextmanager
async def build(settings: Settings, parts: Parts) -> AsyncIterator[Service]:
    """A service, joined, connected and recovered; everything is closed when the block is left.

    Raises:
        LinkDown: the equipment cannot be reached.
        TagMissing: the equipment lacks a declared tag.
        Refused: another service holds the writer's lease on this ledger.
    """
    settings.directory.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        historian = Historian(
            parts.plant,
            settings.directory / "history.db",
            archive=settings.directory / "history",
            keeping=_keeping(settings),
        )
        stack.callback(historian.close)
        cut_off = historian.begin(parts.clock.now())
        if cut_off is not None:
            log.warning(cut_off.kind, said=cut_off.text)
        ledger = Ledger.at(
            settings.directory / "ledger.db", parts.plant, parts.clock, historian, policy=_policy(settings)
        )
        stack.callback(ledger.close)
        if parts.pool is not None:
            stack.callback(parts.pool.shutdown, wait=False, cancel_futures=True)
        await parts.source.open()
        stack.push_async_callback(parts.source.close)
        _tell_plain_channel(settings, parts, ledger, historian)
        executor = Executor(ledger, parts.actuator, historian, parts.clock, parts.plant)
        stack.push_async_callback(executor.close)
        service = await _join(settings, parts, historian, ledger, executor)
        stack.push_async_callback(service.runner.close)
        await service.mirror()
        await executor.recover()
        await service.runner.start()
        _stand(settings, parts, ledger)
        yield service


def _tell_plain_channel(settings: Settings, parts: Parts, ledger: Ledger, historian: Historian) -> None:
    """Put on record, before anything is written, that a setting lets writes cross the network unprotected."""
    place = parts.plant.opcua
    if place is not None and plain_channel(settings, parts.plant):
        historian.record_event("plain_channel_allowed", parts.clock.now(), text=PLAIN_CHANNEL)
        ledger.plain_channel(settings.endpoint or place.endpoint)


async def _join(settings: Settings, parts: Parts, historian: Historian, ledger: Ledger, executor: Executor) -> Service:
    experience = ForecastExperience(reversed(await ledger.recent(500)))
    shadow = Shadow(parts.plant)
    runner = AgentRunner(
        AgentDeps(
            plant=parts.plant,
            submissions=ledger,
            outcomes=ledger,
            brain=parts.brain,
            clock=parts.clock,
            checkpoint=settings.directory / "checkpoints.db",
            forecast_error=experience,
            settings=_agent_settings(settings),
            executor=parts.pool,
            on_outcome=experience.learn,
            shares=lambda: _shares(shadow, settings.observe_s),
        )
    )
    service = Service(
        settings=settings,
        plant=parts.plant,
        clock=parts.clock,
        source=parts.source,
        shadow=shadow,
        historian=historian,
        ledger=ledger,
        executor=executor,
        runner=runner,
        beats=Heartbeats(parts.clock),
        metrics=CollectorRegistry(),
        accounts=Accounts(settings.directory, settings.operator, ensure_token(settings.directory), parts.clock),
        judge=partial(_judged, parts, settings, experience),
    )
    service.metrics.register(ServiceMetrics(service))
    return service


def _shares(shadow: Shadow, last_s: float) -> dict[str, dict[Condition, float]]:
    """Share of the time that each station was seen in each condition, over the last plant seconds."""
    shares = {}
    for station, seconds in shadow.shares(last_s).items():
        seen_s = sum(seconds.values())
        shares[station] = {condition: s / seen_s for condition, s in seconds.items()} if seen_s > 0 else {}
    return shares


def _keeping(settings: Settings) -> Keeping:
    return Keeping(
        full_days=settings.history_full_days,
        days=settings.history_days,
        quota_bytes=round(settings.history_quota_gb * 1e9),
    )


async def _judged(
    parts: Parts, settings: Settings, experience: ForecastExperience, state: LineState, draft: Draft
) -> Verdict:
    """What the twin says of a person's draft; in the pool of processes when there is one."""
    work = partial(
        judge,
        parts.plant,
        state,
        draft,
        horizon_s=settings.horizon_s,
        replications=settings.replications,
        seed=settings.seed,
        error=experience(),
        delay_s=settings.decision_delay_s,
    )
    return await asyncio.get_running_loop().run_in_executor(parts.pool, work)


def _policy(settings: Settings) -> Policy:
    """Limits; a standing authorisation asked for in the settings sets the line to bounded auto until a person does."""
    ahead = settings.standing_after_wall_s is not None
    return Policy(
        autonomy=Autonomy.BOUNDED_AUTO if ahead else settings.autonomy,
        proposal_wall_s=settings.proposal_wall_s,
        approval_wall_s=settings.approval_wall_s,
    )


def _agent_settings(settings: Settings) -> AgentSettings:
    return AgentSettings(
        horizon_s=settings.horizon_s,
        replications=settings.replications,
        delay_s=settings.decision_delay_s,
        seed=settings.seed,
    )


def _stand(settings: Settings, parts: Parts, ledger: Ledger) -> None:
    """Give the standing authorisation that the settings ask for, under the operator's name; audited like any other."""
    if parts.plant.policy.heartbeat is not None:
        stand_for_beats(settings, parts.plant, parts.clock, ledger)
    if settings.standing_after_wall_s is None:
        return
    now = parts.clock.now()
    ledger.grant(
        StandingAuthorisation(
            id=f"{STANDING_ID}-{now:%Y%m%d%H%M%S}",
            author=settings.operator,
            plant=parts.plant.plant,
            aliases=tuple(t.alias for t in tags_of(parts.plant) if t.writable and t.role is not TagRole.HEARTBEAT),
            after_s=settings.standing_after_wall_s,
            created_at=now,
            expires_at=now + STANDING_HOLDS,
            meaning="approves better verdicts by itself when nobody decides in time",
        )
    )


def stand_for_beats(settings: Settings, plant: Plant, clock: Clock, ledger: Ledger) -> None:
    """Authorise the heartbeat under the operator's name, unless it is authorised already."""
    if any(granted.covers is Covers.HEARTBEAT for granted in ledger.standing()):
        return
    now = clock.now()
    ledger.grant(
        StandingAuthorisation(
            id=f"heartbeat-{now:%Y%m%d%H%M%S%f}",
            author=settings.operator,
            plant=plant.plant,
            aliases=(HEARTBEAT,),
            after_s=0.0,
            created_at=now,
            expires_at=now + STANDING_HOLDS,
            meaning="tells the line that Jayul is alive",
            covers=Covers.HEARTBEAT,
        )
    )

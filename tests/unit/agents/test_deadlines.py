"""What takes too long is given up: the twin, the model, and a step that is cancelled."""

import asyncio
import dataclasses
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatResult

from agents.bench import Bench
from agents.brain import Case
from agents.deps import AgentDeps
from agents.diagnose import diagnose
from agents.llm.answers import Unavailable
from agents.llm.ask import ask_model
from agents.llm.brain import LlmBrain
from agents.llm.limits import Limits
from agents.llm.settings import ModelSettings
from agents.offload import Offload
from agents.runner import AgentRunner
from agents.scripted import ScriptedChatModel
from agents.settings import AgentSettings
from plants.errors import RunFailed
from plants.model.plant import Plant
from tests.unit.agents.paper import FixedClock, MakeState, PaperLedger


class StubbornModel(ScriptedChatModel):
    """A model whose package swallows cancellation and does not answer."""

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  (the signature of BaseChatModel, here and below)
        run_manager: Any = None,  # noqa: ANN401, ARG002
        **kwargs: Any,  # noqa: ANN401, ARG002
    ) -> ChatResult:
        for _ in range(2):
            try:
                await asyncio.sleep(3.0)
            except asyncio.CancelledError:
                continue
        return self._generate(messages)


class SilentModel(ScriptedChatModel):
    """A model that says when it was asked, and then nothing."""

    asked: Any

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  (the signature of BaseChatModel, here and below)
        run_manager: Any = None,  # noqa: ANN401, ARG002
        **kwargs: Any,  # noqa: ANN401, ARG002
    ) -> ChatResult:
        self.asked.set()
        await asyncio.Event().wait()
        return self._generate(messages)


async def test_a_package_that_swallows_cancellation_does_not_hold_the_agents_up(
    plant: Plant, make_state: MakeState
) -> None:
    """The deadline and a grace of a second, not the six seconds that the package would take."""
    state = make_state(labeller=480.0)
    case = Case(plant, state, diagnose(plant, state), Bench(plant, state, AgentSettings(), Offload(None, 60.0)))
    loop = asyncio.get_running_loop()
    began = loop.time()

    answer = await ask_model(StubbornModel(), case, Limits(deadline_wall_s=0.2))

    assert answer == Unavailable("no answer within 0.2 s")
    assert loop.time() - began < 2.5


async def test_a_cancelled_step_leaves_nothing_behind_and_the_next_one_goes_on(
    deps: AgentDeps, ledger: PaperLedger, make_state: MakeState
) -> None:
    """The service is told to stop while a model is thinking."""
    model = SilentModel(asked=asyncio.Event())
    settings = ModelSettings(model="scripted")
    runner = AgentRunner(dataclasses.replace(deps, brain=LlmBrain(model, settings, FixedClock())))
    await runner.start()
    step = asyncio.create_task(runner.step(make_state(labeller=480.0)))
    await asyncio.wait_for(model.asked.wait(), 20.0)

    step.cancel()
    await asyncio.wait({step}, timeout=5.0)
    await runner.close()
    left = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
    await asyncio.wait(left, timeout=2.0) if left else None
    again = AgentRunner(deps)
    await again.start()
    report = await again.step(make_state(labeller=480.0))
    await again.close()

    assert step.cancelled()
    assert [repr(t) for t in left if not t.done()] == []
    assert report.end == "waiting"
    assert report.words[0] == "a run that was cut off goes on"
    assert len(await ledger.open()) == 1


async def test_a_twin_that_hangs_is_given_up(deps: AgentDeps, make_state: MakeState) -> None:
    """The step fails with words, and the loop is not held up."""
    released = Event()
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(released.wait)
        hasty = deps.settings.model_copy(update={"twin_wall_s": 0.2})
        runner = AgentRunner(dataclasses.replace(deps, executor=pool, settings=hasty))
        await runner.start()

        with pytest.raises(RunFailed, match=r"no result within 0\.2 s"):
            await runner.step(make_state(labeller=480.0))

        released.set()
        await runner.close()

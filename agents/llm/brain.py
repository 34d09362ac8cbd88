"""The language model as a brain: asks, translates the answer, and stops asking for a while when it keeps failing."""

from langchain_core.language_models import BaseChatModel

from agents.brain import BrainAnswer, Case, NothingToDo, Proposed, Unavailable
from agents.llm.answers import BudgetExhausted, Invalid, Nothing, Proposal, Refusal
from agents.llm.answers import Unavailable as ModelUnavailable
from agents.llm.ask import ask_model
from agents.llm.connect import disconnect
from agents.llm.settings import ModelSettings
from plants.ports.clock import Clock

FAILURES = 3
"""Failures in a row after which the model is left alone."""
PAUSE_WALL_S = 300.0
"""Wall seconds for which it is left alone."""


class LlmBrain:
    """Any chat model that can call tools. It has no authority and no tool that writes."""

    def __init__(self, model: BaseChatModel, settings: ModelSettings, clock: Clock) -> None:
        self._model = model
        self._settings = settings
        self._clock = clock
        self._failures = 0
        self._failed_at = 0.0

    async def propose(self, case: Case) -> BrainAnswer:
        """The model's proposal, or why there is none; within the deadline of the settings."""
        if self._failures >= FAILURES and self._clock.monotonic() - self._failed_at < PAUSE_WALL_S:
            return Unavailable(f"left alone for {PAUSE_WALL_S:g} s after {self._failures} failures in a row")
        answer = await ask_model(self._model, case, self._settings.limits)
        match answer:
            case Proposal():
                self._failures = 0
                return Proposed(self._settings.author, answer.changes, answer.rationale, answer.alternatives)
            case Nothing(reason):
                self._failures = 0
                return NothingToDo(reason)
            case Refusal() | Invalid() | ModelUnavailable() | BudgetExhausted():
                self._failures += 1
                self._failed_at = self._clock.monotonic()
                return Unavailable(f"{_KINDS[type(answer)]}: {answer.reason}")

    async def aclose(self) -> None:
        """Close the model's connections. May be called twice."""
        await disconnect(self._model)


_KINDS: dict[type, str] = {
    Refusal: "refusal",
    Invalid: "invalid answer",
    ModelUnavailable: "no answer",
    BudgetExhausted: "budget exhausted",
}

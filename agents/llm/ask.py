"""`ask_model`: one bounded conversation about one case, which comes to one of a closed set of answers.

Used by `agents.llm.brain`. The deadline is enforced here, outside the provider's package, since a package may wait
longer than it says or swallow cancellation.
"""

import asyncio
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

from agents.brain import Case
from agents.llm.answers import BudgetExhausted, Invalid, ModelAnswer, Nothing, Proposal, Refusal, Unavailable
from agents.llm.call import BoundModel, call
from agents.llm.limits import Limits, Spent
from agents.llm.prompt import first_messages
from agents.llm.schema import tool_schemas
from agents.llm.toolbox import Result, Toolbox, Wrong
from agents.llm.vocabulary import Vocabulary

_GRACE_WALL_S = 1.0
"""Wall seconds a cancelled conversation has to put its connection away."""


async def ask_model(model: BaseChatModel, case: Case, limits: Limits) -> ModelAnswer:
    """Let the model look into the case and answer.

    Returns within `limits.deadline_wall_s` and a grace of one second, whatever the model or its package does.
    """
    conversation = asyncio.create_task(_Conversation(model, case, limits).hold())
    try:
        done, _ = await asyncio.wait({conversation}, timeout=limits.deadline_wall_s)
        if done:
            return conversation.result()
        conversation.cancel()
        await asyncio.wait({conversation}, timeout=_GRACE_WALL_S)
        return Unavailable(f"no answer within {limits.deadline_wall_s:g} s")
    finally:
        conversation.cancel()
        conversation.add_done_callback(_look_away)


class _Conversation:
    """Messages so far, and what they have used."""

    def __init__(self, model: BaseChatModel, case: Case, limits: Limits) -> None:
        words = Vocabulary(case.plant, case.state)
        self._tools = Toolbox(case, words)
        self._messages: list[BaseMessage] = first_messages(case, words)
        self._spent = Spent(limits)
        self._model = model
        self._schemas = tool_schemas(words)

    async def hold(self) -> ModelAnswer:
        """Turn after turn until there is an answer or a bound is reached."""
        try:
            bound: BoundModel = self._model.bind_tools(self._schemas)
        except NotImplementedError:
            return Unavailable("this model cannot call tools")
        while True:
            used_up = self._spent.exhausted(self._messages)
            if used_up:
                return BudgetExhausted(f"it used up its {used_up}")
            said = await call(bound, self._messages)
            if not isinstance(said, AIMessage):
                return said
            self._spent.count(self._messages, said)
            answer = await self._turn(said)
            if answer is not None:
                return answer

    async def _turn(self, said: AIMessage) -> ModelAnswer | None:
        """Carry out the calls of one message; None when the conversation goes on."""
        self._messages.append(said)
        if not said.tool_calls and not said.invalid_tool_calls:
            return Refusal("it answered in prose instead of calling a tool")
        for broken in said.invalid_tool_calls:
            wrong = self._wrong(broken["id"], "the arguments are not JSON")
            if wrong is not None:
                return wrong
        for wanted in said.tool_calls:
            answer = await self._one(wanted["id"], wanted["name"], wanted["args"])
            if answer is not None:
                return answer
        return None

    async def _one(self, id: str | None, name: str, arguments: dict[str, Any]) -> Proposal | Nothing | Invalid | None:
        outcome = await self._tools.use(name, arguments)
        match outcome:
            case Result(text):
                self._messages.append(ToolMessage(text, tool_call_id=id or "", name=name[:64]))
                return None
            case Wrong(why):
                return self._wrong(id, why)
            case _:
                return outcome

    def _wrong(self, id: str | None, why: str) -> Invalid | None:
        """Tell the model what was wrong, as often as it may correct itself."""
        self._spent.wrong_answers += 1
        if self._spent.wrong_answers > self._spent.limits.wrong_answers:
            return Invalid(why)
        self._messages.append(ToolMessage(f'{{"error": "{_inert(why)}"}}', tool_call_id=id or "", status="error"))
        return None


def _inert(text: str) -> str:
    return text.replace("\\", "/").replace('"', "'").replace("\n", " ")


def _look_away(conversation: "asyncio.Task[ModelAnswer]") -> None:
    """Take note of how an abandoned conversation ended, so that asyncio does not complain about it."""
    if not conversation.cancelled():
        conversation.exception()

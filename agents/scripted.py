"""A chat model that plays by a script, for demonstrations and tests without a network.

It holds no station, no tag and no figure: all it says is read from the tool results in its messages, as any other model
would have to. It looks at the bottleneck, asks for candidates, tries a few in the twin, and proposes the best of them.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, ToolCall, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool

FEW = 6
"""Candidates it tries."""

Json = dict[str, Any]


class ScriptedChatModel(BaseChatModel):
    """bottleneck, candidates, what_if on a few, then propose the best or nothing_to_do."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(
        self,
        tools: Sequence[Json | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,  # noqa: ARG002  (it always calls one)
        **kwargs: Any,  # noqa: ANN401  (the signature of BaseChatModel)
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The same model; the script knows the tools by name."""
        return self.bind(tools=tools, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  (the signature of BaseChatModel, here and below)
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ANN401, ARG002
    ) -> ChatResult:
        name, arguments = _next(_results(messages))
        call = ToolCall(name=name, args=arguments, id=f"call-{len(messages)}", type="tool_call")
        message = AIMessage("", tool_calls=[call], response_metadata={"finish_reason": "tool_calls"})
        return ChatResult(generations=[ChatGeneration(message=message)])


def _results(messages: list[BaseMessage]) -> list[tuple[str, Json]]:
    """(tool, result) of each tool message, in order."""
    return [(m.name or "", json.loads(str(m.content))) for m in messages if isinstance(m, ToolMessage)]


def _next(results: list[tuple[str, Json]]) -> tuple[str, Json]:
    """The next call of the script."""
    known = dict(results)
    for look in ("bottleneck", "candidates"):
        if look not in known:
            return look, {}
    tried = [result for name, result in results if name != "bottleneck" and name != "candidates"]
    wanted = known["candidates"]["candidates"][:FEW]
    if len(tried) < len(wanted):
        return "what_if", {"changes": wanted[len(tried)]}
    return _answer(known["bottleneck"], [t for t in tried if "difference" in t])


def _answer(rates: Json, trials: list[Json]) -> tuple[str, Json]:
    better = [t for t in trials if t["better"]]
    if not better:
        return "nothing_to_do", {"reason": f"Of {len(trials)} changes tried in the twin none was found better."}
    top = max(better, key=lambda t: t["gain"])
    spread = top["difference"]["high"] - top["difference"]["mean"]
    # The first of those that cannot be told from the best: candidates come with the most natural first.
    best = next(t for t in better if t["gain"] >= top["gain"] - spread)
    others = [t for t in trials if t is not best]
    return "propose", {
        "changes": best["changes"],
        "rationale": _rationale(rates, best, len(trials)),
        "alternatives": [{"changes": t["changes"], "reason": _reason(t)} for t in others],
    }


def _rationale(rates: Json, best: Json, tried: int) -> str:
    return (
        f"The station that limits the line now is {rates['limits_now']}; by design it is {rates['limits_at_nominal']}. "
        f"Of {tried} changes tried in the twin the best is {_told(best['changes'])}: {_figures(best)}."
    )


def _reason(trial: Json) -> str:
    brings = (
        "is no clear gain over the one proposed" if trial["better"] else "was not found better than leaving it as it is"
    )
    return f"{brings}: {_figures(trial)}"


def _figures(trial: Json) -> str:
    d = trial["difference"]
    return f"{trial['kpi']} {d['mean']:+g} ({d['low']:+g} to {d['high']:+g}) {trial['kpi_unit']}".rstrip()


def _told(changes: list[Json]) -> str:
    return " and ".join(
        f"{c['alias']} at {c['value']:g}" if c["kind"] == "set_parameter" else f"the sequence {', '.join(c['orders'])}"
        for c in changes
    )

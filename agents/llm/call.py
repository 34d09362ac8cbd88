"""One call of the model: everything it can do wrong comes back as a value.

Used by `agents.llm.ask`. Refuses to pass on an answer that did not end properly: a stream that is cut off without a
finish reason looks like a short answer (observed), and would be taken for one.
"""

import json

import httpx
from langchain_core.exceptions import (
    ContextOverflowError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelError,
    ModelNotFoundError,
    ModelPermissionDeniedError,
    ModelRateLimitError,
    ModelTimeoutError,
)
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.runnables import Runnable

from agents.llm.answers import BudgetExhausted, Invalid, Refusal, Unavailable

BoundModel = Runnable[LanguageModelInput, BaseMessage]
"""A chat model with its tools bound."""

_SAYS: tuple[tuple[type[Exception], str], ...] = (
    (ModelRateLimitError, "it limits the rate of requests"),
    (ModelAuthenticationError, "it does not accept the key"),
    (ModelPermissionDeniedError, "the key may not use this model"),
    (ModelNotFoundError, "it does not know this model"),
    (ModelTimeoutError, "no answer in time"),
    (ModelConnectionError, "it cannot be reached"),
    (ModelAPIError, "it reports a failure of its own"),
    (ModelError, "it refused the request"),
    (httpx.TimeoutException, "no answer in time"),
    (httpx.HTTPError, "the connection failed"),
    (json.JSONDecodeError, "its answer is not JSON"),
    (OSError, "it cannot be reached"),
)
"""In words, the most particular first. Messages of providers are left out: they may hold keys and prompts."""

_TOO_LONG = "context_length_exceeded"
"""Code of OpenAI-compatible services; not all of them are told apart by LangChain."""
_ENDED = frozenset({"stop", "tool_calls", "end_turn", "tool_use", "function_call", "stop_sequence"})
_CUT = frozenset({"length", "max_tokens"})
_WILL_NOT = frozenset({"content_filter", "refusal", "safety", "blocklist", "prohibited_content"})


async def call(
    model: BoundModel, messages: list[BaseMessage]
) -> AIMessage | Refusal | Invalid | Unavailable | BudgetExhausted:
    """The model's next message, or why there is none that can be used."""
    try:
        answer = await model.ainvoke(messages)
    except ContextOverflowError:
        return BudgetExhausted("the conversation is longer than the model can read")
    except Exception as error:  # provider packages raise what they like, plain json and httpx errors included
        if getattr(error, "code", None) == _TOO_LONG:
            return BudgetExhausted("the conversation is longer than the model can read")
        return Unavailable(f"{_say(error)} ({type(error).__name__})")
    if not isinstance(answer, AIMessage):
        return Invalid(f"it answered with a message of type {answer.type[:40]}")
    return _ending(answer)


def _ending(answer: AIMessage) -> AIMessage | Refusal | Invalid:
    if answer.additional_kwargs.get("refusal"):
        return Refusal("it refused")
    reason = finish_reason(answer)
    if reason in _WILL_NOT:
        return Refusal(f"it ended with '{reason}'")
    if reason in _CUT:
        return Invalid("its answer was cut at its length limit")
    if reason not in _ENDED:
        return Invalid("its answer broke off: no finish reason" if not reason else "it ended for an unknown reason")
    return answer


def finish_reason(answer: AIMessage) -> str:
    """Why the model stopped, in lower case; OpenAI, Anthropic and Ollama have three names for it."""
    metadata = answer.response_metadata
    for name in ("finish_reason", "stop_reason", "done_reason"):
        if metadata.get(name):
            return str(metadata[name]).lower()
    return ""


def _say(error: Exception) -> str:
    for kind, words in _SAYS:
        if isinstance(error, kind):
            return words
    return "the provider's package failed"

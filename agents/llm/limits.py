"""How much a model may use for one case, and how much of it is gone."""

from dataclasses import dataclass
from typing import Annotated

from langchain_core.messages import AIMessage, BaseMessage
from pydantic import Field

from plants.frozen import Frozen

_CHARS_PER_TOKEN = 3
"""A cautious rule of thumb where the provider does not count."""


class Limits(Frozen):
    """Bounds on one conversation about one case."""

    deadline_wall_s: Annotated[float, Field(gt=0, le=3600)] = 90.0
    """Wall seconds for the whole conversation, tools included; enforced outside the provider's package."""
    model_calls: Annotated[int, Field(ge=1, le=100)] = 12
    """Calls of the model."""
    tool_calls: Annotated[int, Field(ge=0, le=200)] = 24
    """Calls of tools."""
    tokens: Annotated[int, Field(ge=100, le=10_000_000)] = 60_000
    """Tokens read and written in all."""
    wrong_answers: Annotated[int, Field(ge=0, le=20)] = 2
    """Answers outside the schema that the model may correct."""


@dataclass
class Spent:
    """What one conversation has used."""

    limits: Limits
    model_calls: int = 0
    tool_calls: int = 0
    tokens: int = 0
    wrong_answers: int = 0

    def exhausted(self, messages: list[BaseMessage]) -> str | None:
        """Which bound the next call of the model would break, or None."""
        if self.model_calls >= self.limits.model_calls:
            return f"{self.limits.model_calls} model calls"
        if self.tool_calls > self.limits.tool_calls:
            return f"{self.limits.tool_calls} tool calls"
        if self.tokens + estimate(messages) > self.limits.tokens:
            return f"{self.limits.tokens} tokens"
        return None

    def count(self, messages: list[BaseMessage], answer: AIMessage) -> None:
        """Add one call; tokens as the provider counts them, or estimated where it does not."""
        self.model_calls += 1
        self.tool_calls += len(answer.tool_calls) + len(answer.invalid_tool_calls)
        used = answer.usage_metadata["total_tokens"] if answer.usage_metadata else 0
        self.tokens += used or estimate([*messages, answer])


def estimate(messages: list[BaseMessage]) -> int:
    """Tokens that messages take, roughly."""
    return sum(len(str(m.content)) for m in messages) // _CHARS_PER_TOKEN

"""The tools a model may call, and what their arguments must be: closed schemas of aliases and enums.

`propose` and `nothing_to_do` end the conversation; the others look things up. There is no tool that writes, approves,
reads a file or reaches an address.
"""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from agents.llm.vocabulary import Vocabulary
from plants.flow.change import Changes
from plants.frozen import Frozen

MAX_ENUM = 400
"""Names listed in a schema at most; beyond, the pattern alone closes it."""


class Tool(StrEnum):
    """Names of the tools."""

    LINE_STATE = "line_state"
    BOTTLENECK = "bottleneck"
    CANDIDATES = "candidates"
    WHAT_IF = "what_if"
    OUTCOMES = "outcomes"
    PROPOSE = "propose"
    NOTHING_TO_DO = "nothing_to_do"


class NoArguments(Frozen):
    """A tool that needs none."""


class WhatIf(Frozen):
    """Try changes in the twin."""

    changes: Annotated[Changes, Field(min_length=1)]


class Considered(Frozen):
    """Something else that was considered."""

    changes: Changes
    reason: Annotated[str, Field(min_length=1, max_length=400)]


class Propose(Frozen):
    """Propose changes."""

    changes: Annotated[Changes, Field(min_length=1)]
    rationale: Annotated[str, Field(min_length=1, max_length=4000)]
    alternatives: Annotated[tuple[Considered, ...], Field(max_length=8)] = ()


class NothingToDo(Frozen):
    """Leave the line as it is."""

    reason: Annotated[str, Field(min_length=1, max_length=1000)]


ARGUMENTS: dict[Tool, type[Frozen]] = {
    Tool.LINE_STATE: NoArguments,
    Tool.BOTTLENECK: NoArguments,
    Tool.CANDIDATES: NoArguments,
    Tool.WHAT_IF: WhatIf,
    Tool.OUTCOMES: NoArguments,
    Tool.PROPOSE: Propose,
    Tool.NOTHING_TO_DO: NothingToDo,
}

_DESCRIBED: dict[Tool, str] = {
    Tool.LINE_STATE: "The line now: conditions, counts, buffer levels, parameters with their envelopes, orders.",
    Tool.BOTTLENECK: "What each station could make on its own, at present and at nominal parameters; which limits.",
    Tool.CANDIDATES: "Changes within the envelopes that are worth a try, the most natural first.",
    Tool.WHAT_IF: "Try changes in the digital twin: paired difference to leaving the line as it is, with intervals.",
    Tool.OUTCOMES: "How earlier changes ended, and which are left alone for a while.",
    Tool.PROPOSE: "Answer: propose changes to the operator. Ends the conversation.",
    Tool.NOTHING_TO_DO: "Answer: leave the line as it is. Ends the conversation.",
}


def tool_schemas(vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """The tools in the OpenAI function format, which LangChain translates for every provider."""
    changes = _changes(vocabulary)
    text = {"type": "string"}
    considered = _object({"changes": changes, "reason": text})
    parameters = {
        Tool.WHAT_IF: _object({"changes": changes}),
        Tool.PROPOSE: _object(
            {"changes": changes, "rationale": text, "alternatives": {"type": "array", "items": considered}},
            optional=("alternatives",),
        ),
        Tool.NOTHING_TO_DO: _object({"reason": text}),
    }
    return [
        {
            "type": "function",
            "function": {
                "name": tool.value,
                "description": _DESCRIBED[tool],
                "parameters": parameters.get(tool, _object({})),
            },
        }
        for tool in Tool
    ]


def _changes(vocabulary: Vocabulary) -> dict[str, Any]:
    set_parameter = _object(
        {
            "kind": {"type": "string", "enum": ["set_parameter"]},
            "alias": _enum(vocabulary.aliases),
            "value": {"type": "number"},
        }
    )
    kinds = [set_parameter] if vocabulary.aliases else []
    if vocabulary.unstarted:
        orders = {"type": "array", "items": _enum(vocabulary.unstarted)}
        kinds.append(_object({"kind": {"type": "string", "enum": ["resequence"]}, "orders": orders}))
    return {"type": "array", "items": {"anyOf": kinds}, "maxItems": 16}


def _enum(names: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": list(names)} if len(names) <= MAX_ENUM else {"type": "string"}


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

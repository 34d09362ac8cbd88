"""The closed set of what asking a model can come to."""

from dataclasses import dataclass

from plants.flow.change import Changes
from plants.flow.draft import Alternative


@dataclass(frozen=True)
class Proposal:
    """It proposes something within the schema, the envelope and the step."""

    changes: Changes
    """What to change."""
    rationale: str
    """Why, in its words."""
    alternatives: tuple[Alternative, ...] = ()
    """What else it considered."""


@dataclass(frozen=True)
class Nothing:
    """It would leave the line as it is."""

    reason: str
    """Why, in its words."""


@dataclass(frozen=True)
class Refusal:
    """It will not answer, or answers in prose where a tool call is asked for."""

    reason: str


@dataclass(frozen=True)
class Invalid:
    """It answers outside the schema, or not to the end."""

    reason: str


@dataclass(frozen=True)
class Unavailable:
    """It cannot be reached, or not in time."""

    reason: str


@dataclass(frozen=True)
class BudgetExhausted:
    """It used up what it was given."""

    reason: str


ModelAnswer = Proposal | Nothing | Refusal | Invalid | Unavailable | BudgetExhausted

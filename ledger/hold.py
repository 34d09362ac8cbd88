"""Holds: a person's (or the ledger's own) 'stop'."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from plants.frozen import Frozen, Person, WallTime


class Scope(StrEnum):
    """What is held."""

    ALL = "all"
    """All writing, restoring included."""
    AGENTS = "agents"
    """Proposing by agents."""


class Hold(Frozen):
    """One hold."""

    scope: Scope
    """What is held."""
    who: Person
    """By whom."""
    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    """Why."""
    at: WallTime
    """Since when."""

    @property
    def told(self) -> str:
        """The hold in words."""
        what = "all writing is" if self.scope is Scope.ALL else "the agents are"
        return f"{what} held by {self.who} since {self.at:%H:%M:%S} ({self.reason})"

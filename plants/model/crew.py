"""People: crews with skills, and what a station needs an operator for."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from plants.frozen import Frozen, Name, Text
from plants.model.names import Names


class Crew(Frozen):
    """People who can stand in for each other. A person finishes the task in hand before going off shift."""

    id: Name
    """Name, unique in the plant."""
    name: Text
    """Label."""
    size: Annotated[int, Field(ge=1, le=10_000)]
    """How many people are on duty in a shift."""
    skills: Names
    """What each of them can do."""
    calendar: Name | None = None
    """When they are on duty; always, where none is named."""


class Task(StrEnum):
    """What an operator is needed for."""

    SETUP = "setup"
    """Changeovers."""
    PROCESSING = "processing"
    """Work on a unit: the operator stays with it."""


class Operator(Frozen):
    """The person a station needs. While it is down or off shift, the operator is free for other work."""

    skill: Name
    """What that person must be able to do."""
    during: Annotated[tuple[Task, ...], Field(min_length=1, max_length=2)] = (Task.SETUP, Task.PROCESSING)
    """What the person is needed for."""

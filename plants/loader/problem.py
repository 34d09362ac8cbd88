"""What is wrong with a plant file: located problems, all of them at once."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Annotated

from pydantic import BeforeValidator

from plants.errors import InvalidInput
from plants.frozen import Frozen

MAX_PROBLEMS = 100
"""Problems told at once; a file with more is told how many more."""

_LONGEST_WORD = 64
_LONGEST_TEXT = 600


def _clipped(text: object) -> object:
    return text[:_LONGEST_TEXT] if isinstance(text, str) else text


Clipped = Annotated[str, BeforeValidator(_clipped)]
"""Text of a person's file, cut to a length that can be shown."""


class Problem(Frozen):
    """One thing that is wrong, and where."""

    file: Clipped
    """The file, as it was named."""
    line: int
    """Line, 1 first."""
    column: int
    """Column, 1 first."""
    path: Clipped
    """Place in the description: stations.2.failures.0.mtbf_s; empty for the whole."""
    message: Clipped
    """What is wrong."""
    suggestion: str | None = None
    """What was probably meant."""

    def __str__(self) -> str:
        hint = "" if self.suggestion is None else f", did you mean '{self.suggestion}'?"
        return f"{self.message} at {self.file}:{self.line}:{self.column}{hint}"


class InvalidPlant(InvalidInput):
    """A plant description with one or more located problems, sorted by place."""

    code = "invalid_plant"

    def __init__(self, problems: Iterable[Problem]) -> None:
        """All problems of one file; told in the order of their places."""
        found = sorted(problems, key=lambda p: (p.line, p.column, p.path))
        self.problems: tuple[Problem, ...] = tuple(found[:MAX_PROBLEMS])
        self.more = len(found) - len(self.problems)
        """Problems beyond those listed."""
        super().__init__(self._text())

    def as_json(self) -> str:
        """The problems as a JSON array of objects, for tools."""
        return json.dumps([p.model_dump(mode="json") for p in self.problems], ensure_ascii=False)

    def _text(self) -> str:
        lines = [str(p) for p in self.problems]
        return "\n".join([*lines, f"and {self.more} more problems"] if self.more else lines)


def closest(word: object, candidates: Iterable[str]) -> str | None:
    """The candidate that was probably meant, if one is close."""
    if not isinstance(word, str) or len(word) > _LONGEST_WORD:
        return None
    near = get_close_matches(word, list(candidates), n=1, cutoff=0.6)
    return near[0] if near else None

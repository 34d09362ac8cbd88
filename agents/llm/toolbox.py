"""The tools as they run: arguments are validated against the closed schema, results are JSON text.

Used by `agents.llm.ask`. A wrong call comes back as a `Wrong` with words that tell the model what to do; nothing raises
for what a model says.
"""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from agents.brain import Case
from agents.experience import cooling
from agents.llm import views
from agents.llm.answers import Nothing, Proposal
from agents.llm.schema import ARGUMENTS, NothingToDo, Propose, Tool, WhatIf
from agents.llm.vocabulary import Vocabulary
from agents.permitted import objection
from plants.errors import JayulError
from plants.flow.change import Changes
from plants.flow.draft import Alternative

MAX_CANDIDATES = 16
"""Candidates shown."""
MAX_RESULT_CHARS = 24_000
"""Length of a result; a longer one is not sent."""


@dataclass(frozen=True)
class Result:
    """What a look-up came to, as JSON text."""

    text: str


@dataclass(frozen=True)
class Wrong:
    """A call that cannot be carried out, and what to do instead."""

    why: str


class Toolbox:
    """The tools over one case."""

    def __init__(self, case: Case, words: Vocabulary) -> None:
        self._case = case
        self._words = words

    async def use(self, name: str, arguments: dict[str, Any]) -> Result | Wrong | Proposal | Nothing:
        """Carry out one call."""
        try:
            tool = Tool(name)
        except ValueError:
            return Wrong(f"there is no such tool; there are {', '.join(Tool)}")
        try:
            given = ARGUMENTS[tool].model_validate(arguments)
        except ValidationError as error:
            return Wrong(_told(error))
        match given:
            case WhatIf():
                return await self._what_if(self._words.meant(given.changes))
            case Propose():
                return self._propose(given)
            case NothingToDo():
                return Nothing(self._words.in_words(given.reason))
        return self._look_up(tool)

    def _look_up(self, tool: Tool) -> Result:
        if tool is Tool.LINE_STATE:
            return _result(views.line_state(self._case, self._words))
        if tool is Tool.BOTTLENECK:
            return _result(views.rates(self._case))
        if tool is Tool.OUTCOMES:
            return _result(views.past(self._case, self._words))
        focus = [f.subject for f in self._case.findings if f.subject in self._case.plant.station_index]
        found = self._case.bench.candidates(focus)[:MAX_CANDIDATES]
        return _result({"candidates": [self._words.told(c) for c in found if self._objection(c) is None]})

    async def _what_if(self, changes: Changes) -> Result | Wrong:
        wrong = objection(self._case.plant, self._case.state, changes)
        if wrong:
            return Wrong(wrong)
        try:
            (trial,) = await self._case.bench.screen([changes])
        except JayulError:
            return Wrong("the twin could not try this")
        return _result(views.trial(trial, self._case, self._words))

    def _propose(self, given: Propose) -> Proposal | Wrong:
        changes = self._words.meant(given.changes)
        wrong = self._objection(changes)
        if wrong:
            return Wrong(wrong)
        alternatives = tuple(
            Alternative(changes=self._words.meant(a.changes), reason=self._words.in_words(a.reason)[:400])
            for a in given.alternatives
        )
        return Proposal(changes, self._words.in_words(given.rationale)[:4000], alternatives)

    def _objection(self, changes: Changes) -> str | None:
        case = self._case
        wrong = objection(case.plant, case.state, changes)
        if wrong:
            return wrong
        past = cooling(
            case.plant, changes, case.experience, now_s=case.state.plant_time_s, cool_down_s=case.cool_down_s
        )
        return f"much the same was tried recently and ended {past.status}; propose something else" if past else None


def _result(view: dict[str, Any]) -> Result:
    text = json.dumps(view, separators=(",", ":"))
    return Result(text if len(text) <= MAX_RESULT_CHARS else '{"error":"the result is too long to be sent"}')


def _told(error: ValidationError) -> str:
    """Where the arguments are wrong, without repeating them."""
    places = [f"{'.'.join(str(p) for p in e['loc']) or 'arguments'}: {e['msg']}" for e in error.errors()[:5]]
    return "; ".join(places)[:600]

"""When machines and people work: shifts and breaks that repeat by the day or by the week."""

import itertools
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from plants.frozen import Frozen, Name
from plants.model.moment import AfterStart

DAY_S = 86_400.0


class Span(Frozen):
    """From one moment of the calendar's period to a later one; '06:00' is six hours after the start of the period."""

    start_s: AfterStart
    """First moment."""
    end_s: AfterStart
    """Moment after the last."""

    @model_validator(mode="after")
    def _ascends(self) -> Self:
        if self.start_s >= self.end_s:
            raise ValueError(f"start_s ({self.start_s:g} s) must come before end_s ({self.end_s:g} s)")
        return self


class Calendar(Frozen):
    """Working time, repeated for ever; plant time 0 is the start of the first period."""

    id: Name
    """Name, unique in the plant."""
    every_days: Annotated[int, Field(ge=1, le=28)] = 1
    """Length of the period: 1 for a day, 7 for a week."""
    shifts: Annotated[tuple[Span, ...], Field(min_length=1, max_length=200)]
    """When work is done."""
    breaks: Annotated[tuple[Span, ...], Field(max_length=500)] = ()
    """When it rests within the shifts."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        period = self.every_days * DAY_S
        for span in (*self.shifts, *self.breaks):
            if span.end_s > period:
                raise ValueError(f"a span ends at {span.end_s:g} s, after the period of {period:g} s")
        if not self.open_spans:
            raise ValueError("the breaks leave no working time")
        return self

    @cached_property
    def open_spans(self) -> tuple[tuple[float, float], ...]:
        """Working time of one period as disjoint (start, end) in seconds, ascending; adjoining spans are one."""
        turns = [(s.start_s, 1, 0) for s in self.shifts] + [(s.end_s, -1, 0) for s in self.shifts]
        turns += [(s.start_s, 0, 1) for s in self.breaks] + [(s.end_s, 0, -1) for s in self.breaks]
        spans: list[tuple[float, float]] = []
        on = off = 0
        for (start, shift, rest), (end, _, _) in itertools.pairwise(sorted(turns)):
            on, off = on + shift, off + rest
            if on > 0 and off == 0 and start < end:
                joined = bool(spans) and spans[-1][1] == start
                spans[-1:] = [(spans[-1][0], end)] if joined else [*spans[-1:], (start, end)]
        return tuple(spans)

"""A fitted response: what several parameters of a station do together to one of its figures."""

from typing import Annotated

from pydantic import Field, StringConstraints

from plants.frozen import Fraction, Frozen, Name
from plants.model.parameter import EffectOn


class Power(Frozen):
    """One parameter within a term."""

    parameter: Name
    """Which, of the same station."""
    power: Annotated[int, Field(ge=1, le=4)] = 1
    """To which power."""


class Term(Frozen):
    """One term of a polynomial: a coefficient times the product of x to its power, x = value / nominal - 1."""

    coefficient: Annotated[float, Field(ge=-1e6, le=1e6)]
    """Its weight."""
    of: Annotated[tuple[Power, ...], Field(min_length=1, max_length=4)]
    """Which parameters."""


class Fit(Frozen):
    """What a response was fitted from."""

    observations: Annotated[int, Field(ge=3, le=1_000_000_000)]
    """How many."""
    r_squared: Fraction
    """Share of their variance that it explains."""


class Response(Frozen):
    """factor = 1 + sum of all terms, at least 0; at nominal parameters it is 1.

    A response surface as one fits it from recorded history or from trials (Box, Wilson 1951): linear terms, squares and
    products. It multiplies what the parameters do on their own.
    """

    acts_on: EffectOn
    """The figure acted upon."""
    terms: Annotated[tuple[Term, ...], Field(min_length=1, max_length=40)]
    """The polynomial."""
    fit: Fit | None = None
    """What it was fitted from."""
    note: Annotated[str, StringConstraints(max_length=300)] = ""
    """For people."""

    def factor(self, x: dict[str, float]) -> float:
        """The factor at `x`, the relative departure of each parameter from nominal (0 where missing)."""
        total = 1.0
        for term in self.terms:
            product = term.coefficient
            for p in term.of:
                product *= x.get(p.parameter, 0.0) ** p.power
            total += product
        return max(total, 0.0)

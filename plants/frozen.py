"""What all models of Jayul share: frozen, closed, finite, bounded, and hashed by content.

Used by every room. A model built on `Frozen` refuses unknown keys, NaN, infinities and text beyond 4,000 characters.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

MAX_TEXT = 4_000
MAX_ITEMS = 10_000


class Frozen(BaseModel):
    """An immutable value with a closed set of fields."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        str_max_length=MAX_TEXT,
        use_attribute_docstrings=True,
        validate_default=True,
        ser_json_inf_nan="strings",
    )

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other values, not validated; what was derived from the old ones is worked out anew."""
        copied = super().model_copy(update=update, deep=deep)
        for name in [n for n in copied.__dict__ if n not in type(self).model_fields]:
            del copied.__dict__[name]
        return copied

    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON of this value: keys sorted, no spaces, shortest floats."""
        return content_hash(self.model_dump(mode="json"))


def canonical_json(value: object) -> str:
    """One spelling for one value: sorted keys, no spaces, UTF-8, no NaN.

    Raises:
        ValueError: the value holds NaN or an infinity.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_hash(value: object) -> str:
    """SHA-256 (hex, 64 characters) of `canonical_json(value)`."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,47}$")]
"""An id inside a plant: lower case letters, digits and underscores, at most 48 characters."""

Alias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,47}(\.[a-z][a-z0-9_]{0,47}){1,2}$")]
"""How Jayul calls a tag or a parameter: `filler.speed_per_min`, `line.order_sequence`."""

Person = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""Who acted: a user name, or a service account such as `agent:solver`."""

RecordId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{4,64}$")]
"""Id of a draft, proposal, approval or plan."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

Seconds = Annotated[float, Field(ge=0, le=1e9)]
"""A duration in seconds (plant seconds unless the field says wall)."""

PlantTime = Annotated[float, Field(ge=-1e9, le=1e9)]
"""A moment in plant seconds: 0 is the start of the production day described in the plant file."""

WallTime = AwareDatetime
"""A moment of wall time, always with its zone."""

Fraction = Annotated[float, Field(ge=0, le=1)]


class Text(Frozen):
    """A label in the languages of the console."""

    en: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    """English."""
    ko: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    """Korean."""

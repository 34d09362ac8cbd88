"""Vehicles that carry units from station to station: AGVs, mobile robots, humanoids."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from plants.frozen import Fraction, Frozen, Name, Seconds, Text

Power = Annotated[float, Field(ge=0, le=1e6)]
Coordinate = Annotated[float, Field(ge=-1e6, le=1e6)]


class Position(Frozen):
    """Where a station stands on the floor."""

    x_m: Coordinate
    """Metres to the right."""
    y_m: Coordinate
    """Metres down."""


class VehicleKind(StrEnum):
    """What carries."""

    AGV = "agv"
    MOBILE_ROBOT = "mobile_robot"
    HUMANOID = "humanoid"


class Battery(Frozen):
    """The store of a vehicle. It goes to charge after a task when it is low, and charges until it is full."""

    capacity_kwh: Annotated[float, Field(gt=0, le=1e6)]
    """What it holds; vehicles start full."""
    moving_kw: Power
    """Drain while moving, loading and unloading."""
    standing_kw: Power = 0.0
    """Drain while standing."""
    charging_kw: Annotated[float, Field(gt=0, le=1e6)]
    """Gain while charging."""
    charge_below: Fraction = 0.2
    """Share of the capacity at which it goes to charge."""
    charger_at: Name
    """Station beside which the chargers are."""
    chargers: Annotated[int, Field(ge=1, le=1_000)] = 1
    """Vehicles that can charge at once."""

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.moving_kw + self.standing_kw <= 0:
            raise ValueError("give moving_kw or standing_kw: a battery that never drains needs no description")
        return self


class Fleet(Frozen):
    """Vehicles of one kind. The longest waiting load is served first, by the nearest vehicle that is free.

    A vehicle is sent only when there is room where the load goes. It waits in front of a station whose docks are taken.
    Ways are rectilinear between the positions of the stations.
    """

    id: Name
    """Name, unique in the plant."""
    name: Text
    """Label."""
    kind: VehicleKind = VehicleKind.AGV
    """What carries."""
    count: Annotated[int, Field(ge=1, le=1_000)]
    """How many there are."""
    capacity: Annotated[int, Field(ge=1, le=1_000)] = 1
    """Units of flow that one carries at once, from one place to one place."""
    speed_m_per_s: Annotated[float, Field(gt=0, le=100)]
    """Speed."""
    load_s: Seconds = 0.0
    """To take up one load."""
    unload_s: Seconds = 0.0
    """To set it down."""
    home: Name
    """Station at which all stand at the start."""
    battery: Battery | None = None
    """Its battery, where that matters."""

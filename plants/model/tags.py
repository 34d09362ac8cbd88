"""The tags of a plant: what is read from and written to the equipment, derived from the description.

Used by connectors (which nodes), virtual (which nodes to serve), twin.shadow (what a value means) and ledger (what may
be written). Each tag has an alias of ours; node ids never leave `connectors`. Standard places below the line's object:

    <Station>/Status/StateCurrent, StopReason, UnitModeCurrent, CurrentOrder, ActivePower
    <Station>/Admin/ProdProcessedCount, ProdDefectiveCount, EnergyCounter
    <Station>/Command/<Parameter>            the setpoint, written
    <Station>/Status/<Parameter>Actual       the value the machine runs at
    <Buffer>/Level
    Line/OrderSequence (written), Line/PlantTime, Line/TimeScale, Line/RemoteControl, Line/Heartbeat (written)
    Line/Interlocks/<Interlock>
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from plants.frozen import Alias, Frozen, Name
from plants.model.connection import StateName, TagPath, TakesEffect, WriteWay
from plants.model.plant import Plant
from plants.model.rules import Spot, StateRule


class TagRole(StrEnum):
    """What the value of a tag means."""

    STATE = "state"
    """PackML StateCurrent number of a station."""
    STOP_REASON = "stop_reason"
    """`StopReason` number: why the station is not executing."""
    UNIT_MODE = "unit_mode"
    """PackML UnitModeCurrent number: 1 production, 2 maintenance, 3 manual."""
    ORDER = "order"
    """Id of the order in the station, empty when none."""
    PROCESSED = "processed"
    """Pieces processed since start (good and rejected)."""
    DEFECTIVE = "defective"
    """Pieces rejected since start."""
    POWER = "power_kw"
    """Active power, kW."""
    ENERGY = "energy_kwh"
    """Energy counter, kWh."""
    SETPOINT = "setpoint"
    """Commanded value of a parameter; may be written."""
    ACTUAL = "actual"
    """Value of a parameter at which the machine runs."""
    LEVEL = "level"
    """Units of flow in a buffer, by a sensor that may be off by a few."""
    ORDER_SEQUENCE = "order_sequence"
    """Ids of the orders not yet started, in the sequence to be made; may be written."""
    PLANT_TIME = "plant_time_s"
    """Plant seconds since the start of the production day."""
    TIME_SCALE = "time_scale"
    """Plant seconds per wall second; 1 in a real plant."""
    RAW = "raw"
    """A bit or a number by which a state is derived; no other room sees it."""
    HEARTBEAT = "heartbeat"
    """Count of Jayul's beats; written by the executor only, never by a plan."""
    REMOTE = "remote"
    """True when the local/remote selector lets Jayul write."""
    INTERLOCK = "interlock"
    """A signal that must stand right before anything is written."""


class DataType(StrEnum):
    """OPC UA built-in type of a tag."""

    BOOLEAN = "Boolean"
    INT32 = "Int32"
    UINT32 = "UInt32"
    DOUBLE = "Double"
    STRING = "String"
    STRING_ARRAY = "String[]"


class StopReason(StrEnum):
    """Why a station does not execute; a failure mode is 10 + its position in the station's list."""

    NONE = "none"
    STARVED = "starved"
    BLOCKED = "blocked"
    SETUP = "setup"
    NO_ORDER = "no_order"


STOP_REASON_CODES: dict[StopReason, int] = {
    StopReason.NONE: 0,
    StopReason.STARVED: 1,
    StopReason.BLOCKED: 2,
    StopReason.SETUP: 3,
    StopReason.NO_ORDER: 4,
}
FAILURE_REASON_OFFSET = 10
"""StopReason number of the first failure mode of a station."""

UNIT_MODE_PRODUCTION = 1
UNIT_MODE_MAINTENANCE = 2
UNIT_MODE_MANUAL = 3


class Tag(Frozen):
    """One value on the equipment."""

    alias: Alias
    """What Jayul calls it."""
    role: TagRole
    """What it means."""
    subject: Name
    """Station, buffer, or `line`."""
    parameter: Name | None = None
    """The parameter, for setpoint and actual."""
    path: Annotated[tuple[str, ...], Field(min_length=1, max_length=12)]
    """Browse names from the line's object downwards."""
    data_type: DataType
    """OPC UA type."""
    unit: str = ""
    """Unit, when it has one."""
    writable: bool = False
    """Whether the executor may write it; a heartbeat by itself, all others by an approved plan."""
    constant: bool | int | float | str | tuple[str, ...] | None = None
    """Its value, when the equipment does not have it."""
    rolls_over_at: int | None = None
    """Where a counter begins again; None: a counter that falls was reset."""
    node_id: str | None = None
    """Node id with namespace URI, in place of the path."""
    namespace_uri: str | None = None
    """Namespace of the path's names; None is the line's."""
    deadband: Annotated[float, Field(ge=0)] = 0.0
    """Changes by less are not worth a sample."""
    write: WriteWay | None = None
    """How it is written; None is by a value on its node."""
    takes_effect: TakesEffect = TakesEffect.NOW
    """When the machine takes up a setpoint that it holds."""
    states: dict[str, StateName] = Field(default_factory=dict)
    """What names of states mean on this machine, beside those of the specifications."""


ORDER_SEQUENCE = "line.order_sequence"
PLANT_TIME = "line.plant_time_s"
TIME_SCALE = "line.time_scale"
REMOTE = "line.remote"
HEARTBEAT = "line.heartbeat"

_KEPT = "tags_of"


def left_to_people(plant: Plant, alias: str) -> bool:
    """Whether people change this tag, from a work list, and not Jayul."""
    return alias in plant.policy.by_people or (plant.policy.sequence_by_people and alias == ORDER_SEQUENCE)


def interlock_alias(id: str) -> str:
    """The tag of an interlock's signal."""
    return f"line.interlock.{id}"


_STATION_TAGS: tuple[tuple[TagRole, tuple[str, str], DataType, str], ...] = (
    (TagRole.STATE, ("Status", "StateCurrent"), DataType.INT32, ""),
    (TagRole.STOP_REASON, ("Status", "StopReason"), DataType.INT32, ""),
    (TagRole.UNIT_MODE, ("Status", "UnitModeCurrent"), DataType.INT32, ""),
    (TagRole.ORDER, ("Status", "CurrentOrder"), DataType.STRING, ""),
    (TagRole.POWER, ("Status", "ActivePower"), DataType.DOUBLE, "kW"),
    (TagRole.PROCESSED, ("Admin", "ProdProcessedCount"), DataType.UINT32, ""),
    (TagRole.DEFECTIVE, ("Admin", "ProdDefectiveCount"), DataType.UINT32, ""),
    (TagRole.ENERGY, ("Admin", "EnergyCounter"), DataType.DOUBLE, "kWh"),
)


def tags_of(plant: Plant) -> tuple[Tag, ...]:
    """All tags of a plant: line, stations in flow order, buffers; declared paths replace the standard ones.

    Worked out once a plant and kept with it, like the plant's other derived values.
    """
    kept: tuple[Tag, ...] | None = plant.__dict__.get(_KEPT)
    if kept is None:
        kept = plant.__dict__[_KEPT] = _tags_of(plant)
    return kept


def _tags_of(plant: Plant) -> tuple[Tag, ...]:
    tags = [*_line_tags(plant), *_station_tags(plant), *_buffer_tags(plant)]
    declared = {t.alias: t for t in plant.tags}
    return tuple(_placed(t, declared[t.alias]) if t.alias in declared else t for t in tags)


def wire_tags(plant: Plant) -> tuple[Tag, ...]:
    """What is on the equipment: the plant's tags without those that are derived or constant, and what rules look at."""
    derived = derived_aliases(plant)
    told = [tag for tag in tags_of(plant) if tag.alias not in derived and tag.constant is None]
    return (*told, *(tag for rule in plant.state_rules for tag in rule_tags(rule)))


def derived_aliases(plant: Plant) -> frozenset[str]:
    """Aliases of tags that are made by rules or by the plant clock."""
    made = {f"{rule.station}.{role}" for rule in plant.state_rules for role in _RULED}
    clock = plant.opcua is not None and plant.opcua.plant_clock is not None
    return frozenset(made | ({PLANT_TIME, TIME_SCALE} if clock else set()))


def rule_tags(rule: StateRule) -> tuple[Tag, ...]:
    """The bits and the stop code that a rule looks at, as tags: `filler.raw.bit_0`, `filler.raw.code`."""
    bits = [_raw(rule.station, f"bit_{i}", bit, DataType.BOOLEAN) for i, bit in enumerate(rule.bits)]
    return tuple(
        bits if rule.stop_code is None else [*bits, _raw(rule.station, "code", rule.stop_code, DataType.INT32)]
    )


def _raw(station: str, name: str, spot: Spot, data_type: DataType) -> Tag:
    return Tag(
        alias=f"{station}.raw.{name}",
        role=TagRole.RAW,
        subject=station,
        path=spot.path or (name,),
        node_id=spot.node_id,
        data_type=data_type,
    )


_RULED = (TagRole.STATE, TagRole.STOP_REASON, TagRole.UNIT_MODE)


def _placed(tag: Tag, declared: TagPath) -> Tag:
    """The tag with what the plant file says of it."""
    update = declared.model_dump(exclude={"alias", "path", "write"}) | {"write": declared.write}
    return tag.model_copy(update=update if declared.path is None else update | {"path": declared.path})


def _line_tags(plant: Plant) -> list[Tag]:
    def line(alias: str, role: TagRole, name: str, data_type: DataType, **more: object) -> Tag:
        return Tag.model_validate(
            {"alias": alias, "role": role, "subject": "line", "path": ("Line", name), "data_type": data_type, **more}
        )

    tags = [
        line(PLANT_TIME, TagRole.PLANT_TIME, "PlantTime", DataType.DOUBLE, unit="s"),
        line(TIME_SCALE, TagRole.TIME_SCALE, "TimeScale", DataType.DOUBLE),
        line(REMOTE, TagRole.REMOTE, "RemoteControl", DataType.BOOLEAN),
    ]
    for interlock in plant.policy.interlocks:
        place = {"path": ("Line", "Interlocks", camel(interlock.id))}
        tags.append(line(interlock_alias(interlock.id), TagRole.INTERLOCK, "", DataType.BOOLEAN, **place))
    if plant.policy.heartbeat is not None:
        tags.append(line(HEARTBEAT, TagRole.HEARTBEAT, "Heartbeat", DataType.UINT32, writable=True))
    if plant.orders and not plant.policy.sequence_by_people:
        tags.append(line(ORDER_SEQUENCE, TagRole.ORDER_SEQUENCE, "OrderSequence", DataType.STRING_ARRAY, writable=True))
    return tags


def _station_tags(plant: Plant) -> list[Tag]:
    tags = []
    for s in plant.stations:
        place = camel(s.id)
        for role, path, data_type, unit in _STATION_TAGS:
            tags.append(
                Tag(
                    alias=f"{s.id}.{role}", role=role, subject=s.id, path=(place, *path), data_type=data_type, unit=unit
                )
            )
        for p in s.parameters:
            common = {"subject": s.id, "parameter": p.id, "data_type": DataType.DOUBLE, "unit": p.unit}
            ours = not left_to_people(plant, f"{s.id}.{p.id}")
            setpoint = {"role": TagRole.SETPOINT, "path": (place, "Command", camel(p.id)), "writable": ours}
            actual = {"role": TagRole.ACTUAL, "path": (place, "Status", camel(p.id) + "Actual")}
            tags.append(Tag.model_validate({"alias": f"{s.id}.{p.id}", **common, **setpoint}))
            tags.append(Tag.model_validate({"alias": f"{s.id}.{p.id}.actual", **common, **actual}))
    return tags


def _buffer_tags(plant: Plant) -> list[Tag]:
    return [
        Tag(
            alias=f"{b.id}.level",
            role=TagRole.LEVEL,
            subject=b.id,
            path=(camel(b.id), "Level"),
            data_type=DataType.INT32,
        )
        for b in plant.buffers
    ]


def camel(name: str) -> str:
    """`speed_per_min` as an OPC UA browse name: `SpeedPerMin`."""
    return "".join(part.capitalize() for part in name.split("_"))

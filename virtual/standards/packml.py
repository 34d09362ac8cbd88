"""A machine after OPC 30050 PackML: states, modes, speeds, counts and the reason why it stands.

    Objects/Machines/<station>/PackML, also found under Objects/PackMLObjects
        Status/UnitModeCurrent, MachSpeed, CurMachSpeed, EquipmentBlocked, EquipmentStarved
        Admin/ProdProcessedCount, ProdDefectiveCount, ProdConsumedCount, MachDesignSpeed, StopReason,
              ModeCurrentTime, StateCurrentTime
        BaseStateMachine/… the state, level by level

`SetMachSpeed` sets the speed through the same door as a write to the setpoint.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from asyncua import ua
from asyncua.common.node import Node
from asyncua.ua.object_ids import ObjectIds

from plants.flow.state import PackML
from plants.model.parameter import EffectOn, Parameter, PowerCurve
from plants.model.station import Station
from plants.model.tags import FAILURE_REASON_OFFSET, PLANT_TIME, STOP_REASON_CODES, StopReason, TagRole
from virtual.standards.nodesets import Models, made, type_id
from virtual.standards.shown import Shown, Values, child, text, typed

_BASE_TYPE = 6
_MODES = 4
_STATES = 18
"""Numbers of modes and states run from 0; PackML counts states to 17."""
_ABOVE: dict[PackML, tuple[str, str]] = {PackML.ABORTED: ("Aborted", ""), PackML.STOPPED: ("Cleared", "Stopped")}
"""Names of the base state and of the machine state, where they are not Cleared and Running."""
_NODES = {
    "Aborted": 62, "Cleared": 71, "Stopped": 53, "Running": 75,
    "Idle": 28, "Suspended": 31, "Execute": 36, "Held": 34, "Complete": 38,
}  # fmt: skip
"""States by the number of their node in the model."""
_INT32 = 2**31


def speed_of(station: Station) -> Parameter | None:
    """The parameter that is the machine's speed: its cycle time is inversely proportional to it."""
    for parameter in station.parameters:
        for effect in parameter.effects:
            curve = effect.curve
            if effect.acts_on is EffectOn.CYCLE_TIME and isinstance(curve, PowerCurve) and curve.exponent == -1.0:
                return parameter
    return None


def levels(values: Values, station: str) -> tuple[str, str, str]:
    """Base state, machine state and execute state of a station, by name; empty where there is none."""
    state = PackML(int(str(values[f"{station}.{TagRole.STATE}"])))
    base, machine = _ABOVE.get(state, ("Cleared", "Running"))
    return base, machine, state.name.capitalize() if machine == "Running" else ""


def why(station: Station, reason: int) -> str:
    """A stop reason in words: the failure mode, or what the line lets the machine wait for."""
    mode = reason - FAILURE_REASON_OFFSET
    if 0 <= mode < len(station.failures):
        return station.failures[mode].id
    return next((str(r) for r, code in STOP_REASON_CODES.items() if code == reason and r is not StopReason.NONE), "")


async def build(models: Models, machine: Node, station: Station) -> tuple[Node, list[Shown]]:
    """The PackML object of a machine.

    Returns:
        the object's node, and what follows the line.
    """
    kind = ua.NodeId(ua.Int32(_BASE_TYPE), ua.Int16(models.packml))
    its = await machine.add_object(models.packml, "PackML", objecttype=kind, instantiate_optional=False)
    folder = await child(models.server.nodes.objects, models.packml, "PackMLObjects")
    await folder.add_reference(its, ObjectIds.Organizes)
    status, admin = [await child(its, models.packml, name) for name in ("Status", "Admin")]
    shown = [
        *await _status(models, status, station),
        *await _admin(models, admin, station),
        *await _state(models, its, station),
    ]
    return its, shown


async def _status(models: Models, status: Node, station: Station) -> list[Shown]:
    at, speed = station.id, speed_of(station)
    rows: list[tuple[str, Callable[[Values], Any], ua.VariantType]] = [
        ("UnitModeCurrent", lambda v: v[f"{at}.{TagRole.UNIT_MODE}"], ua.VariantType.Int32),
        ("EquipmentBlocked", lambda v: _stands(v, at, StopReason.BLOCKED), ua.VariantType.Boolean),
        ("EquipmentStarved", lambda v: _stands(v, at, StopReason.STARVED), ua.VariantType.Boolean),
    ]
    if speed is not None:
        rows.append(("MachSpeed", lambda v: v[f"{at}.{speed.id}"], ua.VariantType.Float))
        rows.append(("CurMachSpeed", lambda v: v[f"{at}.{speed.id}.actual"], ua.VariantType.Float))
    found = {name: await child(status, models.packml, name) for name, _, _ in rows}
    return [Shown(found[name].nodeid, of, typed(kind)) for name, of, kind in rows]


async def _admin(models: Models, admin: Node, station: Station) -> list[Shown]:
    at, index, speed = station.id, models.packml, speed_of(station)
    counts = {
        "ProdProcessedCount": TagRole.PROCESSED,
        "ProdConsumedCount": TagRole.PROCESSED,
        "ProdDefectiveCount": TagRole.DEFECTIVE,
    }
    shown = []
    for name, role in counts.items():
        node = await admin.add_variable(index, name, _count(name, 0), datatype=type_id("PackMLCountDataType"))
        shown.append(Shown(node.nodeid, _of(f"{at}.{role}"), partial(_count, name)))
    if speed is not None:
        design = ua.Variant(speed.maximum, ua.VariantType.Float)
        await admin.add_variable(index, "MachDesignSpeed", design)
    reason = await admin.add_variable(
        index, "StopReason", _reason(station, 0, 0), datatype=type_id("PackMLAlarmDataType")
    )
    shown.append(
        Shown(
            reason.nodeid,
            lambda v: (v[f"{at}.{TagRole.STOP_REASON}"], v[f"{at}.{TagRole.STATE}"]),
            lambda both: _reason(station, *both),
        )
    )
    return [*shown, *await _times(models, admin, station)]


async def _times(models: Models, admin: Node, station: Station) -> list[Shown]:
    """Plant seconds in the present mode and in the present state, at their numbers; all others are 0."""
    at = station.id
    modes = ua.Variant([0] * _MODES, ua.VariantType.Int32, is_array=True)
    states = ua.Variant([[0] * _STATES] * _MODES, ua.VariantType.Int32, is_array=True)
    mode_node = await admin.add_variable(models.packml, "ModeCurrentTime", modes)
    state_node = await admin.add_variable(models.packml, "StateCurrentTime", states)
    mode, state = _Since(f"{at}.{TagRole.UNIT_MODE}"), _Since(f"{at}.{TagRole.STATE}")

    def in_mode(values: Values) -> list[int]:
        number, spent = mode.spent(values)
        return [spent if i == number else 0 for i in range(_MODES)]

    def in_state(values: Values) -> list[list[int]]:
        (number, spent), now = state.spent(values), mode.spent(values)[0]
        return [[spent if (m, s) == (now, number) else 0 for s in range(_STATES)] for m in range(_MODES)]

    array = typed(ua.VariantType.Int32)
    return [Shown(mode_node.nodeid, in_mode, array), Shown(state_node.nodeid, in_state, array)]


async def _state(models: Models, its: Node, station: Station) -> list[Shown]:
    """The three levels of the state machine."""
    base = await child(its, models.packml, "BaseStateMachine")
    machine = await child(base, models.packml, "MachineState")
    execute = await child(machine, models.packml, "ExecuteState")
    shown = []
    for i, level in enumerate((base, machine, execute)):
        current = await child(level, 0, "CurrentState")
        name = partial(_level, station.id, i)
        shown.append(Shown(current.nodeid, name, text))
        state_id = (await child(current, 0, "Id")).nodeid
        shown.append(Shown(state_id, name, partial(_node_of, models)))
    return shown


class _Since:
    """How long a tag has held its value."""

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self._value: object = None
        self._since_s = 0.0

    def spent(self, values: Values) -> tuple[int, int]:
        """The value, and whole plant seconds since it was first seen."""
        now, now_s = values[self._alias], float(str(values[PLANT_TIME]))
        if now != self._value:
            self._value, self._since_s = now, now_s
        return int(str(now)), int(now_s - self._since_s)


def _of(alias: str) -> Callable[[Values], Any]:
    return lambda values: values[alias]


def _level(station: str, level: int, values: Values) -> str:
    return levels(values, station)[level]


def _node_of(models: Models, state: str) -> ua.Variant:
    """The node of a state in the model; none for a level that is not taken."""
    node = ua.NodeId(ua.Int32(_NODES[state]), ua.Int16(models.packml)) if state in _NODES else ua.NodeId()
    return ua.Variant(node, ua.VariantType.NodeId)


def _stands(values: Values, station: str, reason: StopReason) -> bool:
    return values[f"{station}.{TagRole.STOP_REASON}"] == STOP_REASON_CODES[reason]


def _count(name: str, number: int) -> ua.Variant:
    count = made("PackMLCountDataType", ID=0, Name=name, Count=number % _INT32, AccCount=number % _INT32)
    return ua.Variant([count], ua.VariantType.ExtensionObject, is_array=True)


def _reason(station: Station, reason: int, state: int) -> ua.Variant:
    now = datetime.now(UTC)
    told = made(
        "PackMLAlarmDataType",
        ID=reason,
        Value=state,
        Message=why(station, reason),
        DateTime=now,
        AckDateTime=now,
        Trigger=reason != 0,
    )
    return ua.Variant(told, ua.VariantType.ExtensionObject)

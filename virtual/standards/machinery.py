"""A machine after OPC 40001-1 Machinery: identification, what it does (item state), and its operation mode.

Objects/Machines/<station>/Identification
Objects/Machines/<station>/MachineryBuildingBlocks/MachineryItemState, MachineryOperationMode
"""

from collections.abc import Callable

from asyncua import ua
from asyncua.common.node import Node

from plants.flow.state import PackML
from plants.model.station import Station
from plants.model.tags import (
    STOP_REASON_CODES,
    UNIT_MODE_MAINTENANCE,
    UNIT_MODE_PRODUCTION,
    StopReason,
    TagRole,
)
from virtual.standards.nodesets import Models
from virtual.standards.shown import Shown, Values, child, text, typed

MANUFACTURER = "Jayul virtual plant"
_IDENTIFICATION, _ITEM_STATE, _OPERATION_MODE = 1012, 1002, 1008
_ITEM_STATES = {"NotAvailable": 5005, "OutOfService": 5004, "NotExecuting": 5007, "Executing": 5006}
_MODES = {"None": 5024, "Maintenance": 5025, "Setup": 5027, "Processing": 5026}
"""States by the number of their node in the model."""


def item_state(values: Values, station: str) -> str:
    """What the machine does, by its PackML state: broken down is out of service."""
    match values[f"{station}.{TagRole.STATE}"]:
        case PackML.EXECUTE:
            return "Executing"
        case PackML.ABORTED:
            return "OutOfService"
        case _:
            return "NotExecuting"


def operation_mode(values: Values, station: str) -> str:
    """Operation mode, by PackML unit mode and stop reason."""
    mode = values[f"{station}.{TagRole.UNIT_MODE}"]
    if mode == UNIT_MODE_MAINTENANCE:
        return "Maintenance"
    if mode != UNIT_MODE_PRODUCTION:
        return "None"
    setting_up = values[f"{station}.{TagRole.STOP_REASON}"] == STOP_REASON_CODES[StopReason.SETUP]
    return "Setup" if setting_up else "Processing"


async def build(models: Models, index: int, plant: str, station: Station) -> tuple[Node, list[Shown]]:
    """The machine of a station; `index` is the line's namespace.

    Returns:
        the machine's node, and what follows the line.
    """
    machines = await child(models.server.nodes.objects, models.machinery, "Machines")
    machine = await machines.add_object(index, station.id)
    await _identify(models, machine, plant, station)
    blocks = await machine.add_folder(models.machinery, "MachineryBuildingBlocks")
    name = station.id
    return machine, [
        *await _machine_of(
            models, blocks, "MachineryItemState", _ITEM_STATE, _ITEM_STATES, lambda v: item_state(v, name)
        ),
        *await _machine_of(
            models, blocks, "MachineryOperationMode", _OPERATION_MODE, _MODES, lambda v: operation_mode(v, name)
        ),
    ]


async def _identify(models: Models, machine: Node, plant: str, station: Station) -> None:
    kind = ua.NodeId(ua.Int32(_IDENTIFICATION), ua.Int16(models.machinery))
    its = await machine.add_object(models.di, "Identification", objecttype=kind, instantiate_optional=False)
    await (await child(its, models.di, "Manufacturer")).write_value(text(MANUFACTURER))
    serial = f"{plant}-{station.id}"
    await (await child(its, models.di, "SerialNumber")).write_value(serial)
    await (await child(its, models.di, "ProductInstanceUri")).write_value(f"urn:jayul:virtual:{plant}:{station.id}")


async def _machine_of(
    models: Models, blocks: Node, name: str, kind: int, states: dict[str, int], of: Callable[[Values], str]
) -> list[Shown]:
    """One state machine of a machine, with the name and the node of its state."""
    type_id = ua.NodeId(ua.Int32(kind), ua.Int16(models.machinery))
    its = await blocks.add_object(models.machinery, name, objecttype=type_id, instantiate_optional=False)
    current = await child(its, 0, "CurrentState")
    ids = {state: ua.NodeId(ua.Int32(number), ua.Int16(models.machinery)) for state, number in states.items()}
    return [
        Shown(current.nodeid, of, text),
        Shown((await child(current, 0, "Id")).nodeid, lambda v: ids[of(v)], typed(ua.VariantType.NodeId)),
    ]

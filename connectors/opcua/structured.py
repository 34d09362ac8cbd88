"""What values that are no plain numbers mean for a tag: a count, a stop reason, a state or a mode by its name.

Counts and reasons are the structures of PackML (OPC 30050). States and modes have the names of PackML or of OPC 40001-1
Machinery; a machine's item state tells less than a PackML state, so the plant file may say what a name means there.

Used by `connectors.opcua.convert`. The library makes the classes when it reads a server's types, so values are known by
their fields.
"""

from asyncua import ua

from plants.flow.state import PackML
from plants.model.tags import UNIT_MODE_MAINTENANCE, UNIT_MODE_MANUAL, UNIT_MODE_PRODUCTION, Tag, TagRole

_FIELDS = {TagRole.PROCESSED: "Count", TagRole.DEFECTIVE: "Count", TagRole.STOP_REASON: "ID"}
"""Field of the structure that holds what the tag means: PackMLCountDataType, PackMLAlarmDataType."""
_STRUCTURES = frozenset({ua.VariantType.ExtensionObject})
_NAMES = frozenset({ua.VariantType.LocalizedText})
_NOTHING: frozenset[ua.VariantType] = frozenset()
_STATES = {state.name.lower(): int(state) for state in PackML} | {
    "executing": int(PackML.EXECUTE),
    "notexecuting": int(PackML.SUSPENDED),
    "outofservice": int(PackML.ABORTED),
}
"""MachineryItemState (OPC 40001-1, 7.2); NotAvailable is no state but the want of one."""
_MODES = {
    "processing": UNIT_MODE_PRODUCTION,
    "maintenance": UNIT_MODE_MAINTENANCE,
    "setup": UNIT_MODE_MANUAL,
    "none": UNIT_MODE_MANUAL,
}
"""MachineryOperationMode (OPC 40001-1, 7.3): in all but one of them nobody writes from afar."""
_NAMED = {TagRole.STATE: _STATES, TagRole.UNIT_MODE: _MODES}


def also_fitting(tag: Tag) -> frozenset[ua.VariantType]:
    """Types beyond the plain ones that a tag's node may have."""
    if tag.role in _FIELDS:
        return _STRUCTURES
    return _NAMES if tag.role in _NAMED else _NOTHING


def plain(tag: Tag, variant: ua.Variant) -> int | None:
    """The number in a structured value; of an array of counts the first (PackML counts each product by itself).

    Of a name, what the plant file says that it means here, else what the specification says; None for any other name.
    """
    raw = variant.Value
    if variant.VariantType is ua.VariantType.LocalizedText:
        name = str(getattr(raw, "Text", "") or "")
        meant = tag.states.get(name)
        known = _NAMED[tag.role].get(name.replace(" ", "").lower())
        return known if meant is None else int(PackML[meant.upper()])
    first = raw[0] if isinstance(raw, list) and raw else raw
    held = getattr(first, _FIELDS[tag.role], None)
    return held if isinstance(held, int) and not isinstance(held, bool) else None

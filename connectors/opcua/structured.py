"""What the structured values of PackML (OPC 30050) mean for a tag: a count, a stop reason, a state by its name.

Used by `connectors.opcua.convert`. The library makes the classes when it reads a server's types, so values are known by
their fields.
"""

from asyncua import ua

from plants.flow.state import PackML
from plants.model.tags import Tag, TagRole

_FIELDS = {TagRole.PROCESSED: "Count", TagRole.DEFECTIVE: "Count", TagRole.STOP_REASON: "ID"}
"""Field of the structure that holds what the tag means: PackMLCountDataType, PackMLAlarmDataType."""
_STRUCTURES = frozenset({ua.VariantType.ExtensionObject})
_NAMES = frozenset({ua.VariantType.LocalizedText})
_NOTHING: frozenset[ua.VariantType] = frozenset()
_STATES = {state.name.lower(): int(state) for state in PackML}


def also_fitting(tag: Tag) -> frozenset[ua.VariantType]:
    """Types beyond the plain ones that a tag's node may have."""
    if tag.role in _FIELDS:
        return _STRUCTURES
    return _NAMES if tag.role is TagRole.STATE else _NOTHING


def plain(tag: Tag, variant: ua.Variant) -> int | None:
    """The number in a structured value; of an array of counts the first (PackML counts each product by itself)."""
    raw = variant.Value
    if variant.VariantType is ua.VariantType.LocalizedText:
        return _STATES.get(str(getattr(raw, "Text", "") or "").lower())
    first = raw[0] if isinstance(raw, list) and raw else raw
    held = getattr(first, _FIELDS[tag.role], None)
    return held if isinstance(held, int) and not isinstance(held, bool) else None

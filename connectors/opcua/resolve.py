"""From tags to nodes: by namespace URI and browse path, anew at each connect, every problem named at once.

Used by both sessions. Node ids and namespace indexes may change when a server restarts, so none is ever stored.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from asyncua import ua
from asyncua.client.client import Client
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds

from connectors.opcua.convert import VARIANT_TYPES, is_array
from connectors.opcua.session import link_errors
from plants.errors import TagMissing
from plants.model.connection import OpcUa
from plants.model.tags import Tag

T = TypeVar("T")
BATCH = 1000
"""Nodes per call; some servers take no more."""


@dataclass(frozen=True)
class ResolvedTag:
    """A tag and the node that holds it, for the length of one connection."""

    tag: Tag
    node_id: ua.NodeId


async def resolve(
    client: Client, place: OpcUa, tags: Sequence[Tag], *, for_writing: bool = False
) -> tuple[ResolvedTag, ...]:
    """The nodes of the tags, in the order given, with their types checked against the declaration.

    Raises:
        TagMissing: the namespace or some tags are not there, have another type, or (for writing) may not be written by
            this account. All of them are named with the path at which they were looked for.
        LinkDown: the connection was lost meanwhile.
    """
    async with link_errors(place.endpoint):
        index = await _namespace_index(client, place)
        nodes = await _nodes(client, place, index, tags)
        found = [ResolvedTag(tag, node) for tag, node in zip(tags, nodes, strict=True) if node is not None]
        problems = {t.alias: "is not there" for t, node in zip(tags, nodes, strict=True) if node is None}
        problems |= await _type_problems(client, found)
        if for_writing:
            problems |= await _access_problems(client, [r for r in found if r.tag.writable])
    if problems:
        raise TagMissing(_report(place, tags, problems))
    return tuple(found)


async def read_all(
    client: Client, nodes: Sequence[ua.NodeId], attribute: AttributeIds = AttributeIds.Value
) -> list[ua.DataValue]:
    """DataValues (value, status and times) of the nodes, in batches of `BATCH`."""
    values: list[ua.DataValue] = []
    for some in batches(nodes):
        values += await client.uaclient.session.read_attributes(some, attribute)
    return values


def batches(items: Sequence[T]) -> Iterator[list[T]]:
    """The items in lists of at most `BATCH`."""
    for start in range(0, len(items), BATCH):
        yield list(items[start : start + BATCH])


def standard_node(number: int) -> ua.NodeId:
    """A node of the standard address space (namespace 0)."""
    return ua.NodeId(ua.Int32(number))


async def _namespace_index(client: Client, place: OpcUa) -> int:
    known = await client.get_namespace_array()
    if place.namespace_uri not in known:
        raise TagMissing(
            f"{place.endpoint} has no namespace '{place.namespace_uri}' (it has {', '.join(known)}); "
            "correct opcua.namespace_uri in the plant file, or see whether this is the right server"
        )
    return known.index(place.namespace_uri)


async def _nodes(client: Client, place: OpcUa, index: int, tags: Sequence[Tag]) -> list[ua.NodeId | None]:
    nodes: list[ua.NodeId | None] = []
    for some in batches(tags):
        paths = [_browse_path(index, (place.root, *tag.path)) for tag in some]
        results = await client.uaclient.session.translate_browsepaths_to_nodeids(paths)
        nodes += [r.Targets[0].TargetId if r.StatusCode.is_good() and r.Targets else None for r in results]
    return nodes


def _browse_path(index: int, names: Sequence[str]) -> ua.BrowsePath:
    """Built element by element: a name may hold characters that mean something in a path written as text."""
    elements = [
        ua.RelativePathElement(
            ReferenceTypeId=standard_node(ObjectIds.HierarchicalReferences),
            IsInverse=cast("ua.Boolean", False),
            TargetName=ua.QualifiedName(name, index),
        )
        for name in names
    ]
    return ua.BrowsePath(standard_node(ObjectIds.ObjectsFolder), ua.RelativePath(elements))


async def _type_problems(client: Client, found: Sequence[ResolvedTag]) -> dict[str, str]:
    nodes = [r.node_id for r in found]
    types = await read_all(client, nodes, AttributeIds.DataType)
    ranks = await read_all(client, nodes, AttributeIds.ValueRank)
    values = await read_all(client, nodes)
    problems = {}
    for r, data_type, rank, value in zip(found, types, ranks, values, strict=True):
        actual = _type_name(data_type, value)
        array = _holds_array(rank, value)
        if actual != VARIANT_TYPES[r.tag.data_type].name or array not in (None, is_array(r.tag.data_type)):
            problems[r.tag.alias] = f"is {actual}{'[]' if array else ''}, not {r.tag.data_type}"
    return problems


def _type_name(data_type: ua.DataValue, value: ua.DataValue) -> str:
    """Name of the built-in type; of a derived type, that of the value it holds at present."""
    declared = data_type.Value.Value if data_type.Value is not None else None
    number = declared.Identifier if isinstance(declared, ua.NodeId) and declared.NamespaceIndex == 0 else None
    if isinstance(number, int) and number in _BUILT_IN:
        return ua.VariantType(number).name
    return value.Value.VariantType.name if value.Value is not None else "of an unknown type"


_BUILT_IN = range(1, 22)
"""Numbers of the concrete built-in types (Part 6, 5.1.2); those above are structures and abstract types."""
_SCALAR_RANK = -1


def _holds_array(rank: ua.DataValue, value: ua.DataValue) -> bool | None:
    """Whether the node holds arrays (ValueRank, Part 3, 5.6.2); None when it may hold both and holds nothing now."""
    declared = rank.Value.Value if rank.Value is not None else None
    if declared is not None and int(declared) >= _SCALAR_RANK:
        return int(declared) != _SCALAR_RANK
    held = value.Value.Value if value.Value is not None else None
    return None if held is None else isinstance(held, list)


async def _access_problems(client: Client, writable: Sequence[ResolvedTag]) -> dict[str, str]:
    """Tags whose UserAccessLevel says that this account may not write; servers without that attribute decide later."""
    levels = await read_all(client, [r.node_id for r in writable], AttributeIds.UserAccessLevel)
    problems = {}
    for r, level in zip(writable, levels, strict=True):
        if level.Value is not None and level.Value.Value is not None and not level.Value.Value & _CURRENT_WRITE:
            problems[r.tag.alias] = "may not be written by this account"
    return problems


_CURRENT_WRITE = 1 << ua.AccessLevel.CurrentWrite.value


def _report(place: OpcUa, tags: Sequence[Tag], problems: dict[str, str]) -> str:
    paths = {tag.alias: "/".join((place.root, *tag.path)) for tag in tags}
    lines = "; ".join(f"{alias} at {paths[alias]} {what}" for alias, what in problems.items())
    return (
        f"{place.endpoint} (namespace {place.namespace_uri}): {len(problems)} of {len(tags)} tags do not fit: {lines}. "
        "Give their paths under 'tags' in the plant file, or correct the server"
    )

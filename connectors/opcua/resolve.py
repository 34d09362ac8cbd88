"""From tags to nodes: by namespace URI and browse path, anew at each connect, every problem named at once.

Used by both sessions. Node ids and namespace indexes may change when a server restarts, so none is ever stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from asyncua import ua
from asyncua.client.client import Client
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds

from connectors.opcua.convert import fitting, is_array
from connectors.opcua.jobs import JOB_CONTROL, JOB_LIST, UPDATE
from connectors.opcua.limits import OperationLimits, batches
from connectors.opcua.session import link_errors
from plants.errors import TagMissing
from plants.model.connection import ByHandshake, ByJobOrders, ByMethod, OpcUa
from plants.model.tags import Tag


@dataclass(frozen=True)
class ResolvedTag:
    """A tag and the node that holds it, for the length of one connection."""

    tag: Tag
    node_id: ua.NodeId
    node_type: ua.VariantType | None = None
    """Built-in type that the node holds; None where nobody asked."""
    way: Mapping[str, ua.NodeId] = field(default_factory=dict)
    """Nodes of its way of writing, by role: method, object, request, acknowledge, refused."""


async def resolve(
    client: Client, place: OpcUa, tags: Sequence[Tag], limits: OperationLimits, *, for_writing: bool = False
) -> tuple[ResolvedTag, ...]:
    """The nodes of the tags, in the order given, with their types checked against the declaration.

    Raises:
        TagMissing: a namespace or some tags are not there, have another type, or (for writing) may not be written by
            this account. All of them are named with the place at which they were looked for.
        LinkDown: the connection was lost meanwhile.
    """
    async with link_errors(place.endpoint):
        places = await _Places.of(client, place, limits)
        nodes = await places.nodes(tags)
        found = [ResolvedTag(tag, node) for tag, node in zip(tags, nodes, strict=True) if node is not None]
        problems = {t.alias: "is not there" for t, node in zip(tags, nodes, strict=True) if node is None}
        found, wrong = await _typed(client, found, limits)
        problems |= wrong
        if for_writing:
            found, wrong = await places.ways(found)
            problems |= wrong
            problems |= await _access_problems(client, [r for r in found if r.tag.writable], limits)
    if problems:
        raise TagMissing(_report(place, tags, problems))
    return tuple(found)


async def know_structures(client: Client, found: Sequence[ResolvedTag]) -> None:
    """Read the server's structured types if a node holds any, so that their values can be read and sent.

    The library keeps one set of classes for all connections of a process.
    """
    if any(r.node_type is ua.VariantType.ExtensionObject for r in found):
        await client.load_data_type_definitions()


async def read_all(
    client: Client,
    nodes: Sequence[ua.NodeId],
    limits: OperationLimits,
    attribute: AttributeIds = AttributeIds.Value,
) -> list[ua.DataValue]:
    """DataValues (value, status and times) of the nodes, in as many calls as the server wants."""
    values: list[ua.DataValue] = []
    for some in batches(nodes, limits.read):
        values += await client.uaclient.session.read_attributes(some, attribute)
    return values


def standard_node(number: int) -> ua.NodeId:
    """A node of the standard address space (namespace 0)."""
    return ua.NodeId(ua.Int32(number))


class _Places:
    """Where the tags of one server are, by its namespaces as they are numbered in this connection."""

    def __init__(self, client: Client, place: OpcUa, limits: OperationLimits, namespaces: Sequence[str]) -> None:
        self._client = client
        self._place = place
        self._limits = limits
        self._namespaces = list(namespaces)

    @classmethod
    async def of(cls, client: Client, place: OpcUa, limits: OperationLimits) -> "_Places":
        """Read how the server numbers its namespaces.

        Raises:
            TagMissing: it does not have the line's.
        """
        known = await client.get_namespace_array()
        if place.namespace_uri not in known:
            raise TagMissing(
                f"{place.endpoint} has no namespace '{place.namespace_uri}' (it has {', '.join(known)}); "
                "correct opcua.namespace_uri in the plant file, or see whether this is the right server"
            )
        return cls(client, place, limits, known)

    async def nodes(self, tags: Sequence[Tag]) -> list[ua.NodeId | None]:
        """The node of each tag, None where there is none."""
        nodes: list[ua.NodeId | None] = [self._by_id(tag.node_id) if tag.node_id else None for tag in tags]
        for i, tag in enumerate(tags):
            if isinstance(tag.write, ByJobOrders):
                nodes[i] = await self._of_receiver(tag.write, JOB_LIST)
        placed = {i for i, tag in enumerate(tags) if tag.node_id or isinstance(tag.write, ByJobOrders)}
        sought = [i for i, tag in enumerate(tags) if i not in placed and self._index(tag) is not None]
        found = await self._translated([(self._index(tags[i]) or 0, tags[i].path) for i in sought])
        for i, node in zip(sought, found, strict=True):
            nodes[i] = node
        return nodes

    async def ways(self, found: Sequence[ResolvedTag]) -> tuple[list[ResolvedTag], dict[str, str]]:
        """The tags with the nodes of their ways of writing, and what is wrong with some of those."""
        line = self._namespaces.index(self._place.namespace_uri)
        wanted = [(r.tag.alias, role, path) for r in found for role, path in _roles(r.tag).items()]
        nodes = await self._translated([(line, path) for _, _, path in wanted])
        ways: dict[str, dict[str, ua.NodeId]] = {}
        problems: dict[str, str] = {}
        for (alias, role, path), node in zip(wanted, nodes, strict=True):
            if node is None:
                problems[alias] = f"has no {role} at {'/'.join((self._place.root, *path))}"
            else:
                ways.setdefault(alias, {})[role] = node
        for r in found:
            if isinstance(r.tag.write, ByJobOrders):
                way, problem = await self._job_way(r.tag.write)
                ways[r.tag.alias] = way
                problems |= {r.tag.alias: problem} if problem else {}
        return [replace(r, way=ways.get(r.tag.alias, {})) for r in found], problems

    async def _job_way(self, write: ByJobOrders) -> tuple[dict[str, ua.NodeId], str]:
        """Receiver and its method, and what is wrong with them."""
        receiver, update = self._by_id(write.receiver), await self._of_receiver(write, UPDATE)
        if receiver is None or update is None:
            return {}, f"has no method {UPDATE} at {write.receiver}"
        return {"receiver": receiver, "update": update}, ""

    async def _of_receiver(self, write: ByJobOrders, name: str) -> ua.NodeId | None:
        """A component of a job order receiver, None where there is none."""
        receiver = self._by_id(write.receiver)
        if receiver is None or JOB_CONTROL not in self._namespaces:
            return None
        asked = _browse_path([(self._namespaces.index(JOB_CONTROL), name)], start=receiver)
        [result] = await self._client.uaclient.session.translate_browsepaths_to_nodeids([asked])
        return result.Targets[0].TargetId if result.StatusCode.is_good() and result.Targets else None

    async def _translated(self, paths: Sequence[tuple[int, Sequence[str]]]) -> list[ua.NodeId | None]:
        root = self._namespaces.index(self._place.namespace_uri)
        nodes: list[ua.NodeId | None] = []
        for some in batches(paths, self._limits.translate):
            asked = [_browse_path([(root, self._place.root), *((i, name) for name in path)]) for i, path in some]
            results = await self._client.uaclient.session.translate_browsepaths_to_nodeids(asked)
            nodes += [r.Targets[0].TargetId if r.StatusCode.is_good() and r.Targets else None for r in results]
        return nodes

    def _index(self, tag: Tag) -> int | None:
        uri = tag.namespace_uri or self._place.namespace_uri
        return self._namespaces.index(uri) if uri in self._namespaces else None

    def _by_id(self, text: str) -> ua.NodeId | None:
        """The node that `nsu=URI;…` names; None where the server has no such namespace."""
        uri, _, rest = text.removeprefix("nsu=").partition(";")
        if uri not in self._namespaces:
            return None
        return ua.NodeId.from_string(f"ns={self._namespaces.index(uri)};{rest}")


def _roles(tag: Tag) -> dict[str, tuple[str, ...]]:
    """Paths of the nodes that a tag's way of writing needs, by role."""
    match tag.write:
        case ByMethod():
            return {"method": tag.write.path, "object": tag.write.path[:-1]}
        case ByHandshake():
            paths = {"request": tag.write.request, "acknowledge": tag.write.acknowledge}
            return paths if tag.write.refused is None else {**paths, "refused": tag.write.refused}
        case _:
            return {}


def _browse_path(names: Sequence[tuple[int, str]], start: ua.NodeId | None = None) -> ua.BrowsePath:
    """Built element by element: a name may hold characters that mean something in a path written as text."""
    elements = [
        ua.RelativePathElement(
            ReferenceTypeId=standard_node(ObjectIds.HierarchicalReferences),
            IsInverse=cast("ua.Boolean", False),
            TargetName=ua.QualifiedName(name, index),
        )
        for index, name in names
    ]
    return ua.BrowsePath(start or standard_node(ObjectIds.ObjectsFolder), ua.RelativePath(elements))


async def _typed(
    client: Client, found: Sequence[ResolvedTag], limits: OperationLimits
) -> tuple[list[ResolvedTag], dict[str, str]]:
    """The tags with the types of their nodes, and those whose node cannot hold what they mean or is not there."""
    nodes = [r.node_id for r in found]
    types = await read_all(client, nodes, limits, AttributeIds.DataType)
    ranks = await read_all(client, nodes, limits, AttributeIds.ValueRank)
    values = await read_all(client, nodes, limits)
    typed, problems = [], {}
    for r, data_type, rank, value in zip(found, types, ranks, values, strict=True):
        if data_type.StatusCode is not None and data_type.StatusCode.is_bad():
            problems[r.tag.alias] = "is not there" if r.tag.node_id else f"is no variable ({data_type.StatusCode.name})"
            continue
        actual = _type_name(data_type, value)
        array = None if actual in _STRUCTURED else _holds_array(rank, value)
        if actual not in {t.name for t in fitting(r.tag)} or array not in (None, is_array(r.tag.data_type)):
            problems[r.tag.alias] = f"is {actual}{'[]' if array else ''}, not {r.tag.data_type}"
        else:
            typed.append(replace(r, node_type=ua.VariantType[actual]))
    return typed, problems


def _type_name(data_type: ua.DataValue, value: ua.DataValue) -> str:
    """Name of the built-in type; of a derived type, that of the value it holds at present."""
    declared = data_type.Value.Value if data_type.Value is not None else None
    number = declared.Identifier if isinstance(declared, ua.NodeId) and declared.NamespaceIndex == 0 else None
    if isinstance(number, int) and number in _BUILT_IN:
        return ua.VariantType(number).name
    return value.Value.VariantType.name if value.Value is not None else "of an unknown type"


_STRUCTURED = frozenset({ua.VariantType.ExtensionObject.name})
"""How many a structured value may hold is the business of whoever reads it."""
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


async def _access_problems(client: Client, writable: Sequence[ResolvedTag], limits: OperationLimits) -> dict[str, str]:
    """Tags whose UserAccessLevel says that this account may not write; servers without that attribute decide later.

    A tag that is written by methods needs no write access to its node.
    """
    writable = [r for r in writable if not isinstance(r.tag.write, ByMethod | ByJobOrders)]
    levels = await read_all(client, [r.node_id for r in writable], limits, AttributeIds.UserAccessLevel)
    problems = {}
    for r, level in zip(writable, levels, strict=True):
        if level.Value is not None and level.Value.Value is not None and not level.Value.Value & _CURRENT_WRITE:
            problems[r.tag.alias] = "may not be written by this account"
    return problems


_CURRENT_WRITE = 1 << ua.AccessLevel.CurrentWrite.value


def _report(place: OpcUa, tags: Sequence[Tag], problems: dict[str, str]) -> str:
    paths = {tag.alias: tag.node_id or "/".join((place.root, *tag.path)) for tag in tags}
    lines = "; ".join(f"{alias} at {paths[alias]} {what}" for alias, what in problems.items())
    return (
        f"{place.endpoint} (namespace {place.namespace_uri}): {len(problems)} of {len(tags)} tags do not fit: {lines}. "
        "Give their paths under 'tags' in the plant file, or correct the server"
    )

"""What a server holds: objects, variables and methods below a place, with types, values and rights. Bounded.

Used by `jayul connect browse` and `map`. It reads only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from asyncua import ua
from asyncua.client.client import Client
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds

from connectors.opcua.limits import operation_limits
from connectors.opcua.resolve import read_all, standard_node
from connectors.opcua.security import OpcUaSecurity
from connectors.opcua.session import close_client, link_errors, open_client

MOST_NODES = 20_000
"""More are not looked at; the survey says so."""
_REQUEST_WALL_S = 10.0
_TEXT = 80
_CURRENT_WRITE = 1 << ua.AccessLevel.CurrentWrite.value
_SHOWN = frozenset({ua.NodeClass.Object, ua.NodeClass.Variable, ua.NodeClass.Method})
_SERVER_OBJECT = ObjectIds.Server


@dataclass(frozen=True)
class Found:
    """One node."""

    path: tuple[str, ...]
    """Browse names from Objects downwards."""
    namespaces: tuple[str, ...]
    """Namespace URI of each name."""
    node: str
    """Node id with its namespace's URI, `nsu=urn:x;s=Speed`."""
    kind: str
    """Object, Variable or Method."""
    type_name: str = ""
    """Built-in type of a variable (`Double`, `String[]`), type definition of an object as URI#Name."""
    value: str = ""
    """A variable's value as text, cut to 80 characters."""
    writable: bool = False
    """Whether this account may write it."""


@dataclass
class Survey:
    """What was found, in the order of browsing, and whether that is all."""

    found: list[Found] = field(default_factory=list)
    whole: bool = True


async def survey(
    endpoint: str, security: OpcUaSecurity, path: Sequence[str] = (), *, depth: int = 8, most: int = MOST_NODES
) -> Survey:
    """Look at a server in a session of its own.

    Raises:
        LinkDown: no server answers there, it refused the session, or it was lost meanwhile.
        NotTrusted: its certificate is not accepted.
        Refused: the channel would be plain and leave this machine.
    """
    client = await open_client(endpoint, security, session_timeout_wall_s=60, request_wall_s=_REQUEST_WALL_S)
    try:
        async with link_errors(endpoint):
            return await look(client, path, depth=depth, most=most)
    finally:
        await close_client(client, _REQUEST_WALL_S)


async def look(client: Client, path: Sequence[str] = (), *, depth: int = 8, most: int = MOST_NODES) -> Survey:
    """Everything below a path of browse names under Objects (of any namespace), at most `depth` levels down.

    Without a path the Server object, which every server has, is left out.
    """
    namespaces = await client.get_namespace_array()
    result = Survey()
    nodes: list[ua.NodeId] = []
    types: list[ua.NodeId | None] = []
    seen: set[ua.NodeId] = set()
    ahead: list[tuple[ua.NodeId, tuple[str, ...], tuple[str, ...]]] = [(standard_node(ObjectIds.ObjectsFolder), (), ())]
    while ahead:
        node, names, uris = ahead.pop()
        for child in reversed(await _children(client, node)):
            below = ua.NodeId(child.NodeId.Identifier, child.NodeId.NamespaceIndex)
            name = child.BrowseName.Name or ""
            inside = len(names) >= len(path) or name == path[len(names)]
            if below in seen or not inside or (not path and below == standard_node(_SERVER_OBJECT)):
                continue
            if len(nodes) >= most:
                result.whole = False
                break
            seen.add(below)
            told = (*names, name)
            spoken = (*uris, namespaces[child.BrowseName.NamespaceIndex])
            if len(told) >= len(path):
                nodes.append(below)
                types.append(child.TypeDefinition if child.NodeClass is ua.NodeClass.Object else None)
                result.found.append(Found(told, spoken, _by_uri(below, namespaces), child.NodeClass.name))
            if len(told) < len(path) + depth and child.NodeClass is not ua.NodeClass.Method:
                ahead.append((below, told, spoken))
    result.found = await _described(client, await _typed(client, result.found, types, namespaces), nodes)
    result.found.sort(key=lambda one: one.path)
    return result


async def _children(client: Client, node: ua.NodeId) -> list[ua.ReferenceDescription]:
    found = await client.get_node(node).get_references(ObjectIds.HierarchicalReferences, ua.BrowseDirection.Forward)
    return [child for child in found if child.NodeClass in _SHOWN]


async def _typed(
    client: Client, found: Sequence[Found], types: Sequence[ua.NodeId | None], namespaces: Sequence[str]
) -> list[Found]:
    """The objects with the names of their type definitions, those of the base specification left out."""
    asked = sorted({t for t in types if t is not None and t.NamespaceIndex}, key=str)
    limits = await operation_limits(client)
    values = await read_all(client, asked, limits, AttributeIds.BrowseName)
    held = [value.Value.Value if value.Value is not None else None for value in values]
    names = {t: f"{namespaces[n.NamespaceIndex]}#{n.Name}" for t, n in zip(asked, held, strict=True) if n is not None}
    return [replace(one, type_name=names.get(t, "") if t else "") for one, t in zip(found, types, strict=True)]


async def _described(client: Client, found: Sequence[Found], nodes: Sequence[ua.NodeId]) -> list[Found]:
    """The nodes with types, values and rights."""
    limits = await operation_limits(client)
    variables = [i for i, one in enumerate(found) if one.kind == "Variable"]
    ids = [nodes[i] for i in variables]
    values = await read_all(client, ids, limits)
    levels = await read_all(client, ids, limits, AttributeIds.UserAccessLevel)
    described = list(found)
    for i, value, level in zip(variables, values, levels, strict=True):
        held = value.Value.Value if value.Value is not None else None
        type_name = value.Value.VariantType.name if value.Value is not None else "?"
        rights = level.Value.Value if level.Value is not None else 0
        described[i] = replace(
            found[i],
            type_name=f"{type_name}[]" if isinstance(held, list) else type_name,
            value=_text(value, held),
            writable=bool((rights or 0) & _CURRENT_WRITE),
        )
    return described


def _text(value: ua.DataValue, held: object) -> str:
    if value.StatusCode is not None and not value.StatusCode.is_good():
        return value.StatusCode.name
    text = str(held)
    return text if len(text) <= _TEXT else f"{text[: _TEXT - 1]}…"


def _by_uri(node: ua.NodeId, namespaces: Sequence[str]) -> str:
    kind = node.to_string().rpartition("ns=")[2].partition(";")[2] or node.to_string()
    return f"nsu={namespaces[node.NamespaceIndex]};{kind}"

"""How much a server takes in one call: what it says of itself, and never more than most take."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from asyncua import ua
from asyncua.client.client import Client
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds

T = TypeVar("T")
MOST = 1000
"""Operations per call where a server says nothing, or more."""

_LIMITS = (
    ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead,
    ObjectIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerTranslateBrowsePathsToNodeIds,
    ObjectIds.Server_ServerCapabilities_OperationLimits_MaxMonitoredItemsPerCall,
)


@dataclass(frozen=True, slots=True)
class OperationLimits:
    """Operations per call (Part 5, 6.3.11)."""

    read: int = MOST
    translate: int = MOST
    monitor: int = MOST


async def operation_limits(client: Client) -> OperationLimits:
    """What the server says; a server without that object gets the usual."""
    nodes = [ua.NodeId(ua.Int32(number)) for number in _LIMITS]
    values = await client.uaclient.session.read_attributes(nodes, AttributeIds.Value)
    return OperationLimits(*(_limit(value) for value in values))


def batches(items: Sequence[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def _limit(data: ua.DataValue) -> int:
    """0 means that there is no limit (Part 5, 6.3.11)."""
    said = data.Value.Value if data.Value is not None else None
    return min(said, MOST) if isinstance(said, int) and said > 0 else MOST

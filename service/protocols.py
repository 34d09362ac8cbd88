"""Which protocol an endpoint speaks: OPC UA and replay are built in, others come as packages by entry point."""

from importlib.metadata import EntryPoint, entry_points

from connectors.replay.connector import ReplayConnector
from plants.errors import InvalidInput
from plants.ports.connector import GROUP, Connector

OPC_UA = "opc.tcp"
REPLAY = "replay"


def scheme_of(endpoint: str) -> str:
    """What stands before the first colon."""
    return endpoint.partition(":")[0]


def connector_of(endpoint: str) -> Connector:
    """The connector for an endpoint that is not OPC UA.

    Raises:
        InvalidInput: no package brings its protocol, two do, or the package cannot be loaded.
    """
    scheme = scheme_of(endpoint)
    if scheme == REPLAY:
        return ReplayConnector()
    found = [entry for entry in entry_points(group=GROUP) if entry.name == scheme]
    if not found:
        known = sorted({OPC_UA, REPLAY, *(entry.name for entry in entry_points(group=GROUP))})
        raise InvalidInput(f"no protocol is called '{scheme}' ({endpoint}); known are {', '.join(known)}")
    if len({entry.value for entry in found}) > 1:
        told = ", ".join(sorted({entry.value for entry in found}))
        raise InvalidInput(f"several packages bring the protocol '{scheme}': {told}; uninstall all but one")
    return _loaded(found[0])


def _loaded(entry: EntryPoint) -> Connector:
    try:
        made: Connector = entry.load()()
    except Exception as fault:  # whatever a foreign package does when it is loaded
        raise InvalidInput(f"the protocol '{entry.name}' ({entry.value}) cannot be loaded: {fault}") from fault
    return made

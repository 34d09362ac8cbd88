"""The information models of the OPC Foundation, put into a server and counted.

A failed import leaves its namespace registered, so the count of nodes is what tells whether a model is there.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from asyncua import ua
from asyncua.common.node import Node
from asyncua.server.server import Server
from asyncua.ua.uaerrors import UaError

from plants.errors import RunFailed
from virtual.standards.collect import FILES, FOLDER

log = structlog.get_logger(__name__)

DI = "http://opcfoundation.org/UA/DI/"
MACHINERY = "http://opcfoundation.org/UA/Machinery/"
PACKML = "http://opcfoundation.org/UA/PackML/"
JOB_CONTROL = "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/"
COUNTS = dict(zip(FILES, (412, 143, 248, 258), strict=True))
"""Nodes of each model, in the versions that are locked."""


@dataclass(frozen=True)
class Models:
    """A server that holds the models, with the index of each one's namespace."""

    server: Server
    di: int
    machinery: int
    packml: int
    job_control: int

    def node(self, index: int, number: int) -> Node:
        """A node of a model."""
        return self.server.get_node(ua.NodeId(ua.Int32(number), ua.Int16(index)))


def present(folder: Path = FOLDER) -> bool:
    """Whether the models were taken in when this was built."""
    return all((folder / name).is_file() for name in FILES)


def made(kind: str, **fields: object) -> Any:  # noqa: ANN401 - a class that the library makes when it reads the models
    """A value of a structured type of the models."""
    return getattr(ua, kind)(**fields)


def type_id(kind: str) -> ua.NodeId:
    """The node of a structured type of the models."""
    found: ua.NodeId = getattr(ua, kind).data_type
    return found


async def load(server: Server, folder: Path = FOLDER) -> Models:
    """Import the models and their data types into a server that holds none yet.

    Raises:
        RunFailed: a model is damaged, or has another number of nodes than it must have.
    """
    for name, count in COUNTS.items():
        try:
            nodes = await server.import_xml(str(folder / name))
        except UaError as fault:
            raise RunFailed(f"{name} does not hold together ({fault}): collect the models anew") from fault
        if len(nodes) != count:
            raise RunFailed(f"{name} has {len(nodes)} nodes, {count} are expected: collect the models anew")
    await server.load_data_type_definitions()
    indexes = [await server.get_namespace_index(uri) for uri in (DI, MACHINERY, PACKML, JOB_CONTROL)]
    return Models(server, *indexes)

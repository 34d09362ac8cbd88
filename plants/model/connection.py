"""How equipment is reached: the server, the channel, and where tags are that have no standard place."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from plants.frozen import Frozen, Sha256


class SecurityPolicy(StrEnum):
    """OPC UA security policy of a channel (Part 7, 6.6), always with SignAndEncrypt; the obsolete ones never."""

    NONE = "None"
    """Neither signed nor encrypted: for a server on this machine."""
    BASIC256SHA256 = "Basic256Sha256"
    AES128_SHA256_RSA_OAEP = "Aes128Sha256RsaOaep"
    AES256_SHA256_RSA_PSS = "Aes256Sha256RsaPss"


class OpcUa(Frozen):
    """How an OPC UA server is reached. Node ids are resolved by namespace URI and browse path at each connect."""

    endpoint: Annotated[str, StringConstraints(pattern=r"^opc\.tcp://[^\s/]+(/\S*)?$", max_length=300)]
    """Address, such as opc.tcp://127.0.0.1:4840."""
    namespace_uri: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    """Namespace of the line's nodes."""
    root: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    """Browse name of the line's object under Objects."""
    policy: SecurityPolicy = SecurityPolicy.NONE
    """Security policy of the channel; None only to a server on this machine, or by a setting of the service."""
    server_thumbprint: Sha256 | None = None
    """SHA-256 of the server's certificate: only this one is accepted, whatever host and issuer it names."""


class TagPath(Frozen):
    """Where a tag is found when it is not at its standard place."""

    alias: Annotated[str, StringConstraints(min_length=3, max_length=150)]
    """The tag, such as `filler.speed_per_min`."""
    path: Annotated[tuple[str, ...], Field(min_length=1, max_length=12)]
    """Browse names from the line's object downwards."""

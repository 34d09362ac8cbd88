"""How equipment is reached: the server, the channel, and where tags are that have no standard place."""

from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, StringConstraints, field_validator, model_validator

from plants.frozen import Frozen, Sha256

NODE_ID = r"^nsu=[^;]+;[isgb]=.+$"
"""A node id with its namespace's URI, which outlives restarts (Part 6, 5.3.1.11)."""


class SecurityPolicy(StrEnum):
    """OPC UA security policy of a channel (Part 7, 6.6), always with SignAndEncrypt; the obsolete ones never."""

    NONE = "None"
    """Neither signed nor encrypted: for a server on this machine."""
    BASIC256SHA256 = "Basic256Sha256"
    AES128_SHA256_RSA_OAEP = "Aes128Sha256RsaOaep"
    AES256_SHA256_RSA_PSS = "Aes256Sha256RsaPss"


class TrustedClock(StrEnum):
    """Whose time of a value counts; controllers may run on local time, or on none."""

    SOURCE = "source"
    """The equipment's, as it stands beside the value."""
    SERVER = "server"
    """The OPC UA server's."""
    RECEIVE = "receive"
    """Ours, when the value came."""


class PlantClock(Frozen):
    """Plant time of equipment that tells none: plant seconds are wall seconds since the production day began."""

    day_starts: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    """Wall time of the zone at which a production day begins, `06:00`."""
    zone: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    """IANA name of the zone, such as Asia/Seoul."""

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"'{zone}' is no time zone; give an IANA name such as Asia/Seoul") from None
        return zone


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
    trust_clock: TrustedClock = TrustedClock.SOURCE
    """Whose time of a value counts."""
    plant_clock: PlantClock | None = None
    """Given where the equipment tells no plant time: `line.plant_time_s` and `line.time_scale` are then made here."""


BrowsePath = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(min_length=1, max_length=12)
]
"""Browse names from the line's object downwards."""


class TakesEffect(StrEnum):
    """When a machine takes up a setpoint that it holds."""

    NOW = "now"
    NEXT_PART = "next_part"
    CHANGEOVER = "changeover"
    ORDER_START = "order_start"


class ByMethod(Frozen):
    """A setpoint is given to a method with one argument; the node is only read."""

    kind: Literal["method"] = "method"
    path: BrowsePath
    """The method, from the line's object downwards; it is called on the object above it."""


class ByHandshake(Frozen):
    """A setpoint is written, then a request bit is set, and the machine acknowledges; the bit is then taken back."""

    kind: Literal["handshake"] = "handshake"
    request: BrowsePath
    """Boolean that asks the machine to take the value."""
    acknowledge: BrowsePath
    """Boolean that the machine sets when it has taken the value."""
    refused: BrowsePath | None = None
    """Boolean that it sets when it will not."""
    within_wall_s: Annotated[float, Field(gt=0, le=60)] = 5.0
    """Wall seconds to wait for either; then it is unknown what the machine holds."""


class ByJobOrders(Frozen):
    """The sequence of orders is that of ISA-95 jobs (OPC 10031-4): read from their list, written as priorities."""

    kind: Literal["job_orders"] = "job_orders"
    receiver: Annotated[str, StringConstraints(pattern=NODE_ID, max_length=500)]
    """The object of type ISA95JobOrderReceiverObjectType; a job's id is that of the order in the plant file."""


StateName = Literal["stopped", "idle", "suspended", "execute", "aborted", "held", "complete"]
"""A PackML state by its name."""

WriteWay = Annotated[ByMethod | ByHandshake | ByJobOrders, Field(discriminator="kind")]


class TagPath(Frozen):
    """What is particular about a tag: where it is when not at its standard place, and how it is written."""

    alias: Annotated[str, StringConstraints(min_length=3, max_length=150)]
    """The tag, such as `filler.speed_per_min`."""
    path: BrowsePath | None = None
    """Browse names from the line's object downwards."""
    node_id: Annotated[str, StringConstraints(pattern=NODE_ID, max_length=500)] | None = None
    """The node with its namespace URI, `nsu=urn:maker:plc;s=DB1.Speed`, where a server has no useful browse paths."""
    namespace_uri: Annotated[str, StringConstraints(min_length=1, max_length=300)] | None = None
    """Namespace of the names in the path, when it is not the line's."""
    constant: bool | int | float | str | tuple[str, ...] | None = None
    """The value of a tag that the equipment does not have, such as a power of 0 or a selector that is always remote."""
    rolls_over_at: Annotated[int, Field(ge=2, le=2**53)] | None = None
    """A counter counts 0 to one less than this and begins again; without it a counter that falls was reset."""
    deadband: Annotated[float, Field(ge=0)] = 0.0
    """Changes of a number by less are left out between full reads; a change of quality never is."""
    write: WriteWay | None = None
    """How it is written, when not by a value on its node."""
    takes_effect: TakesEffect = TakesEffect.NOW
    """When the machine takes up a setpoint that it holds."""
    states: Annotated[
        dict[Annotated[str, StringConstraints(min_length=1, max_length=60)], StateName], Field(max_length=32)
    ] = Field(default_factory=dict)
    """What a state that a machine tells by a name of its own means, `NotExecuting: idle`; names of PackML and of OPC
    40001-1 Machinery are known without it."""

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.path is not None and self.node_id is not None:
            raise ValueError("give either a path or a node_id, not both")
        if self.constant is not None and (self.path or self.node_id or self.write):
            raise ValueError("a constant is not on the equipment: give no place and no way of writing")
        if self.states and not self.alias.endswith(".state"):
            raise ValueError("states says what the names of states mean: give it to the state of a station")
        if isinstance(self.write, ByJobOrders) and (self.alias != "line.order_sequence" or self.path or self.node_id):
            raise ValueError("job_orders is the way of line.order_sequence alone, and its receiver is its place")
        return self

"""Who we are to an OPC UA server, and whether the channel may be plain.

Used by both sessions. Refuses a plain channel to anything but this machine, unless a setting of a name nobody writes by
accident allows it.
"""

import ipaddress
from enum import StrEnum
from typing import Annotated, Self
from urllib.parse import urlparse

from pydantic import Field, SecretStr, model_validator

from plants.errors import Refused
from plants.frozen import Frozen


class SecurityPolicy(StrEnum):
    """OPC UA security policy of the channel (Part 7, 6.5). Encrypted ones follow; the obsolete ones never will."""

    NONE = "None"
    """Neither signed nor encrypted: for a server on this machine."""


class OpcUaSecurity(Frozen):
    """Account and channel security of one session."""

    user: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    """Account on the server; None is anonymous."""
    password: SecretStr | None = None
    """Its password. Never logged, never in an error."""
    policy: SecurityPolicy = SecurityPolicy.NONE
    """Security policy of the channel."""
    allow_unencrypted_network: bool = False
    """Let a plain channel leave this machine. Passwords and setpoints then cross the network readable and forgeable."""

    @model_validator(mode="after")
    def _password_needs_user(self) -> Self:
        if self.password is not None and self.user is None:
            raise ValueError("a password needs a user")
        return self


def check_channel(endpoint: str, security: OpcUaSecurity) -> None:
    """Let a plain channel stay on this machine.

    Raises:
        Refused: the channel would be plain and the endpoint is on another machine.
    """
    plain = security.policy == SecurityPolicy.NONE
    if not plain or security.allow_unencrypted_network or is_loopback(endpoint):
        return
    raise Refused(
        f"{endpoint} is not on this machine and the channel would be neither signed nor encrypted; "
        "reach it through a local gateway, or accept the risk with allow_unencrypted_network"
    )


def is_loopback(endpoint: str) -> bool:
    """Whether an endpoint's host is this machine's loopback interface; a name other than localhost is not."""
    host = urlparse(endpoint).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

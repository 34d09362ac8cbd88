"""Who we are to an OPC UA server, and what protects the channel.

Used by both sessions. Refuses a plain channel to anything but this machine, unless a setting of a name nobody writes by
accident allows it.
"""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from connectors.opcua.loopback import is_loopback
from plants.errors import Refused
from plants.frozen import Frozen, Sha256
from plants.model.connection import SecurityPolicy


class OpcUaSecurity(Frozen):
    """Account and channel security of one session."""

    user: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    """Account on the server; None is anonymous, or the user of the certificate."""
    password: SecretStr | None = None
    """Its password. Never logged, never in an error."""
    user_certificate: Path | None = None
    """X.509 certificate of the user, in DER or PEM form, in place of name and password."""
    user_key: Path | None = None
    """Its private key, in PEM form."""
    policy: SecurityPolicy = SecurityPolicy.NONE
    """Security policy of the channel; with any but None it is signed and encrypted."""
    certificates: Path | None = None
    """Folder with our own certificate and those that we trust; needed for an encrypted channel."""
    server_thumbprint: Sha256 | None = None
    """SHA-256 of the only server certificate that is accepted."""
    allow_unencrypted_network: bool = False
    """Let a plain channel leave this machine. Passwords and setpoints then cross the network readable and forgeable."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.password is not None and self.user is None:
            raise ValueError("a password needs a user")
        if (self.user_certificate is None) != (self.user_key is None):
            raise ValueError("a user's certificate and its key go together")
        if self.user is not None and self.user_certificate is not None:
            raise ValueError("a session has a user name or a user's certificate, not both")
        if self.encrypted and self.certificates is None:
            raise ValueError("an encrypted channel needs a folder of certificates")
        return self

    @property
    def encrypted(self) -> bool:
        """Whether the channel is signed and encrypted."""
        return self.policy is not SecurityPolicy.NONE


def check_channel(endpoint: str, security: OpcUaSecurity) -> None:
    """Let a plain channel stay on this machine.

    Raises:
        Refused: the channel would be plain and the endpoint is on another machine.
    """
    if security.encrypted or security.allow_unencrypted_network or is_loopback(endpoint):
        return
    raise Refused(
        f"{endpoint} is not on this machine and the channel would be neither signed nor encrypted; give opcua.policy "
        "in the plant file (Basic256Sha256), or accept the risk with allow_unencrypted_network"
    )

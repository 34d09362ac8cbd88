"""Encrypted endpoints of the virtual plant: its own certificate, and which clients it trusts.

Used by `virtual.server`. The folder is one like a client's (`connectors.opcua.certificates`): an unknown client is
refused, and its certificate waits there for consent.
"""

import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.server import Server
from asyncua.ua.status_codes import StatusCodes
from cryptography import x509

from connectors.opcua.certificates import CertificateStore, thumbprint, uris_of
from connectors.opcua.trust import check_peer
from plants.errors import InvalidInput, NotTrusted

_POLICIES = [
    ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
    ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
]


@dataclass(frozen=True)
class Protection:
    """Encrypted endpoints from a folder of certificates."""

    folder: Path
    """Made on first use, with a certificate of the plant's own."""
    only: bool = False
    """Whether the plain endpoint is shut."""

    @property
    def store(self) -> CertificateStore:
        """The folder."""
        return CertificateStore(self.folder)

    @property
    def policies(self) -> list[ua.SecurityPolicyType]:
        """What the server offers."""
        return _POLICIES if self.only else [ua.SecurityPolicyType.NoSecurity, *_POLICIES]

    def application_uri(self) -> str:
        """The application that the plant's certificate is for."""
        return uris_of(self._own())[0]

    def clients(self) -> frozenset[str]:
        """Thumbprints of the clients that are trusted by name, not by issuer."""
        return frozenset(thumbprint(certificate) for certificate in self.store.trusted())

    async def set_up(self, server: Server) -> None:
        """Give a server its certificate and its judge of clients."""
        self._own()
        await server.load_certificate(self.store.own_certificate)
        await server.load_private_key(self.store.own_key)
        server.set_certificate_validator(self._judge)

    def _own(self) -> x509.Certificate:
        if not self.store.own_certificate.exists():
            self.store.create(name="Jayul virtual plant", hosts=("localhost", "127.0.0.1", socket.gethostname()))
        return self.store.own()

    async def _judge(self, certificate: x509.Certificate, application: ua.ApplicationDescription) -> None:
        if application.ApplicationUri not in uris_of(certificate):
            raise ServiceError(StatusCodes.BadCertificateUriInvalid)
        try:
            check_peer(certificate, self.store, place="a client", now=datetime.now(UTC))
        except NotTrusted as fault:
            raise ServiceError(StatusCodes.BadCertificateUntrusted) from fault


def protection_of(folder: Path | None, *, only: bool) -> Protection | None:
    """Encrypted endpoints as the command line asks for them; None for the plain one only.

    Raises:
        InvalidInput: the plain endpoint is to be shut and there is no folder for encrypted ones.
    """
    if folder is None and only:
        raise InvalidInput("--only-encrypted needs --certs FOLDER, where the plant's certificate is made")
    return None if folder is None else Protection(folder, only=only)

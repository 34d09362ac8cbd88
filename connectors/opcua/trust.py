"""Whether a server is the one that it claims to be: its certificate against the pinned one or the folder of trust.

Used before a channel is opened, so that neither password nor setpoint goes to a stranger. What is checked is what
Part 4, 6.1.3 lists: trust, validity, revocation, application, host.
"""

import socket
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlparse

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from connectors.opcua.certificates import CertificateStore, hosts_of, thumbprint, uris_of
from connectors.opcua.loopback import is_loopback
from plants.errors import NotTrusted


def check_peer(
    certificate: x509.Certificate, store: CertificateStore, *, place: str, now: datetime, pinned: str | None = None
) -> None:
    """Accept a certificate that is pinned, trusted, or issued by a trusted issuer; and valid now.

    An unknown one is kept among those that wait for consent.

    Raises:
        NotTrusted: it is not accepted; the message tells why and what to do.
    """
    if pinned is not None and thumbprint(certificate) != pinned:
        raise NotTrusted(
            f"{place} shows another certificate than the pinned one: {_told(certificate)}. If its operator has renewed "
            "it, put the new thumbprint into opcua.server_thumbprint of the plant file"
        )
    if pinned is None:
        _check_trusted(certificate, store, place)
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise NotTrusted(
            f"{place}: the certificate is valid from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} to "
            f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC only, and it is {now:%Y-%m-%d %H:%M} now; renew it "
            "there, or see whether a clock is wrong"
        )


def check_server(
    certificate: x509.Certificate,
    store: CertificateStore,
    *,
    endpoint: str,
    application_uri: str,
    now: datetime,
    pinned: str | None = None,
) -> None:
    """Accept a server: its certificate, and unless it is pinned, that it is for this application and this host.

    Raises:
        NotTrusted: it is not accepted; the message tells why and what to do.
    """
    check_peer(certificate, store, place=endpoint, now=now, pinned=pinned)
    if pinned is not None:
        return
    if application_uri not in uris_of(certificate):
        raise NotTrusted(
            f"{endpoint} says that it is {application_uri}, its certificate is for "
            f"{', '.join(uris_of(certificate)) or 'no application'}; correct the server, or pin its certificate with "
            "opcua.server_thumbprint in the plant file"
        )
    host = (urlparse(endpoint).hostname or "").lower()
    named = list(hosts_of(certificate))
    if host not in named and not (is_loopback(endpoint) and _is_this_machine(named)):
        raise NotTrusted(
            f"{endpoint}: the certificate is for {', '.join(named) or 'no host'}, not for {host}; use one of those "
            "names in the endpoint, or pin the certificate with opcua.server_thumbprint in the plant file"
        )


def _check_trusted(certificate: x509.Certificate, store: CertificateStore, place: str) -> None:
    trusted = store.trusted()
    if certificate in trusted:
        return
    issuer = next((other for other in trusted if _issued(certificate, other)), None)
    if issuer is None:
        store.wait(certificate)
        raise NotTrusted(
            f"{place} shows a certificate that nobody has trusted yet: {_told(certificate)}. Compare the thumbprint "
            f"with what the other side shows, then: jayul certs trust {thumbprint(certificate)[:16]} "
            f"--certs {store.folder}"
        )
    if _revoked(certificate, issuer, store.revocations()):
        raise NotTrusted(f"{place}: the issuer has revoked this certificate: {_told(certificate)}. Have it replaced")


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
        certificate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
        return False
    return constraints.ca


def _revoked(
    certificate: x509.Certificate, issuer: x509.Certificate, lists: Sequence[x509.CertificateRevocationList]
) -> bool:
    key = issuer.public_key()
    return any(
        crl.issuer == issuer.subject
        and crl.is_signature_valid(key)  # type: ignore[arg-type]
        and crl.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
        for crl in lists
    )


def _is_this_machine(names: Sequence[str]) -> bool:
    """Whether a certificate is for this machine by any of its names, which its loopback address then stands for."""
    return bool({"localhost", "127.0.0.1", "::1", socket.gethostname().lower()} & set(names))


def _told(certificate: x509.Certificate) -> str:
    return f"{certificate.subject.rfc4514_string()[:120]}, SHA-256 {thumbprint(certificate)}"

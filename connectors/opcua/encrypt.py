"""Signing and encrypting a channel: which endpoint, whose certificate, and only then a key exchange.

Used by `connectors.opcua.session`. Endpoints are asked for over a plain channel, without an account (Part 4, 5.5.4);
what an attacker could change there is caught by trust in the certificate and by the list that the session repeats.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from asyncua import ua
from asyncua.client.client import Client
from asyncua.crypto import security_policies
from asyncua.crypto.uacrypto import CertProperties
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from connectors.opcua.certificates import CertificateStore, read_certificate, uris_of
from connectors.opcua.security import OpcUaSecurity
from connectors.opcua.trust import check_server
from plants.errors import InvalidInput, NotTrusted
from plants.model.connection import SecurityPolicy

POLICIES = {
    SecurityPolicy.BASIC256SHA256: security_policies.SecurityPolicyBasic256Sha256,
    SecurityPolicy.AES128_SHA256_RSA_OAEP: security_policies.SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicy.AES256_SHA256_RSA_PSS: security_policies.SecurityPolicyAes256Sha256RsaPss,
}


async def encrypt(client: Client, endpoint: str, security: OpcUaSecurity, now: datetime, request_wall_s: float) -> None:
    """Set up a client's channel: our certificate, the server's, and the policy.

    Raises:
        InvalidInput: we have no certificate of our own, or it names no application.
        NotTrusted: the server does not offer the policy, or its certificate is not accepted.
    """
    if security.certificates is None:
        raise InvalidInput("an encrypted channel needs a folder of certificates; set one and run 'jayul certs create'")
    store = CertificateStore(security.certificates)
    client.application_uri = application_uri(store)
    offered = await offered_endpoints(endpoint, request_wall_s)
    chosen = _choose(offered, endpoint, security.policy)
    certificate = leaf(chosen.ServerCertificate)
    check_server(
        certificate,
        store,
        endpoint=endpoint,
        application_uri=chosen.Server.ApplicationUri or "",
        now=now,
        pinned=security.server_thumbprint,
    )
    await client.set_security(
        POLICIES[security.policy],  # type: ignore[type-abstract]
        certificate=store.own_certificate,
        private_key=store.own_key,
        server_certificate=CertProperties(certificate.public_bytes(Encoding.DER), extension="der"),
        mode=ua.MessageSecurityMode.SignAndEncrypt,
    )


async def log_in(client: Client, security: OpcUaSecurity) -> None:
    """Give a client the account of the session.

    Raises:
        InvalidInput: the user's certificate or key cannot be read.
    """
    if security.user is not None:
        client.set_user(security.user)
        client.set_password(security.password.get_secret_value() if security.password else "")
    if security.user_certificate is not None and security.user_key is not None:
        try:
            client.user_certificate = read_certificate(security.user_certificate)
            client.user_private_key = load_pem_private_key(security.user_key.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as fault:
            raise InvalidInput(f"the key {security.user_key} or its certificate cannot be read: {fault}") from fault


async def offered_endpoints(endpoint: str, request_wall_s: float) -> list[ua.EndpointDescription]:
    """What a server offers, asked without any account."""
    asking = Client(endpoint, timeout=request_wall_s)
    async with asyncio.timeout(4 * request_wall_s):
        return list(await asking.connect_and_get_server_endpoints())


def leaf(data: bytes | None) -> x509.Certificate:
    """The first certificate of what a server sends; some send their issuers behind it.

    Raises:
        NotTrusted: it sends none, or nothing that is one.
    """
    data = data or b""
    length = int.from_bytes(data[2:4], "big") + 4
    try:
        return x509.load_der_x509_certificate(data[:length])
    except ValueError as fault:
        raise NotTrusted("the server shows no certificate that can be read; give it one") from fault


def told(endpoint: ua.EndpointDescription) -> str:
    """Policy and mode of an endpoint, for a person."""
    policy = (endpoint.SecurityPolicyUri or "").rpartition("#")[2] or "?"
    return policy if policy == SecurityPolicy.NONE else f"{policy}/{endpoint.SecurityMode.name}"


def application_uri(store: CertificateStore) -> str:
    """The application that our own certificate is for.

    Raises:
        InvalidInput: there is no certificate of ours, or it names no application.
    """
    uris = uris_of(store.own())
    if not uris:
        raise InvalidInput(
            f"{store.own_certificate} names no application URI; make another with 'jayul certs create --replace'"
        )
    return uris[0]


def _choose(offered: Sequence[ua.EndpointDescription], endpoint: str, policy: SecurityPolicy) -> ua.EndpointDescription:
    for one in offered:
        if one.SecurityPolicyUri == POLICIES[policy].URI and one.SecurityMode == ua.MessageSecurityMode.SignAndEncrypt:
            return one
    listed = ", ".join(sorted({told(one) for one in offered})) or "nothing"
    raise NotTrusted(
        f"{endpoint} does not offer {policy} with SignAndEncrypt (it offers {listed}); choose one of those in "
        "opcua.policy of the plant file, or switch it on at the server. A weaker one is never taken by itself"
    )

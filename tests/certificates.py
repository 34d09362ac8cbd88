"""Certificates for tests: expired, of another host, issued and revoked, made here and now."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

URI = "urn:test:server"


def new_key() -> rsa.RSAPrivateKey:
    """A key of the size that all policies take."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def make(
    key: rsa.RSAPrivateKey,
    *,
    host: str = "127.0.0.1",
    uri: str = URI,
    begins: timedelta = timedelta(days=-1),
    ends: timedelta = timedelta(days=30),
    issuer: tuple[x509.Certificate, rsa.RSAPrivateKey] | None = None,
    ca: bool = False,
) -> x509.Certificate:
    """A certificate, signed by itself or by an issuer."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer" if ca else "server")])
    now = datetime.now(UTC)
    try:
        place: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        place = x509.DNSName(host)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins)
        .not_valid_after(now + ends)
        .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri), place]), critical=False)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(issuer[1] if issuer else key, hashes.SHA256())
    )


def revoked(certificate: x509.Certificate, issuer: x509.Certificate, key: rsa.RSAPrivateKey) -> bytes:
    """A revocation list of that issuer with that certificate in it, in DER form."""
    now = datetime.now(UTC)
    entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(now).build()
    built = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now)
        .next_update(now + timedelta(days=1))
        .add_revoked_certificate(entry)
    )
    return built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def save(folder: Path, name: str, certificate: x509.Certificate, key: rsa.RSAPrivateKey | None = None) -> Path:
    """Write a certificate in DER form, and its key beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.der"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.DER))
    if key is not None:
        file.with_suffix(".pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    return file

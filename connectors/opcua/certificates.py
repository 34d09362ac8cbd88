"""A folder of certificates: our own, those trusted, and those that wait for the operator's consent.

    own/jayul.der, own/jayul.pem   what we show to servers (the key is readable by its owner only)
    trusted/*.der, *.pem, *.crl    servers, or issuers whose certificates are all accepted, and what issuers revoked
    waiting/*.der                  met once, trusted by nobody yet

Used by both sessions, the command line and the virtual plant. A key never leaves `own/` and is never shown.
"""

import ipaddress
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from plants.errors import InvalidInput, Refused, UnknownName
from plants.frozen import Frozen, WallTime

KEY_BITS = 2048
"""Size of our RSA key; each offered security policy takes 2048 to 4096 (Part 7, 6.6)."""
_SHORT = 16
"""Hexadecimal digits of a thumbprint that a person compares and types."""


class Standing(StrEnum):
    """Where a certificate stands with us."""

    OWN = "own"
    TRUSTED = "trusted"
    WAITING = "waiting"


class KnownCertificate(Frozen):
    """One certificate of the folder, as a person reads it."""

    thumbprint: str
    """SHA-256 of the whole certificate, hexadecimal."""
    subject: str
    """Whose it says it is."""
    application_uri: str
    """OPC UA application, empty when it names none."""
    hosts: tuple[str, ...]
    """Names and addresses that it is for."""
    not_before: WallTime
    """Not valid earlier."""
    not_after: WallTime
    """Not valid later."""
    standing: Standing
    """Own, trusted or waiting."""
    file: str
    """Where it lies, below the folder."""


class CertificateStore:
    """The certificates of one installation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.own_certificate = folder / "own" / "jayul.der"
        self.own_key = folder / "own" / "jayul.pem"

    def create(
        self, *, name: str = "Jayul", hosts: tuple[str, ...] = (), days: int = 1825, replace: bool = False
    ) -> KnownCertificate:
        """Make our own certificate, signed by itself, and its key.

        Raises:
            Refused: there is one already, and it is not to be replaced.
        """
        if self.own_certificate.exists() and not replace:
            raise Refused(
                f"{self.own_certificate} exists; servers that trust it would have to trust a new one. "
                "Give --replace to make a new one all the same"
            )
        key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
        made = _self_signed(key, name, hosts or (socket.gethostname(),), days)
        self.own_key.parent.mkdir(parents=True, exist_ok=True)
        _write_secret(
            self.own_key,
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )
        self.own_certificate.write_bytes(made.public_bytes(serialization.Encoding.DER))
        return self._known(made, Standing.OWN, self.own_certificate)

    def own(self) -> x509.Certificate:
        """Our own certificate.

        Raises:
            InvalidInput: there is none, or its key is missing.
        """
        if not self.own_certificate.exists() or not self.own_key.exists():
            raise InvalidInput(
                f"there is no certificate of ours in {self.folder}; make one with 'jayul certs create "
                f"--certs {self.folder}'"
            )
        return read_certificate(self.own_certificate)

    def all(self) -> tuple[KnownCertificate, ...]:
        """Every certificate of the folder: own, trusted, waiting."""
        own = [self.own_certificate] if self.own_certificate.exists() else []
        found = [
            (Standing.OWN, own),
            (Standing.TRUSTED, self._files("trusted")),
            (Standing.WAITING, self._files("waiting")),
        ]
        return tuple(self._known(read_certificate(file), standing, file) for standing, files in found for file in files)

    def trusted(self) -> list[x509.Certificate]:
        """Certificates of trusted servers and issuers."""
        return [read_certificate(file) for file in self._files("trusted")]

    def revocations(self) -> list[x509.CertificateRevocationList]:
        """Lists of what issuers have revoked.

        Raises:
            InvalidInput: a file is no such list.
        """
        return [_read_crl(file) for file in sorted(self.folder.glob("trusted/*.crl"))]

    def wait(self, certificate: x509.Certificate) -> None:
        """Keep a certificate that was met and is not trusted, for a person to judge."""
        self._put(certificate, "waiting")

    def trust(self, which: str) -> KnownCertificate:
        """Trust a waiting certificate, named by its thumbprint or the beginning of it, or one from a file.

        Raises:
            UnknownName: no waiting certificate begins like that, or several do.
            InvalidInput: the file holds no certificate.
        """
        path = Path(which)
        if path.is_file():
            return self._known(read_certificate(path), Standing.TRUSTED, self._put(read_certificate(path), "trusted"))
        file = self._named(which, "waiting")
        certificate = read_certificate(file)
        kept = self._put(certificate, "trusted")
        file.unlink()
        return self._known(certificate, Standing.TRUSTED, kept)

    def distrust(self, which: str) -> KnownCertificate:
        """Take trust back; the certificate waits again.

        Raises:
            UnknownName: no trusted certificate begins like that, or several do.
        """
        file = self._named(which, "trusted")
        certificate = read_certificate(file)
        kept = self._put(certificate, "waiting")
        file.unlink()
        return self._known(certificate, Standing.WAITING, kept)

    def _named(self, which: str, folder: str) -> Path:
        wanted = which.replace(":", "").replace(" ", "").lower()
        files = {thumbprint(read_certificate(file)): file for file in self._files(folder)}
        found = [file for print_, file in files.items() if wanted and print_.startswith(wanted)]
        if len(found) == 1:
            return found[0]
        listed = ", ".join(print_[:_SHORT] for print_ in files) or "none"
        what = "no" if not found else "more than one"
        raise UnknownName(
            f"{what} {folder} certificate begins with '{which}' ({folder}: {listed}), and no file is so named"
        )

    def _put(self, certificate: x509.Certificate, folder: str) -> Path:
        file = self.folder / folder / f"{thumbprint(certificate)[:_SHORT]}.der"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(certificate.public_bytes(serialization.Encoding.DER))
        return file

    def _files(self, folder: str) -> list[Path]:
        return sorted(file for file in (self.folder / folder).glob("*") if file.suffix in {".der", ".pem", ".crt"})

    def _known(self, certificate: x509.Certificate, standing: Standing, file: Path) -> KnownCertificate:
        return KnownCertificate(
            thumbprint=thumbprint(certificate),
            subject=certificate.subject.rfc4514_string()[:200],
            application_uri=next(iter(uris_of(certificate)), ""),
            hosts=tuple(hosts_of(certificate)),
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            standing=standing,
            file=str(file.relative_to(self.folder)) if file.is_relative_to(self.folder) else str(file),
        )


def thumbprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def uris_of(certificate: x509.Certificate) -> list[str]:
    """Application URIs that a certificate is for (Part 6, 6.2.2)."""
    names = _alternative_names(certificate)
    return [] if names is None else names.get_values_for_type(x509.UniformResourceIdentifier)


def hosts_of(certificate: x509.Certificate) -> Iterator[str]:
    """Host names and addresses that a certificate is for, in lower case."""
    names = _alternative_names(certificate)
    if names is not None:
        yield from (host.lower() for host in names.get_values_for_type(x509.DNSName))
        yield from (str(address) for address in names.get_values_for_type(x509.IPAddress))


def read_certificate(file: Path) -> x509.Certificate:
    """A certificate from a DER or PEM file.

    Raises:
        InvalidInput: the file holds none.
    """
    data = file.read_bytes()
    try:
        if data.lstrip().startswith(b"-----"):
            return x509.load_pem_x509_certificate(data)
        return x509.load_der_x509_certificate(data)
    except ValueError as fault:
        raise InvalidInput(f"{file} holds no certificate ({fault}); give one in DER or PEM form") from fault


def _read_crl(file: Path) -> x509.CertificateRevocationList:
    data = file.read_bytes()
    try:
        if data.lstrip().startswith(b"-----"):
            return x509.load_pem_x509_crl(data)
        return x509.load_der_x509_crl(data)
    except ValueError as fault:
        raise InvalidInput(f"{file} is no revocation list ({fault}); give one in DER or PEM form") from fault


def _alternative_names(certificate: x509.Certificate) -> x509.SubjectAlternativeName | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def _self_signed(key: rsa.RSAPrivateKey, name: str, hosts: tuple[str, ...], days: int) -> x509.Certificate:
    """An application instance certificate (Part 6, 6.2.2)."""
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Jayul")]
    )
    uri = f"urn:{hosts[0]}:{name.lower().replace(' ', '-')}"
    alternative: list[x509.GeneralName] = [x509.UniformResourceIdentifier(uri), *(_general_name(h) for h in hosts)]
    begins = datetime.now(UTC) - timedelta(minutes=5)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=True,
        data_encipherment=True,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName(alternative), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .sign(key, hashes.SHA256())
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _write_secret(file: Path, data: bytes) -> None:
    """Readable by its owner only, from the first byte on."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)

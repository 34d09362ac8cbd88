"""The ledger's key: an Ed25519 key pair (RFC 8032) that signs the head of the audit chain.

Made on first start; the private key lies beside the ledger, readable by its owner only, the public key beside it for
everybody. Who owns the machine owns the key: what the signature proves, it proves to whoever kept the public key and an
exported head elsewhere.
"""

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from ledger.errors import RecordUnavailable

MEANING = b"jayul-audit-head-v1\n"
"""Stands before whatever is signed, so that a signature means nothing else."""


class Key:
    """A key pair in two files, `<name>.key` and `<name>.pub`."""

    def __init__(self, private: Ed25519PrivateKey, *, made_now: bool) -> None:
        self._private = private
        self._public = private.public_key()
        self._good = ("", "")
        self.made_now = made_now
        """Whether there was none before."""

    @classmethod
    def beside(cls, path: Path) -> "Key":
        """The key beside a ledger's file; made when there is none yet.

        Raises:
            RecordUnavailable: it cannot be read, or is no Ed25519 key.
        """
        private_file = path.with_suffix(".key")
        try:
            handle = os.open(private_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(_read(private_file), made_now=False)
        made = Ed25519PrivateKey.generate()
        with os.fdopen(handle, "wb") as file:
            file.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
        key = cls(made, made_now=True)
        path.with_suffix(".pub").write_text(key.public_pem, encoding="ascii")
        return key

    @property
    def public_pem(self) -> str:
        """The public key, to keep elsewhere."""
        pem = self._public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return pem.decode("ascii")

    def sign(self, text: str) -> str:
        """Signature over a text, hex."""
        signature = self._private.sign(MEANING + text.encode()).hex()
        self._good = (text, signature)
        return signature

    def signed(self, text: str, signature: str) -> bool:
        """Whether this key has signed a text; what it signed or found good last is not worked out again."""
        if (text, signature) != self._good:
            if not verified(self._public, text, signature):
                return False
            self._good = (text, signature)
        return True


def public_key(pem: str) -> Ed25519PublicKey:
    """A public key as it was exported.

    Raises:
        ValueError: it is no Ed25519 key in PEM.
    """
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("it is no Ed25519 public key")
    return key


def verified(key: Ed25519PublicKey, text: str, signature: str) -> bool:
    """Whether a signature over a text was made with the private half of a key."""
    try:
        key.verify(bytes.fromhex(signature), MEANING + text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise RecordUnavailable(
            f"The ledger's key {path.name} cannot be read ({error}). Put it back from a copy; without it the end of "
            "the audit chain cannot be told from a forged one."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise RecordUnavailable(f"{path.name} holds no Ed25519 key; put the ledger's own back from a copy.")
    return key

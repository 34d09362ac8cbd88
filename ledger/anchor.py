"""The anchor: a small file outside the database that names the end of the audit chain, signed with the ledger's key.

Written whole (new file, then renamed) after each commit. It never goes back and never leaves a chain that it does not
belong to: what speaks of a cut chain is not overwritten. After a crash it may lag behind by the last transaction.
A site that wants more copies this file to another machine, with the public key.
"""

import os
import threading
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from ledger.keys import Key
from plants.frozen import Frozen, Sha256, canonical_json


class Mark(Frozen):
    """A place in the chain."""

    seq: int
    """Number of the row; 0 before the first."""
    hash: Sha256
    """Its hash."""

    @property
    def text(self) -> str:
        """What is signed."""
        return canonical_json({"seq": self.seq, "hash": self.hash})


class SignedMark(Mark):
    """A place in the chain, signed."""

    signature: Annotated[str, Field(max_length=200)] = ""
    """Ed25519 signature over its text, hex; empty in a file of an earlier version."""


class Anchor:
    """The file that holds the mark."""

    def __init__(self, path: Path, key: Key) -> None:
        self._path = path
        self._key = key

    @property
    def exists(self) -> bool:
        """Whether there is a file, readable or not."""
        return self._path.exists()

    def read(self) -> Mark | None:
        """The mark, or None when it is missing, cannot be read, or was not signed with the ledger's key."""
        found = self._stored()
        if found is None or not self._key.signed(found.text, found.signature):
            return None
        return Mark(seq=found.seq, hash=found.hash)

    def unsigned(self) -> Mark | None:
        """The mark of a file that an earlier version has written, without a signature."""
        found = self._stored()
        return None if found is None or found.signature else Mark(seq=found.seq, hash=found.hash)

    def write(self, mark: Mark) -> None:
        """Replace the mark: afterwards the file holds either the old one or the new one.

        Raises:
            OSError: it could not be written; the old mark stands.
        """
        signed = SignedMark(seq=mark.seq, hash=mark.hash, signature=self._key.sign(mark.text))
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}-{threading.get_native_id()}.new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(signed.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)

    def _stored(self) -> SignedMark | None:
        try:
            return SignedMark.model_validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return None

"""The anchor: a small file outside the database that names the end of the audit chain.

Written whole (new file, then renamed) after each commit. It never goes back and never leaves a chain that it does not
belong to: what speaks of a cut chain is not overwritten. After a crash it may lag behind by the last transaction.
A site that wants more copies this file to another machine.
"""

import os
from pathlib import Path

from pydantic import ValidationError

from plants.frozen import Frozen, Sha256


class Mark(Frozen):
    """A place in the chain."""

    seq: int
    """Number of the row; 0 before the first."""
    hash: Sha256
    """Its hash."""


class Anchor:
    """The file that holds the mark."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def exists(self) -> bool:
        """Whether there is a file, readable or not."""
        return self._path.exists()

    def read(self) -> Mark | None:
        """The mark, or None when it is missing or cannot be read."""
        try:
            return Mark.model_validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return None

    def write(self, mark: Mark) -> None:
        """Replace the mark: afterwards the file holds either the old one or the new one.

        Raises:
            OSError: it could not be written; the old mark stands.
        """
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(mark.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)

"""The API token: made at first start, kept in the data folder, readable by its owner only."""

import os
import secrets
from pathlib import Path

from plants.errors import UnknownName

FILE = "token"


def ensure_token(directory: Path) -> str:
    """The token of a data folder; made when there is none yet."""
    path = directory / FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_token(directory)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32))
    return read_token(directory)


def read_token(directory: Path) -> str:
    """The token of a data folder.

    Raises:
        UnknownName: there is none, so no service has run there.
    """
    try:
        return (directory / FILE).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise UnknownName(f"No service has run in {directory}; give its folder with --data.") from None

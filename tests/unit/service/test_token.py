"""The API token."""

import stat
from pathlib import Path

import pytest

from plants.errors import UnknownName
from service.token import ensure_token, read_token


def test_a_token_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    """The second start finds the same token; the file has mode 0600."""
    first = ensure_token(tmp_path)

    assert ensure_token(tmp_path) == first == read_token(tmp_path)
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600


def test_a_folder_without_a_service_is_named(tmp_path: Path) -> None:
    """The message says which folder was looked at."""
    with pytest.raises(UnknownName, match="No service has run in"):
        read_token(tmp_path)

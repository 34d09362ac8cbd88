"""The accounts file: tokens and passphrases that are not stored, roles, and bounded tries."""

import stat
from pathlib import Path

import pytest

from plants.errors import InvalidInput, Refused, UnknownName
from service.accounts import (
    FILE,
    TRIES,
    WAIT_WALL_S,
    Accounts,
    Role,
    add_account,
    read_accounts,
    remove_account,
    set_passphrase,
)
from tests.ledger_ports import FakeClock

WORDS = "correct horse battery"


@pytest.fixture
def accounts(tmp_path: Path, clock: FakeClock) -> Accounts:
    """The accounts of a folder that belongs to 'operator'."""
    return Accounts(tmp_path, "operator", "the-folders-token", clock)


@pytest.fixture
def clock() -> FakeClock:
    """A clock that moves when told to."""
    return FakeClock()


def test_neither_token_nor_passphrase_is_stored(tmp_path: Path, accounts: Accounts) -> None:
    """And the file is its owner's."""
    token = add_account(tmp_path, "kim", Role.OPERATOR)
    set_passphrase(tmp_path, "kim", WORDS, "operator")

    stored = (tmp_path / FILE).read_text()
    kim = accounts.by_token(token)

    assert token not in stored
    assert WORDS not in stored
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert kim is not None
    assert (kim.name, kim.role) == ("kim", Role.OPERATOR)


def test_the_folders_token_is_a_leads(tmp_path: Path, accounts: Accounts) -> None:
    """With or without an entry in the file; every other token is nobody's."""
    bare = accounts.by_token("the-folders-token")
    set_passphrase(tmp_path, "operator", WORDS, "operator")
    entered = accounts.by_token("the-folders-token")

    assert bare is not None
    assert entered is not None
    assert (bare.name, bare.role, entered.role) == ("operator", Role.LEAD, Role.LEAD)
    assert accounts.by_token("another") is None
    assert accounts.by_token("") is None


def test_a_new_token_replaces_the_old_one_and_keeps_the_passphrase(tmp_path: Path, accounts: Accounts) -> None:
    """A role changes with it, at once."""
    old = add_account(tmp_path, "kim", Role.OPERATOR)
    set_passphrase(tmp_path, "kim", WORDS, "operator")
    new = add_account(tmp_path, "kim", Role.LEAD)

    kim = accounts.by_token(new)

    assert accounts.by_token(old) is None
    assert kim is not None
    assert kim.role is Role.LEAD
    accounts.prove(kim, WORDS)


def test_wrong_passphrases_are_bounded(tmp_path: Path, accounts: Accounts, clock: FakeClock) -> None:
    """After five, the right one has to wait, too."""
    kim = accounts.by_token(add_account(tmp_path, "kim", Role.OPERATOR))
    assert kim is not None
    with pytest.raises(Refused, match="kim has no passphrase"):
        accounts.prove(kim, WORDS)
    set_passphrase(tmp_path, "kim", WORDS, "operator")

    for _ in range(TRIES):
        with pytest.raises(Refused, match="not right"):
            accounts.prove(kim, "wrong")
    with pytest.raises(Refused, match="Too many"):
        accounts.prove(kim, WORDS)
    clock.move(WAIT_WALL_S)
    accounts.prove(kim, WORDS)


def test_what_cannot_be_an_account_is_told(tmp_path: Path) -> None:
    """Names of agents, unprintable names, short passphrases, people who are not there, a damaged file."""
    with pytest.raises(InvalidInput, match="belong to agents"):
        add_account(tmp_path, " Agent:solver", Role.LEAD)
    with pytest.raises(InvalidInput, match="printable"):
        add_account(tmp_path, "a\nb", Role.LEAD)
    with pytest.raises(InvalidInput, match="at least 12"):
        set_passphrase(tmp_path, "operator", "short", "operator")
    with pytest.raises(UnknownName, match="no account 'kim'"):
        set_passphrase(tmp_path, "kim", WORDS, "operator")
    with pytest.raises(UnknownName, match="no account 'kim'"):
        remove_account(tmp_path, "kim")
    (tmp_path / FILE).write_text("[{}]")
    with pytest.raises(InvalidInput, match="is damaged"):
        read_accounts(tmp_path)

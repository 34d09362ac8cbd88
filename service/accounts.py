"""People who may use the service: a file of accounts in the data folder, each with a role, a token and a passphrase.

The token opens the API, the passphrase proves anew who somebody is before a change of high risk or in an emergency.
Neither is stored: the file (mode 600) holds SHA-256 of the token, which is random, and scrypt (RFC 7914) of the
passphrase. The file is read anew whenever it changes, so that a role taken away is gone at once.
"""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from plants.errors import InvalidInput, Refused, UnknownName
from plants.frozen import Frozen, Person
from plants.ports.clock import Clock

FILE = "accounts.json"
_ORDER = ("viewer", "operator", "lead")
SHORTEST_PASSPHRASE = 12
TRIES = 5
"""Wrong passphrases in a row after which an account waits."""
WAIT_WALL_S = 60.0


class Role(StrEnum):
    """What somebody may do; each may do what those before may."""

    VIEWER = "viewer"
    """Look."""
    OPERATOR = "operator"
    """Decide on proposals, hold, take on work, resolve."""
    LEAD = "lead"
    """Release holds, set autonomy, approve in an emergency, review."""

    def at_least(self, other: "Role") -> bool:
        """Whether this role may do what that one may."""
        return _ORDER.index(self) >= _ORDER.index(other)


class Account(Frozen):
    """One person."""

    name: Person
    """As it stands in the record."""
    role: Role
    """What that person may do."""
    token_sha256: Annotated[str, Field(max_length=64)] = ""
    """SHA-256 of the token, hex; empty for an account without one."""
    salt: Annotated[str, Field(max_length=64)] = ""
    """Salt of the passphrase, hex."""
    passphrase_scrypt: Annotated[str, Field(max_length=128)] = ""
    """scrypt of the passphrase, hex; empty when none was set."""


_FILE: TypeAdapter[tuple[Account, ...]] = TypeAdapter(tuple[Account, ...])


@dataclass
class Accounts:
    """The accounts of a data folder."""

    directory: Path
    owner: str
    """Whose the folder's own token is: a lead, also without an entry in the file."""
    owner_token: str
    clock: Clock
    _seen: tuple[int, tuple[Account, ...]] | None = None
    _wrong: dict[str, tuple[int, float]] = field(default_factory=dict)

    def by_token(self, token: str) -> Account | None:
        """Whose token it is; every one is compared, in constant time each."""
        given, found = hashlib.sha256(token.encode()).hexdigest(), None
        if hmac.compare_digest(token.encode(), self.owner_token.encode()):
            found = self._named(self.owner) or Account(name=self.owner, role=Role.LEAD)
            found = found.model_copy(update={"role": Role.LEAD})
        for account in self._all():
            if account.token_sha256 and hmac.compare_digest(given, account.token_sha256):
                found = account
        return found

    def prove(self, account: Account, passphrase: str) -> None:
        """Make sure that it is really that person.

        Raises:
            Refused: no passphrase is set, it is wrong, or too many were.
        """
        known, now = self._named(account.name), self.clock.monotonic()
        tries, since = self._wrong.get(account.name, (0, now))
        if tries >= TRIES and now - since < WAIT_WALL_S:
            raise Refused(f"Too many wrong passphrases for {account.name}; wait a minute.")
        if known is None or not known.passphrase_scrypt:
            raise Refused(f"{account.name} has no passphrase; set one: jayul accounts passphrase {account.name}")
        if not hmac.compare_digest(_scrypt(passphrase, known.salt), known.passphrase_scrypt):
            self._wrong[account.name] = (tries + 1 if now - since < WAIT_WALL_S else 1, now)
            raise Refused("The passphrase is not right.")
        self._wrong.pop(account.name, None)

    def _named(self, name: str) -> Account | None:
        return next((account for account in self._all() if account.name == name), None)

    def _all(self) -> tuple[Account, ...]:
        path = self.directory / FILE
        try:
            changed = path.stat().st_mtime_ns
        except FileNotFoundError:
            return ()
        if self._seen is None or self._seen[0] != changed:
            self._seen = (changed, read_accounts(self.directory))
        return self._seen[1]


def read_accounts(directory: Path) -> tuple[Account, ...]:
    """The accounts in a data folder's file.

    Raises:
        InvalidInput: the file is damaged.
    """
    try:
        return _FILE.validate_json((directory / FILE).read_bytes())
    except FileNotFoundError:
        return ()
    except ValidationError as error:
        raise InvalidInput(f"{directory / FILE} is damaged: put it back from a copy, or add people anew.") from error


def add_account(directory: Path, name: str, role: Role) -> str:
    """Add a person, or give one a new role and token; the token, which is not stored.

    Raises:
        InvalidInput: the name has no 1 to 80 printable characters, or is one of an agent.
    """
    if name.strip().casefold().startswith("agent:"):
        raise InvalidInput("Names that begin with 'agent:' belong to agents; choose another.")
    token = secrets.token_urlsafe(32)
    others = [account for account in read_accounts(directory) if account.name.casefold() != name.strip().casefold()]
    known = next((a for a in read_accounts(directory) if a.name == name), None)
    digest = hashlib.sha256(token.encode()).hexdigest()
    try:
        made = Account(name=name.strip(), role=role, token_sha256=digest)
    except ValidationError as error:
        raise InvalidInput("A name has 1 to 80 printable characters.") from error
    if known is not None:
        made = known.model_copy(update={"role": role, "token_sha256": digest})
    _write(directory, [*others, made])
    return token


def set_passphrase(directory: Path, name: str, passphrase: str, owner: str) -> None:
    """Set a person's passphrase.

    Raises:
        InvalidInput: it is too short.
        UnknownName: there is no such account.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise InvalidInput(f"A passphrase has at least {SHORTEST_PASSPHRASE} characters.")
    accounts = read_accounts(directory)
    known = next((account for account in accounts if account.name == name), None)
    if known is None and name != owner:
        raise UnknownName(f"There is no account '{name}'; add it: jayul accounts add {name}")
    known = known or Account(name=name, role=Role.LEAD)
    salt = secrets.token_hex(16)
    made = known.model_copy(update={"salt": salt, "passphrase_scrypt": _scrypt(passphrase, salt)})
    _write(directory, [*(account for account in accounts if account.name != name), made])


def remove_account(directory: Path, name: str) -> None:
    """Take a person's account away, at once.

    Raises:
        UnknownName: there is no such account.
    """
    accounts = read_accounts(directory)
    if name not in {account.name for account in accounts}:
        raise UnknownName(f"There is no account '{name}'.")
    _write(directory, [account for account in accounts if account.name != name])


def _write(directory: Path, accounts: list[Account]) -> None:
    """Replace the file whole, readable by its owner only."""
    fresh = directory / f"{FILE}.new"
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(_FILE.dump_json(tuple(sorted(accounts, key=lambda account: account.name)), indent=2))
    fresh.replace(directory / FILE)


def _scrypt(passphrase: str, salt: str) -> str:
    """Derive with scrypt, N = 2^14, r = 8, p = 1: some 50 ms and 16 MiB a try."""
    return hashlib.scrypt(passphrase.encode(), salt=bytes.fromhex(salt), n=2**14, r=8, p=1).hex()

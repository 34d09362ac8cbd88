"""Who may do what on the virtual plant's server: roles with rights per node, judged for each request.

Anonymous clients may read. Every other account has a password or a certificate, and the tags that it may write.
"""

from fnmatch import fnmatchcase
from hmac import compare_digest
from pathlib import Path
from typing import Annotated, Any

import yaml
from asyncua.crypto.permission_rules import USER_TYPES, SimpleRoleRuleset, User, UserRole
from asyncua.server.user_managers import UserManager
from asyncua.ua.uatypes import Int32, NodeId
from cryptography import x509
from pydantic import Field, SecretStr, ValidationError

from connectors.opcua.certificates import thumbprint
from plants.errors import InvalidInput
from plants.frozen import Frozen, Sha256

PRACTICE_PASSWORD = SecretStr("practice")
"""Default password of all accounts: known to all, for a server that listens on this machine only."""

UserName = Annotated[str, Field(min_length=1, max_length=60)]
TagPattern = Annotated[str, Field(min_length=1, max_length=160)]


class Account(Frozen):
    """One account of the server."""

    name: UserName
    """User name."""
    password: SecretStr | None = None
    """Its password; None: it does not log in by name."""
    certificate: Sha256 | None = None
    """SHA-256 of its X.509 certificate; None: it does not log in by certificate."""
    writes: Annotated[tuple[TagPattern, ...], Field(max_length=100)] = ()
    """Tags it may write, as patterns of aliases: `*`, `labeller.*`, `line.order_sequence`."""
    trains: bool = False
    """Whether it may call faults through the control node."""


class Accounts(Frozen):
    """The accounts of the server."""

    accounts: Annotated[tuple[Account, ...], Field(max_length=100)] = (
        Account(name="reader", password=PRACTICE_PASSWORD),
        Account(name="writer", password=PRACTICE_PASSWORD, writes=("*",)),
        Account(name="scheduler", password=PRACTICE_PASSWORD, writes=("line.order_sequence",)),
        Account(name="trainer", password=PRACTICE_PASSWORD, trains=True),
    )
    """A reader, a writer of everything, one who may only sequence orders, and one who calls faults."""

    def may_write(self, user: User | None, alias: str) -> bool:
        """Whether that session may write that tag."""
        account = self._of(user)
        return account is not None and any(fnmatchcase(alias, pattern) for pattern in account.writes)

    def may_train(self, user: User | None) -> bool:
        """Whether that session may call faults."""
        account = self._of(user)
        return account is not None and account.trains

    def _of(self, user: User | None) -> Account | None:
        if user is None or user.role is not UserRole.User:
            return None
        return next((account for account in self.accounts if account.name == user.name), None)


class PlantUsers(UserManager):
    """Lets the accounts and anonymous clients in; nobody becomes an administrator over the network."""

    def __init__(self, accounts: Accounts, trusted: frozenset[str] = frozenset()) -> None:
        """`trusted` are thumbprints of client applications, whose certificate is not that of a user."""
        self._accounts = accounts.accounts
        self._trusted = trusted

    def get_user(
        self,
        iserver: Any,  # noqa: ANN401, ARG002 - the library's signature
        username: str | None = None,
        password: str | None = None,
        certificate: bytes | None = None,
    ) -> User | None:
        """The session's user, or None to refuse it.

        Without a user name the certificate is that of a user who logs in by it, or of an anonymous client's channel.
        """
        if username is not None:
            return self._by_password(username, password or "")
        print_ = thumbprint(x509.load_der_x509_certificate(certificate)) if certificate else None
        for account in self._accounts:
            if print_ is not None and account.certificate == print_:
                return User(role=UserRole.User, name=account.name)
        if print_ is not None and print_ not in self._trusted:
            return None
        return User(role=UserRole.Anonymous, name="anonymous")

    def _by_password(self, username: str, password: str) -> User | None:
        account = next((a for a in self._accounts if a.name == username and a.password is not None), None)
        if account is None or account.password is None:
            return None
        if not compare_digest(account.password.get_secret_value().encode(), password.encode()):
            return None
        return User(role=UserRole.User, name=username)


class OpenForReading(SimpleRoleRuleset):
    """Services of ordinary clients for everyone; what may be written is decided per node in `virtual.attributes`."""

    def __init__(self) -> None:
        self._services = frozenset(NodeId(Int32(number)) for number in USER_TYPES)

    def check_validity(self, user: User, action_type: Any, body: Any) -> bool:  # noqa: ANN401, ARG002 - as above
        """Whether the service may be called."""
        return action_type in self._services


def load_accounts(file: Path | None) -> Accounts:
    """Accounts from a YAML or JSON file with one list, `accounts`; the practice accounts without a file.

    Raises:
        InvalidInput: the file is not there or holds no accounts; each problem is named with its place, no password is.
    """
    if file is None:
        return Accounts()
    try:
        return Accounts.model_validate(yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    except OSError as fault:
        raise InvalidInput(f"no accounts in '{file}': {fault.strerror}") from fault
    except yaml.YAMLError as fault:
        raise InvalidInput(f"{file} is not YAML: {fault}") from fault
    except ValidationError as fault:
        places = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'top'}: {e['msg']}" for e in fault.errors())
        raise InvalidInput(f"{file} holds no accounts: {places}") from None

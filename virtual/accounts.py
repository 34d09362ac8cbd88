"""Who may do what on the virtual plant's server: everyone may read, one account may write."""

from hmac import compare_digest
from typing import Annotated, Any

from asyncua.crypto.permission_rules import USER_TYPES, SimpleRoleRuleset, User, UserRole
from asyncua.server.user_managers import UserManager
from asyncua.ua.uatypes import Int32, NodeId
from pydantic import Field, SecretStr

from plants.frozen import Frozen

PRACTICE_PASSWORD = SecretStr("practice")
"""Default password of both accounts: known to all, for a server that listens on this machine only."""

UserName = Annotated[str, Field(min_length=1, max_length=60)]


class Accounts(Frozen):
    """The two accounts of the server. Anonymous clients may read."""

    reader: UserName = "reader"
    """May read."""
    reader_password: SecretStr = PRACTICE_PASSWORD
    """Its password."""
    writer: UserName = "writer"
    """May read, and write the tags that are setpoints."""
    writer_password: SecretStr = PRACTICE_PASSWORD
    """Its password."""

    def may_write(self, user: User | None) -> bool:
        """Whether that session belongs to the writer."""
        return user is not None and user.role is UserRole.User and user.name == self.writer


class PlantUsers(UserManager):
    """Lets the two accounts and anonymous clients in; nobody becomes an administrator over the network."""

    def __init__(self, accounts: Accounts) -> None:
        self._passwords = {
            accounts.reader: accounts.reader_password,
            accounts.writer: accounts.writer_password,
        }

    def get_user(
        self,
        iserver: Any,  # noqa: ANN401, ARG002 - the library's signature
        username: str | None = None,
        password: str | None = None,
        certificate: Any = None,  # noqa: ANN401, ARG002 - the library's signature
    ) -> User | None:
        """The session's user, or None to refuse it."""
        if username is None:
            return User(role=UserRole.Anonymous, name="anonymous")
        known = self._passwords.get(username)
        if known is None or not compare_digest(known.get_secret_value().encode(), (password or "").encode()):
            return None
        return User(role=UserRole.User, name=username)


class OpenForReading(SimpleRoleRuleset):
    """Services of ordinary clients for everyone; what may be written is decided per node in `virtual.attributes`."""

    def __init__(self) -> None:
        self._services = frozenset(NodeId(Int32(number)) for number in USER_TYPES)

    def check_validity(self, user: User, action_type: Any, body: Any) -> bool:  # noqa: ANN401, ARG002 - as above
        """Whether the service may be called."""
        return action_type in self._services

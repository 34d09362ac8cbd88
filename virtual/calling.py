"""Who calls a method: the library's method service does not tell, so each session says it while it calls.

Used by `virtual.server`; methods ask `caller()`.
"""

from contextvars import ContextVar

from asyncua import ua
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.internal_server import InternalServer
from asyncua.server.internal_session import InternalSession

_ANONYMOUS = User(role=UserRole.Anonymous)
_CALLER: ContextVar[User] = ContextVar("caller", default=_ANONYMOUS)


def caller() -> User:
    """The user of the session whose call is being answered."""
    return _CALLER.get()


class NamedSession(InternalSession):
    """A session that says whose it is while it calls methods."""

    async def call(self, params: list[ua.CallMethodRequest]) -> list[ua.CallMethodResult]:
        """Call methods."""
        token = _CALLER.set(self.user)
        try:
            return await super().call(params)
        finally:
            _CALLER.reset(token)


class NamingServer(InternalServer):
    """Makes such sessions."""

    def create_session(self, name: str, user: User = _ANONYMOUS, external: bool = False) -> NamedSession:
        """A session of a client, or one of the server's own."""
        return NamedSession(self, self.aspace, self.subscription_service, name, user=user, external=external)

"""Who calls: the account behind a request's token, and what its role allows."""

from collections.abc import Callable

from fastapi import Request

from plants.errors import Refused
from service.accounts import Account, Accounts, Role


class Unauthorised(Refused):
    """No token, or not one that is known."""

    code = "unauthorised"
    http_status = 401


class Forbidden(Refused):
    """The role does not allow it."""

    code = "forbidden"
    http_status = 403


def authorised(accounts: Accounts) -> Callable[[Request], None]:
    """A dependency that lets known people in and remembers who it is."""

    def check(request: Request) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        account = accounts.by_token(given.strip()) if scheme.lower() == "bearer" else None
        if account is None:
            raise Unauthorised(
                "Send the header 'Authorization: Bearer <token>'; the token lies in the service's data folder, or is "
                "the one that `jayul accounts add` has shown."
            )
        request.state.account = account

    return check


def needs(role: Role) -> Callable[[Request], Account]:
    """A dependency that gives the caller's account, when its role is enough."""

    def caller(request: Request) -> Account:
        account: Account = request.state.account
        if not account.role.at_least(role):
            raise Forbidden(f"This asks for the role '{role}'; {account.name} is {account.role}.")
        return account

    return caller

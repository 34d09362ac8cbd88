"""Port: writing. Only `ledger.executor` and the composition root may import this module.

import-linter forbids it to twin, planning and agents.
"""

from typing import Protocol

from plants.flow.sample import Sample, Value


class Actuator(Protocol):
    """A writing session of its own, without automatic reconnect."""

    async def open(self) -> None:
        """Connect, and resolve the writable tags.

        Raises:
            LinkDown: no connection.
            TagMissing: a writable tag is not there, has another type, or may not be written by this account.
        """
        ...

    async def read(self, aliases: tuple[str, ...]) -> tuple[Sample, ...]:
        """Present values, fresh from the server and in the order asked for.

        Raises:
            LinkDown: no connection, or no answer within the deadline.
        """
        ...

    async def write(self, alias: str, value: Value) -> str:
        """Send one value once and return the server's status name. `Good` means only that the server took it.

        Raises:
            NotSent: the request surely did not leave, or the server refused it.
            WriteOutcomeUnknown: it left and no answer came. Read back; never send again.
        """
        ...

    async def close(self) -> None:
        """End the session. May be called twice."""
        ...

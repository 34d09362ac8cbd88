"""The writing end of a recording: there is none, and it says so."""

from plants.errors import LinkDown, NotSent
from plants.flow.sample import Sample, Value


class ReplayActuator:
    """An `Actuator` that never opens."""

    async def open(self) -> None:
        """Refuse.

        Raises:
            LinkDown: always.
        """
        raise LinkDown("a recording takes no setpoints; nothing can be written while it is replayed")

    async def read(self, aliases: tuple[str, ...]) -> tuple[Sample, ...]:
        """Refuse.

        Raises:
            LinkDown: always.
        """
        raise LinkDown(f"a recording has no present value of {', '.join(aliases)}; see the source")

    async def write(self, alias: str, value: Value) -> str:
        """Refuse.

        Raises:
            NotSent: always.
        """
        raise NotSent(f"{alias} = {value!r}: a recording takes no setpoints; nothing was sent")

    async def close(self) -> None:
        """Nothing is open."""

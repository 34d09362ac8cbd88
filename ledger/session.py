"""The executor's session with the equipment: opened on purpose, closed at the first doubt, never reconnected by itself.

Wraps the `Actuator` port. Reading may open it anew; writing goes only through the session that was opened for it.
"""

from collections.abc import Iterable

from ledger.plans import aliases_to_read
from plants.errors import JayulError, LinkDown, LinkError, NotSent, WriteOutcomeUnknown
from plants.flow.sample import Sample, Value
from plants.model.plant import Plant
from plants.ports.actuator import Actuator


class Session:
    """At most one open session."""

    def __init__(self, actuator: Actuator, plant: Plant) -> None:
        self._actuator = actuator
        self._plant = plant
        self._open = False

    async def fresh(self) -> None:
        """End what was open and open anew, so that nothing queued earlier can still leave.

        Raises:
            LinkError: no connection, or a tag is missing.
        """
        await self.close()
        await self.ensure()

    async def ensure(self) -> None:
        """Open it unless it is open.

        Raises:
            LinkError: no connection, or a tag is missing.
        """
        if self._open:
            return
        try:
            await self._actuator.open()
        except JayulError as error:
            raise _as_link_error(error) from error
        self._open = True

    async def read(self, aliases: tuple[str, ...], also: Iterable[str] = ()) -> dict[str, Sample]:
        """Present values of some tags and of all that matters to them (modes, selector, actual values, plant time).

        Args:
            aliases: the tags.
            also: others to be read with them.

        Raises:
            LinkError: they cannot be read now.
        """
        wanted = tuple(dict.fromkeys((*aliases_to_read(self._plant, aliases), *also)))
        await self.ensure()
        try:
            samples = await self._actuator.read(wanted)
        except JayulError as error:
            await self.close()
            raise _as_link_error(error) from error
        return {sample.alias: sample for sample in samples}

    async def write(self, alias: str, value: Value) -> tuple[bool, str]:
        """Send one value once.

        Returns:
            whether it may have left, and what is known in a word or a sentence.
        """
        if not self._open:
            return False, "the session was lost before the write"
        try:
            return True, await self._actuator.write(alias, value)
        except NotSent as error:
            return False, error.message
        except (WriteOutcomeUnknown, LinkDown) as error:
            await self.close()
            return True, error.message

    async def close(self) -> None:
        """End the session. May be called twice."""
        if self._open:
            self._open = False
            await self._actuator.close()


def _as_link_error(error: JayulError) -> LinkError:
    return error if isinstance(error, LinkError) else LinkDown(error.message)

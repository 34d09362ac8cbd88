"""A source and an actuator that show derived tags as if the equipment had them.

They stand around any other source and actuator. The actuator writes nothing of its own: a derived tag is no setpoint.
"""

from connectors.deriving.derivation import Derivation
from plants.flow.sample import Sample, Value
from plants.ports.actuator import Actuator
from plants.ports.clock import Clock
from plants.ports.sample_source import LinkState, SampleSource


class DerivingSource:
    """A `SampleSource` with derived tags; while the link is away it says nothing, like the one within."""

    def __init__(self, source: SampleSource, derivation: Derivation, clock: Clock) -> None:
        self._source = source
        self._derivation = derivation
        self._clock = clock

    @property
    def link(self) -> LinkState:
        """Whether the link stands."""
        return self._source.link

    @property
    def dropped(self) -> int:
        """Samples lost because nobody fetched them in time."""
        return self._source.dropped

    async def open(self) -> None:
        """Connect, as the source within does."""
        await self._source.open()

    async def poll(self) -> tuple[Sample, ...]:
        """All samples since the last call, and what follows from them."""
        samples = await self._source.poll()
        if self._source.link is not LinkState.CONNECTED and not samples:
            return ()
        return self._derivation.derive(samples, self._clock.now())

    async def close(self) -> None:
        """End the session. May be called twice."""
        await self._source.close()


class DerivingActuator:
    """An `Actuator` that also reads derived tags."""

    def __init__(self, actuator: Actuator, derivation: Derivation, clock: Clock) -> None:
        self._actuator = actuator
        self._derivation = derivation
        self._clock = clock

    async def open(self) -> None:
        """Connect, as the actuator within does."""
        await self._actuator.open()

    async def read(self, aliases: tuple[str, ...]) -> tuple[Sample, ...]:
        """Present values in the order asked for: from the equipment, or made here."""
        made = self._derivation.aliases
        asked = tuple(alias for alias in aliases if alias not in made)
        told = {sample.alias: sample for sample in (await self._actuator.read(asked) if asked else ())}
        now = self._clock.now()
        return tuple(told[alias] if alias in told else self._derivation.present(alias, now) for alias in aliases)

    async def write(self, alias: str, value: Value) -> str:
        """Send one value once, as the actuator within does."""
        return await self._actuator.write(alias, value)

    async def close(self) -> None:
        """End the session. May be called twice."""
        await self._actuator.close()

"""Port: a protocol. What a package brings that reaches equipment in another way than OPC UA.

Packages announce theirs under the entry point group `jayul.connectors`, by the scheme of their endpoints; `service`
finds them. docs/add-a-protocol.md shows one in one file.
"""

from typing import Protocol

from plants.model.plant import Plant
from plants.ports.actuator import Actuator
from plants.ports.clock import Clock
from plants.ports.sample_source import SampleSource

GROUP = "jayul.connectors"


class Connector(Protocol):
    """Makes the two ends of a link. Nothing is connected before they are opened."""

    def source(self, plant: Plant, clock: Clock, endpoint: str) -> SampleSource:
        """The reading end.

        Raises:
            InvalidInput: the endpoint cannot be used.
        """
        ...

    def actuator(self, plant: Plant, clock: Clock, endpoint: str) -> Actuator:
        """The writing end, with a session of its own.

        Raises:
            InvalidInput: the endpoint cannot be used.
        """
        ...

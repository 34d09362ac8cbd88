"""`replay:FILE?speed=10&follow=1` as an endpoint."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from connectors.replay.actuator import ReplayActuator
from connectors.replay.source import ReplaySource
from plants.errors import InvalidInput
from plants.model.plant import Plant
from plants.ports.actuator import Actuator
from plants.ports.clock import Clock
from plants.ports.sample_source import SampleSource


class ReplayConnector:
    """A `Connector` over recordings."""

    def source(self, plant: Plant, clock: Clock, endpoint: str) -> SampleSource:  # noqa: ARG002 - the port's signature
        """The recording.

        Raises:
            InvalidInput: the endpoint names no file, or its speed is no number.
        """
        parts = urlsplit(endpoint)
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        unknown = sorted(set(options) - {"speed", "follow"})
        if not parts.path or unknown:
            raise InvalidInput(f"'{endpoint}' is no recording; write replay:FILE?speed=10&follow=1 {' '.join(unknown)}")
        try:
            speed = float(options.get("speed", "1"))
        except ValueError:
            raise InvalidInput(f"'{options['speed']}' is no speed; give a number, 0 for as fast as possible") from None
        return ReplaySource(Path(unquote(parts.path)), clock, speed=speed, follow=options.get("follow") == "1")

    def actuator(self, plant: Plant, clock: Clock, endpoint: str) -> Actuator:  # noqa: ARG002 - the port's signature
        """A recording takes no setpoints."""
        return ReplayActuator()

"""The plant of the shifts, and where its processes keep what they compile."""

from tests.faults.links.conftest import bytecode, plant

__all__ = ["bytecode", "plant"]

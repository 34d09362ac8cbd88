"""What equipment does not tell, made from what it tells: states by rules, unrolled counters, plant time, constants."""

from connectors.deriving.derivation import Derivation
from connectors.deriving.link import DerivingActuator, DerivingSource

__all__ = ["Derivation", "DerivingActuator", "DerivingSource"]

"""OPC UA: one reading session that mends itself, one writing session that never does."""

from connectors.opcua.actuator import OpcUaActuator
from connectors.opcua.security import OpcUaSecurity, SecurityPolicy
from connectors.opcua.source import OpcUaSource, SourceOptions

__all__ = ["OpcUaActuator", "OpcUaSecurity", "OpcUaSource", "SecurityPolicy", "SourceOptions"]

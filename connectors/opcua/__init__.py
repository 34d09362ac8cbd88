"""OPC UA: one reading session that mends itself, one writing session that never does."""

from connectors.opcua.actuator import OpcUaActuator
from connectors.opcua.certificates import CertificateStore
from connectors.opcua.security import OpcUaSecurity
from connectors.opcua.source import OpcUaSource, SourceOptions

__all__ = ["CertificateStore", "OpcUaActuator", "OpcUaSecurity", "OpcUaSource", "SourceOptions"]

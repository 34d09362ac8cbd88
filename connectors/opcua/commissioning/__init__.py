"""Commissioning: what stands between us and a server, what it holds, and which of it may be our tags."""

from connectors.opcua.commissioning.mapping import Mapping, propose
from connectors.opcua.commissioning.probe import Finding, probe
from connectors.opcua.commissioning.survey import Found, survey

__all__ = ["Finding", "Found", "Mapping", "probe", "propose", "survey"]

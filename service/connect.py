"""How this service reaches its equipment: a reading session, and a writing session with an account of its own."""

from connectors.opcua.actuator import OpcUaActuator
from connectors.opcua.security import OpcUaSecurity
from connectors.opcua.source import OpcUaSource
from plants.model.plant import Plant
from plants.ports.actuator import Actuator
from plants.ports.clock import Clock
from plants.ports.sample_source import SampleSource
from service.settings import Settings


def opcua_source(settings: Settings, plant: Plant, clock: Clock) -> SampleSource:
    """The reading session.

    Raises:
        InvalidInput: the plant file says nowhere how it is reached.
    """
    return OpcUaSource(plant, clock, endpoint=settings.endpoint)


def opcua_actuator(settings: Settings, plant: Plant, clock: Clock) -> Actuator:
    """The writing session, with its own account; the executor opens it when there is something to write."""
    security = OpcUaSecurity(user=settings.writer_user, password=settings.writer_password)
    return OpcUaActuator(plant, clock, endpoint=settings.endpoint, security=security)

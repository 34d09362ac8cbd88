"""How this service reaches its equipment: a reading session, and a writing session with an account of its own."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from pydantic import SecretStr, ValidationError

from connectors.deriving import Derivation, DerivingActuator, DerivingSource
from connectors.opcua.actuator import OpcUaActuator
from connectors.opcua.loopback import is_loopback
from connectors.opcua.scrutiny import Trouble
from connectors.opcua.security import OpcUaSecurity
from connectors.opcua.source import OpcUaSource
from plants.errors import InvalidInput
from plants.model.connection import OpcUa
from plants.model.plant import Plant
from plants.ports.actuator import Actuator
from plants.ports.clock import Clock
from plants.ports.sample_source import SampleSource
from service.protocols import OPC_UA, connector_of, scheme_of
from service.settings import Settings

log = structlog.get_logger("jayul.service")


def link(settings: Settings, plant: Plant, clock: Clock) -> tuple[SampleSource, Actuator]:
    """The reading session, and the writing session with its own account, which the executor opens when it writes.

    Both show what the plant file derives as if the equipment had it.

    Raises:
        InvalidInput: the plant file says nowhere how it is reached, nobody knows the protocol, or the settings do not
            fit together.
    """
    source, actuator = _ends(settings, plant, clock)
    derivation = Derivation(plant)
    if not derivation.needed:
        return source, actuator
    return DerivingSource(source, derivation, clock), DerivingActuator(actuator, derivation, clock)


def _ends(settings: Settings, plant: Plant, clock: Clock) -> tuple[SampleSource, Actuator]:
    endpoint = settings.endpoint or (plant.opcua.endpoint if plant.opcua is not None else "")
    if endpoint and scheme_of(endpoint) != OPC_UA:
        connector = connector_of(endpoint)
        return connector.source(plant, clock, endpoint), connector.actuator(plant, clock, endpoint)
    _warn_of_plain_channel(settings, plant)
    return (
        OpcUaSource(plant, clock, endpoint=settings.endpoint, security=reading_security(settings, plant)),
        OpcUaActuator(plant, clock, endpoint=settings.endpoint, security=writing_security(settings, plant)),
    )


class WatchedSource(DerivingSource):
    """A reading session that also tells what was wrong with what it read."""

    def __init__(self, source: OpcUaSource, derivation: Derivation, clock: Clock) -> None:
        super().__init__(source, derivation, clock)
        self._read = source

    @property
    def troubles(self) -> Mapping[str, Mapping[Trouble, int]]:
        """What was wrong with values, by tag."""
        return self._read.troubles


def watched_source(settings: Settings, plant: Plant, clock: Clock) -> WatchedSource:
    """The reading session for a person who commissions a plant."""
    source = OpcUaSource(plant, clock, endpoint=settings.endpoint, security=reading_security(settings, plant))
    return WatchedSource(source, Derivation(plant), clock)


def reading_security(settings: Settings, plant: Plant) -> OpcUaSecurity:
    """Account and channel of the reading session."""
    account = _account(settings.reader_user, settings.reader_password, settings.reader_certificate, settings.reader_key)
    return _security(settings, plant.opcua, account)


def writing_security(settings: Settings, plant: Plant) -> OpcUaSecurity:
    """Account and channel of the writing session."""
    account = _account(settings.writer_user, settings.writer_password, settings.writer_certificate, settings.writer_key)
    return _security(settings, plant.opcua, account)


def security_at(settings: Settings, place: OpcUa) -> OpcUaSecurity:
    """Account and channel of a reading session with a server that no plant file describes."""
    account = _account(settings.reader_user, settings.reader_password, settings.reader_certificate, settings.reader_key)
    return _security(settings, place, account)


def plain_channel(settings: Settings, plant: Plant) -> bool:
    """Whether a setting lets passwords and setpoints cross the network readable; people must see that."""
    if plant.opcua is None or not settings.allow_unencrypted_network:
        return False
    return not reading_security(settings, plant).encrypted and not is_loopback(
        settings.endpoint or plant.opcua.endpoint
    )


def _account(
    user: str | None, password: SecretStr | None, certificate: Path | None, key: Path | None
) -> dict[str, Any]:
    """A user's certificate goes before name and password."""
    if certificate is not None:
        return {"user_certificate": certificate, "user_key": key}
    return {"user": user, "password": password}


def _security(settings: Settings, place: OpcUa | None, account: dict[str, Any]) -> OpcUaSecurity:
    if place is None:
        return OpcUaSecurity(**account)
    try:
        return OpcUaSecurity(
            **account,
            policy=place.policy,
            server_thumbprint=place.server_thumbprint,
            certificates=settings.certificate_folder,
            allow_unencrypted_network=settings.allow_unencrypted_network,
        )
    except ValidationError as fault:
        told = "; ".join(e["msg"].removeprefix("Value error, ") for e in fault.errors())
        raise InvalidInput(f"the settings of the OPC UA sessions do not fit together: {told}") from None


def _warn_of_plain_channel(settings: Settings, plant: Plant) -> None:
    if plain_channel(settings, plant):
        log.error(
            "opcua_unencrypted_network",
            remedy="give opcua.policy in the plant file and unset JAYUL_ALLOW_UNENCRYPTED_NETWORK",
        )

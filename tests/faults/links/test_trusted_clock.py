"""Whose time of a value counts, per connection: the equipment's, the server's, or ours."""

from datetime import UTC, timedelta

import pytest
from asyncua import ua

from connectors.opcua import OpcUaSource
from plants.flow.sample import Sample
from plants.model.connection import TrustedClock
from plants.model.plant import Plant
from service.clock import SystemClock
from tests.faults.links.conftest import QUICK, PlantHere, until

POWER = "filler.power_kw"
OFF = timedelta(hours=9)
"""A controller that runs on Korean local time and takes it for UTC."""


@pytest.mark.parametrize("trusted", list(TrustedClock))
async def test_a_value_carries_the_time_of_the_clock_that_is_trusted(
    plant: Plant, here: PlantHere, trusted: TrustedClock
) -> None:
    """A controller nine hours off, behind a server that is right: by change and by full read."""
    assert plant.opcua is not None
    place = plant.opcua.model_copy(update={"trust_clock": trusted})
    await here.start()
    source = OpcUaSource(
        plant.model_copy(update={"opcua": place}), SystemClock(), endpoint=here.endpoint, options=QUICK
    )
    now = ua.DateTime.now(UTC)
    off = ua.DateTime.fromtimestamp((now + OFF).timestamp(), UTC)
    data = ua.DataValue(ua.Variant(3.5, ua.VariantType.Double), SourceTimestamp=off, ServerTimestamp=now)
    latest: dict[str, Sample] = {}

    async def seen() -> bool:
        latest.update({s.alias: s for s in await source.poll()})
        return POWER in latest and latest[POWER].value == 3.5

    await source.open()
    await here.inject(POWER, data)
    try:
        await until(seen)
        by_change = latest.pop(POWER).source_time
        await source.close()
        await source.open()
        await until(seen)
    finally:
        await source.close()

    expected = {TrustedClock.SOURCE: off, TrustedClock.SERVER: now, TrustedClock.RECEIVE: None}[trusted]
    for told in (by_change, latest[POWER].source_time):
        assert told == expected or (expected and told and abs(told - expected) < timedelta(milliseconds=1))

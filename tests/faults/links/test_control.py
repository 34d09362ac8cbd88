"""Faults on command, by the control node of a practice plant that runs; several lines in one server."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from connectors.opcua import OpcUaActuator, OpcUaSource
from plants.errors import InvalidInput, LinkDown, NotSent, TagMissing
from plants.flow.sample import Quality
from plants.model.plant import Plant
from plants.model.tags import tags_of
from plants.ports.sample_source import LinkState
from service.clock import SystemClock
from tests.conformance.links.test_large import long_line
from tests.faults.links.conftest import QUICK, WRITER, MakeActuator, MakeSource, PlantHere, until
from tests.faults.links.test_reading import Seen
from virtual.script import Script
from virtual.served import ServedLine
from virtual.server import PlantServer
from virtual.still import StillPlant
from virtual.trainer import call_fault

SPEED = "labeller.speed_per_min"
TWELVE = (
    f"{{kind: clamped_writes, alias: {SPEED}, low: 450, high: 600}}",
    f"{{kind: ignored_writes, alias: {SPEED}}}",
    f"{{kind: slow_actual, alias: {SPEED}, factor: 5}}",
    "{kind: quality, alias: filler.state, quality: bad}",
    "{kind: frozen_tag, alias: filler.state, only_time: true}",
    "{kind: frozen_process, wall_s: 0.1}",
    "{kind: restart, namespace_shift: 1}",
    "{kind: restart, wrong_type: [filler.state]}",
    f"{{kind: access_denied, alias: {SPEED}}}",
    f"{{kind: session_drop, alias: {SPEED}}}",
    f"{{kind: late_answer, alias: {SPEED}, wall_s: 1}}",
    f"{{kind: override, alias: {SPEED}, value: 480, after_s: 5}}",
)


async def test_each_of_the_twelve_faults_can_be_called_and_all_are_cleared(here: PlantHere) -> None:
    """What is called stands in the list of faults until it is cleared; what happens once is not in it."""
    await here.start(Script())

    standing = [await call_fault(here.endpoint, "Bottling", event) for event in TWELVE]
    cleared = await call_fault(here.endpoint, "Bottling", None)

    assert len(standing[-1]) == 12
    assert not [one for one in cleared if "alias" in one]


async def test_a_called_clamp_acts_on_the_next_write_and_ends_when_it_is_cleared(
    here: PlantHere, make_actuator: MakeActuator
) -> None:
    """Good to 700, holding 600; after that, 700."""
    await here.start(Script())
    actuator = make_actuator(here.endpoint)
    await actuator.open()

    await call_fault(here.endpoint, "Bottling", TWELVE[0])
    await actuator.write(SPEED, 700.0)
    [clamped] = await actuator.read((SPEED,))
    await call_fault(here.endpoint, "Bottling", None)
    await actuator.write(SPEED, 700.0)
    [free] = await actuator.read((SPEED,))

    assert (clamped.value, free.value) == (600.0, 700.0)


@pytest.mark.slow
async def test_a_called_quality_reaches_the_mirror(here: PlantHere, make_source: MakeSource) -> None:
    """Called while a client watches."""
    await here.start(Script())
    source = make_source(here.endpoint)
    await source.open()
    seen = Seen(source)
    await until(lambda: seen.at_least(1))

    await call_fault(here.endpoint, "Bottling", TWELVE[3])

    async def bad() -> bool:
        await seen.at_least(0)
        return seen.latest["filler.state"].quality is Quality.BAD

    await until(bad)


async def test_only_the_trainer_calls_faults_and_only_what_the_line_has(here: PlantHere) -> None:
    """A writer of setpoints is no trainer; an unknown tag, kind or line is told."""
    await here.start(Script())

    with pytest.raises(LinkDown, match="refused the account"):
        await call_fault(here.endpoint, "Bottling", TWELVE[0], user="writer")
    with pytest.raises(InvalidInput, match="does not have"):
        await call_fault(here.endpoint, "Bottling", "{kind: access_denied, alias: filler.colour}")
    with pytest.raises(InvalidInput, match="no event"):
        await call_fault(here.endpoint, "Bottling", "{kind: earthquake}")
    with pytest.raises(TagMissing, match="it shows Bottling"):
        await call_fault(here.endpoint, "Canning", TWELVE[0])


async def test_several_lines_live_in_one_server_each_in_its_namespace(plant: Plant) -> None:
    """Two plants behind one port: each source sees its own line whole, each writer writes its own."""
    other = long_line().model_copy(update={"stations": long_line().stations[:2], "buffers": long_line().buffers[:1]})
    lines = [StillPlant(plant), StillPlant(other)]
    server = PlantServer(lines[0], endpoint="opc.tcp://127.0.0.1:0", beside=[ServedLine(lines[1])])
    await server.start()
    showing = asyncio.create_task(_show(server))
    sources = [OpcUaSource(p, SystemClock(), endpoint=server.endpoint, options=QUICK) for p in (plant, other)]
    actuator = OpcUaActuator(plant, SystemClock(), endpoint=server.endpoint, security=WRITER)

    try:
        for source in sources:
            await source.open()
        seen = [Seen(source) for source in sources]
        for one, described in zip(seen, (plant, other), strict=True):
            await until(_whole(one, len(tags_of(described))))
        await actuator.open()
        status = await actuator.write(SPEED, 500.0)
    finally:
        await actuator.close()
        for source in sources:
            await source.close()
        showing.cancel()
        with suppress(asyncio.CancelledError):
            await showing
        await server.stop()

    assert status == "Good"
    assert all(source.link is LinkState.CLOSED for source in sources)
    assert {alias.split(".")[0] for alias in seen[1].latest} == {"line", "s0", "s1", "b0"}


def test_two_lines_at_the_same_place_are_refused(plant: Plant) -> None:
    """Their nodes would be the same."""
    with pytest.raises(InvalidInput, match="give each its own"):
        PlantServer(StillPlant(plant), beside=[ServedLine(StillPlant(plant))])


def _whole(seen: Seen, tags: int) -> Any:  # noqa: ANN401 - a condition
    return lambda: seen.at_least(tags)


async def _show(server: PlantServer) -> None:
    while True:
        await server.show(1.0, 1.0)
        await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_access_denied_on_command_is_a_refusal(here: PlantHere, make_actuator: MakeActuator) -> None:
    """Also in a session that was opened before."""
    await here.start(Script())
    actuator = make_actuator(here.endpoint)
    await actuator.open()
    await call_fault(here.endpoint, "Bottling", TWELVE[8])

    with pytest.raises(NotSent, match="BadUserAccessDenied"):
        await actuator.write(SPEED, 700.0)

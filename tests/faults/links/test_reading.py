"""A source over a server that is killed, frozen, restarted and rebuilt."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from connectors.opcua import OpcUaSource
from plants.errors import LinkDown, Refused, TagMissing
from plants.flow.sample import Sample
from plants.model.plant import Plant
from plants.model.tags import PLANT_TIME, tags_of
from plants.ports.sample_source import LinkState
from service.clock import SystemClock
from tests.faults.links.conftest import MakeSource, PlantProcess, until
from virtual.script import FrozenProcess, Restart, Script


class Seen:
    """Collects what a source sends."""

    def __init__(self, source: OpcUaSource) -> None:
        self.source = source
        self.latest: dict[str, Sample] = {}

    async def at_least(self, tags: int) -> bool:
        """Whether that many tags have been seen."""
        self.latest.update({s.alias: s for s in await self.source.poll()})
        return len(self.latest) >= tags


def of_kind(logs: Sequence[Mapping[str, Any]], event: str) -> list[Mapping[str, Any]]:
    """Log lines of one event."""
    return [line for line in logs if line["event"] == event]


async def test_data_come_back_after_the_server_was_killed_with_one_line_on_loss_and_one_on_recovery(
    plant: Plant, process: PlantProcess, make_source: MakeSource
) -> None:
    """SIGKILL and a new process on the same port: every tag again, two log lines in all."""
    await process.start()
    source = make_source(process.endpoint)
    await source.open()
    seen = Seen(source)
    await until(lambda: seen.at_least(len(tags_of(plant))))

    with capture_logs() as logs:
        await process.kill()
        await until(lambda: source.link is LinkState.CONNECTING)
        seen.latest.clear()
        await process.start()
        await until(lambda: seen.at_least(len(tags_of(plant))))

    assert source.link is LinkState.CONNECTED
    assert [line["event"] for line in logs] == ["opcua_link_lost", "opcua_link_restored"]
    assert process.endpoint in logs[0]["reason"]


async def test_a_frozen_server_is_noticed_within_seconds_and_taken_up_again_when_it_wakes(
    process: PlantProcess, make_source: MakeSource
) -> None:
    """SIGSTOP keeps sockets open and answers nothing."""
    await process.start()
    source = make_source(process.endpoint)
    await source.open()
    seen = Seen(source)

    process.pause()
    paused_at = time.monotonic()
    await until(lambda: source.link is LinkState.CONNECTING)
    noticed_wall_s = time.monotonic() - paused_at
    await source.poll()
    process.resume()
    await until(lambda: source.link is LinkState.CONNECTED)

    assert noticed_wall_s < 5
    await until(lambda: seen.at_least(1))


async def test_a_changed_namespace_index_after_a_restart_is_followed(
    plant: Plant, process: PlantProcess, make_source: MakeSource
) -> None:
    """Nodes are found by namespace URI at each connect, so an index is never trusted."""
    await process.start()
    source = make_source(process.endpoint)
    await source.open()
    seen = Seen(source)
    await until(lambda: seen.at_least(len(tags_of(plant))))

    await process.kill()
    await until(lambda: source.link is LinkState.CONNECTING)
    seen.latest.clear()
    await process.start(Script(events=(Restart(namespace_shift=4),)))

    await until(lambda: seen.at_least(len(tags_of(plant))))
    assert source.link is LinkState.CONNECTED


@pytest.mark.slow
async def test_a_server_that_restarts_by_itself_with_another_index_is_followed(
    plant: Plant, process: PlantProcess, make_source: MakeSource
) -> None:
    """The same within one process, on script."""
    await process.start(Script(events=(Restart(at_s=1.5, down_wall_s=0.3, namespace_shift=2),)))
    source = make_source(process.endpoint)
    await source.open()
    seen = Seen(source)

    await until(lambda: source.link is LinkState.CONNECTING)
    seen.latest.clear()
    await until(lambda: source.link is LinkState.CONNECTED)

    await until(lambda: seen.at_least(len(tags_of(plant))))


async def test_all_missing_and_mistyped_tags_are_named_at_once_with_their_paths(
    process: PlantProcess, make_source: MakeSource
) -> None:
    """One message is enough to correct the plant file."""
    wrong = Restart(missing=("filler.state", "transfer.level"), wrong_type=("labeller.speed_per_min", "packer.order"))
    await process.start(Script(events=(wrong,)))
    source = make_source(process.endpoint)

    with pytest.raises(TagMissing) as raised:
        await source.open()

    message = raised.value.message
    assert "4 of" in message
    assert "filler.state at Bottling/Filler/Status/StateCurrent is not there" in message
    assert "transfer.level at Bottling/Transfer/Level is not there" in message
    assert "labeller.speed_per_min at Bottling/Labeller/Command/SpeedPerMin is String, not Double" in message
    assert "packer.order at Bottling/Packer/Status/CurrentOrder is Int64, not String" in message
    assert source.link is LinkState.CLOSED


@pytest.mark.slow
async def test_a_server_that_comes_back_with_another_program_is_refused_once_in_the_log_until_it_fits_again(
    plant: Plant, process: PlantProcess, make_source: MakeSource
) -> None:
    """A tag that is gone after a restart keeps the link down and says which; the right program is taken up."""
    await process.start()
    source = make_source(process.endpoint)
    await source.open()
    seen = Seen(source)

    with capture_logs() as logs:
        await process.kill()
        await process.start(Script(events=(Restart(missing=("filler.state",)),)))
        await until(lambda: bool(of_kind(logs, "opcua_link_refused")))
        link_meanwhile = source.link
        await process.kill()
        await process.start()
        await until(lambda: source.link is LinkState.CONNECTED)

    assert link_meanwhile is LinkState.CONNECTING
    [refused] = of_kind(logs, "opcua_link_refused")
    assert "filler.state" in refused["reason"]
    assert len(of_kind(logs, "opcua_link_lost")) == len(of_kind(logs, "opcua_link_restored")) == 1
    await until(lambda: seen.at_least(len(tags_of(plant))))


@pytest.mark.slow
async def test_a_flapping_server_costs_one_pair_of_lines_per_loss_and_ends_connected(
    process: PlantProcess, make_source: MakeSource
) -> None:
    """Three losses in a row: three pairs of lines, and data in the end."""
    await process.start()
    source = make_source(process.endpoint)
    await source.open()

    with capture_logs() as logs:
        for _ in range(3):
            await process.kill()
            await until(lambda: source.link is LinkState.CONNECTING)
            await process.start()
            await until(lambda: source.link is LinkState.CONNECTED)

    assert len(of_kind(logs, "opcua_link_lost")) == len(of_kind(logs, "opcua_link_restored")) == 3


@pytest.mark.slow
async def test_a_process_that_freezes_on_script_is_noticed(process: PlantProcess, make_source: MakeSource) -> None:
    """The built-in fault stands for a hanging controller."""
    await process.start(Script(events=(FrozenProcess(at_s=1.5, wall_s=4),)))
    source = make_source(process.endpoint)
    await source.open()

    await until(lambda: source.link is LinkState.CONNECTING)

    await until(lambda: source.link is LinkState.CONNECTED)


async def test_plant_time_goes_on_with_wall_source_times(process: PlantProcess, make_source: MakeSource) -> None:
    """Plant time counts plant seconds; its source time is wall time."""
    await process.start()
    source = make_source(process.endpoint)
    await source.open()
    seen = Seen(source)
    await until(lambda: seen.at_least(1))
    first = seen.latest[PLANT_TIME]

    async def later() -> bool:
        await seen.at_least(0)
        return seen.latest[PLANT_TIME].value != first.value

    await until(later)
    second = seen.latest[PLANT_TIME]
    assert isinstance(first.value, float)
    assert isinstance(second.value, float)
    assert second.value > first.value
    assert second.source_time is not None
    assert abs((second.received_at - second.source_time).total_seconds()) < 2


async def test_where_nothing_listens_the_endpoint_and_the_remedy_are_named(make_source: MakeSource) -> None:
    """The message helps whoever reads it."""
    source = make_source("opc.tcp://127.0.0.1:1")

    with pytest.raises(LinkDown, match=r"opc\.tcp://127\.0\.0\.1:1: nothing listens there; start the server"):
        await source.open()


async def test_a_plain_channel_may_not_leave_this_machine(plant: Plant) -> None:
    """Refused before a packet is sent, with the setting that would allow it."""
    source = OpcUaSource(plant, SystemClock(), endpoint="opc.tcp://192.0.2.1:4840")

    with pytest.raises(Refused, match="allow_unencrypted_network"):
        await source.open()


async def test_the_process_ends_cleanly_with_clients_connected(process: PlantProcess, make_source: MakeSource) -> None:
    """SIGTERM: exit code 0."""
    await process.start()
    source = make_source(process.endpoint)
    await source.open()

    code = await process.end()

    assert code == 0

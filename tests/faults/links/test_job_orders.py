"""A sequence of orders read and written as ISA-95 jobs, on the practice plant's receiver."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from connectors.opcua import OpcUaActuator, OpcUaSecurity, OpcUaSource
from planning.sequences import named_sequences
from plants.errors import NotSent, TagMissing
from plants.loader.load import load_plant
from plants.model.connection import ByJobOrders, TagPath
from plants.model.plant import Plant
from plants.model.tags import ORDER_SEQUENCE
from service.clock import SystemClock
from tests.faults.links.conftest import QUICK, WRITER, PlantProcess, until
from tests.faults.links.test_standards import store_job
from twin.shadow.shadow import Shadow
from virtual.script import Script, Selector
from virtual.standards.collect import collect

RECEIVER = "Bottling.JobOrderControl"


@pytest.fixture(scope="module", autouse=True)
def models() -> None:
    """The information models, taken out of the locked package if they are not here yet."""
    assert collect() == ""


def by_jobs(receiver: str = RECEIVER) -> Plant:
    """The bottling line, its sequence behind a receiver of jobs."""
    plant = load_plant("bottling")
    assert plant.opcua is not None
    way = ByJobOrders(receiver=f"nsu={plant.opcua.namespace_uri};s={receiver}")
    return plant.model_copy(update={"tags": (*plant.tags, TagPath(alias=ORDER_SEQUENCE, write=way))})


async def test_a_sequence_is_read_from_the_list_of_jobs_and_written_as_their_priorities(process: PlantProcess) -> None:
    """Reversed, read back by the writer, and seen by the reader."""
    await process.start(more=("--speed", "1"), standards=True)
    source = OpcUaSource(by_jobs(), SystemClock(), endpoint=process.endpoint, options=QUICK)
    actuator = OpcUaActuator(by_jobs(), SystemClock(), endpoint=process.endpoint, security=WRITER)
    await source.open()
    await actuator.open()
    seen: list[object] = []

    async def newest() -> object:
        seen.extend(s.value for s in await source.poll() if s.alias == ORDER_SEQUENCE)
        return seen[-1] if seen else None

    try:
        [before] = await actuator.read((ORDER_SEQUENCE,))
        assert isinstance(before.value, tuple)
        wanted = tuple(reversed(before.value))
        status = await actuator.write(ORDER_SEQUENCE, wanted)

        async def follows() -> bool:
            [after] = await actuator.read((ORDER_SEQUENCE,))
            return after.value == wanted and await newest() == wanted

        await until(follows)
        again = await actuator.write(ORDER_SEQUENCE, wanted)
        with pytest.raises(NotSent, match=r"jobs that wait are .* the sequence names others"):
            await actuator.write(ORDER_SEQUENCE, (*wanted[:-1], "o99"))
    finally:
        await source.close()
        await actuator.close()

    assert len(before.value) >= 8
    assert (status, again) == ("Good", "Good")


async def test_a_job_stored_at_the_machine_is_known_to_the_mirror(process: PlantProcess) -> None:
    """Another client stores a rush job: the shadow names it, and the sequence is no longer one that may be planned."""
    await process.start(more=("--speed", "1"), standards=True)
    plant = by_jobs()
    source, shadow = OpcUaSource(plant, SystemClock(), endpoint=process.endpoint, options=QUICK), Shadow(plant)
    await source.open()

    async def known(*foreign: str) -> bool:
        shadow.feed(await source.poll())
        return shadow.plant_time_s is not None and shadow.state(SystemClock().now()).foreign_orders == foreign

    try:
        await until(known)
        planned = named_sequences(plant, shadow.state(SystemClock().now()))
        assert await store_job(process, "rush") == 1
        await until(lambda: known("rush"))
    finally:
        await source.close()

    assert planned != {}
    assert named_sequences(plant, shadow.state(SystemClock().now())) == {}


async def test_who_may_not_sequence_leaves_the_sequence_as_it_was(process: PlantProcess, tmp_path: Path) -> None:
    """Refused by every job, so surely nothing was changed."""
    accounts = tmp_path / "accounts.yaml"
    accounts.write_text(
        "accounts:\n- {name: tuner, password: practice, writes: ['*.speed_per_min']}\n", encoding="utf-8"
    )
    await process.start(more=("--speed", "1", "--accounts", str(accounts)), standards=True)
    tuner = OpcUaSecurity(user="tuner", password=SecretStr("practice"))
    actuator = OpcUaActuator(by_jobs(), SystemClock(), endpoint=process.endpoint, security=tuner)
    await actuator.open()
    try:
        [before] = await actuator.read((ORDER_SEQUENCE,))
        assert isinstance(before.value, tuple)
        with pytest.raises(NotSent, match="BadUserAccessDenied"):
            await actuator.write(ORDER_SEQUENCE, tuple(reversed(before.value)))
        [after] = await actuator.read((ORDER_SEQUENCE,))
    finally:
        await actuator.close()

    assert after.value == before.value


async def test_a_receiver_that_is_not_there_is_named_with_its_place(process: PlantProcess) -> None:
    """Before anything is read or written; a line on local is refused by the selector, as for every other way."""
    await process.start(Script(events=(Selector(at_s=0, remote=False),)), more=("--speed", "1"), standards=True)
    wrong = OpcUaActuator(by_jobs("Elsewhere"), SystemClock(), endpoint=process.endpoint, security=WRITER)
    local = OpcUaActuator(by_jobs(), SystemClock(), endpoint=process.endpoint, security=WRITER)
    with pytest.raises(TagMissing, match=r"line\.order_sequence .* is not there"):
        await wrong.open()
    await local.open()
    try:
        with pytest.raises(NotSent, match="selector does not stand on remote"):
            await local.write(ORDER_SEQUENCE, ("o02",))
    finally:
        await local.close()


@pytest.mark.parametrize(
    "wrong", [{"alias": "filler.speed_per_min"}, {"alias": ORDER_SEQUENCE, "path": ("Line", "Jobs")}]
)
def test_jobs_are_the_way_of_the_sequence_alone(wrong: dict[str, object]) -> None:
    """And their receiver is their place."""
    way = {"kind": "job_orders", "receiver": "nsu=urn:x;s=Jobs"}

    with pytest.raises(ValidationError, match=r"way of line\.order_sequence alone"):
        TagPath.model_validate({**wrong, "write": way})

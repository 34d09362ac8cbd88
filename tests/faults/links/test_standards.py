"""The practice plant in standard terms, seen by a client that knows nothing of Jayul."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asyncua import ua
from asyncua.client.client import Client
from asyncua.common.node import Node
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.uaerrors import BadUserAccessDenied

from connectors.opcua import OpcUaSecurity, OpcUaSource
from connectors.opcua.commissioning.mapping import RECEIVER_TYPE, propose
from connectors.opcua.commissioning.survey import survey
from plants.flow.state import PackML
from plants.loader.load import load_plant
from plants.model.connection import TagPath
from plants.model.plant import Plant
from plants.model.tags import ORDER_SEQUENCE, UNIT_MODE_MAINTENANCE
from service.clock import SystemClock
from tests.faults.links.conftest import PlantProcess
from virtual.script import Breakdown, PanelSetting, Script, Selector
from virtual.standards.collect import collect
from virtual.standards.nodesets import DI, JOB_CONTROL, MACHINERY, PACKML, made

STATE_PATH = ("MachineState", "ExecuteState", "CurrentState")
UA = "http://opcfoundation.org/UA/"
NO_COMMENT = ua.Variant([], ua.VariantType.LocalizedText, is_array=True)


@pytest.fixture(scope="module", autouse=True)
def models() -> None:
    """The information models, taken out of the locked package if they are not here yet."""
    assert collect() == ""


@asynccontextmanager
async def client(process: PlantProcess, user: str = "writer") -> AsyncIterator[Client]:
    """A plain client of the server."""
    its = Client(process.endpoint)
    its.set_user(user)
    its.set_password("practice")
    async with its:
        await its.load_data_type_definitions()
        yield its


async def at(client: Client, *path: tuple[str, str]) -> Node:
    """The node at a path of (namespace URI, name) below Objects."""
    namespaces = await client.get_namespace_array()
    names = [ua.QualifiedName(name, ua.UInt16(namespaces.index(uri))) for uri, name in path]
    return await client.nodes.objects.get_child(names)


async def value(client: Client, *path: tuple[str, str]) -> Any:  # noqa: ANN401 - whatever the node holds
    """Value of the variable there."""
    return await (await at(client, *path)).read_value()


async def until(what: Any, wall_s: float = 15.0) -> Any:  # noqa: ANN401
    """Wait until an asynchronous question has a truthy answer."""
    async with asyncio.timeout(wall_s):
        while not (found := await what()):  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.05)
        return found


async def line_uri(client: Client) -> str:
    """The namespace of the line's own tree."""
    return next(uri for uri in await client.get_namespace_array() if "bottling" in uri.lower())


async def test_a_machine_has_identity_state_mode_counts_speeds_and_reasons(process: PlantProcess) -> None:
    """While the labeller is broken down and turned down at its panel."""
    script = Script(
        events=(
            Breakdown(at_s=1, station="labeller", mode="label_web", repair_s=100_000),
            PanelSetting(at_s=1, alias="labeller.speed_per_min", value=500),
        )
    )
    await process.start(script, more=("--speed", "60"), standards=True)
    async with client(process, "reader") as its:
        own = await line_uri(its)
        labeller = ((MACHINERY, "Machines"), (own, "labeller"))
        blocks = (*labeller, (MACHINERY, "MachineryBuildingBlocks"))
        packml = (*labeller, (PACKML, "PackML"))

        async def stopped() -> bool:
            state = await value(its, *blocks, (MACHINERY, "MachineryItemState"), (UA, "CurrentState"))
            return bool(state.Text == "NotExecuting")

        await until(stopped)
        mode = await value(its, *blocks, (MACHINERY, "MachineryOperationMode"), (UA, "CurrentState"))
        reason = await value(its, *packml, (PACKML, "Admin"), (PACKML, "StopReason"))
        processed = await value(its, *packml, (PACKML, "Admin"), (PACKML, "ProdProcessedCount"))
        waited = await until(lambda: _state_time(its, packml))

        assert await value(its, *labeller, (DI, "Identification"), (DI, "SerialNumber")) == "bottling-labeller"
        assert mode.Text == "Processing"
        assert (reason.Message, reason.Trigger) == ("label_web", True)
        assert processed[0].Count > 0
        assert await value(its, *packml, (PACKML, "Status"), (PACKML, "MachSpeed")) == 500.0
        assert await value(its, *packml, (PACKML, "Admin"), (PACKML, "MachDesignSpeed")) > 600.0
        assert waited > 0


async def _state_time(its: Client, packml: tuple[tuple[str, str], ...]) -> int:
    rows = await value(its, *packml, (PACKML, "Admin"), (PACKML, "StateCurrentTime"))
    return int(max(max(row) for row in rows))


async def test_a_rush_job_is_stored_paused_resumed_made_and_cleared(process: PlantProcess) -> None:
    """Lists and responses tell it from beginning to end."""
    await process.start(more=("--speed", "200"), standards=True)
    async with client(process, "scheduler") as its:
        receiver, provider = await _job_objects(its)
        listed = await receiver[0].get_child([receiver[1]])
        product = (await listed.read_value())[0].JobOrder.MaterialRequirements[0].MaterialDefinitionID

        async def call(name: str, *arguments: Any) -> int:  # noqa: ANN401
            index = receiver[1].NamespaceIndex
            answer = await receiver[0].call_method(ua.QualifiedName(name, index), *arguments, NO_COMMENT)
            return int(answer)

        async def state() -> str:
            rows = {row.JobOrder.JobOrderID: row.State[0].StateText.Text for row in await listed.read_value()}
            return str(rows.get("rush", "gone"))

        assert await call("Store", _job("rush", product, 40, 99)) == 1
        await until(lambda: _is(state, "NotAllowedToStart"))
        assert await call("Start", "rush") == 1
        running = next(row for row in await listed.read_value() if row.State[0].StateNumber == 3)
        assert await call("Stop", running.JobOrder.JobOrderID) == 1
        await until(lambda: _is(state, "Running"))
        assert await call("Pause", "rush") == 1
        assert await call("Pause", "rush") == 8
        await until(lambda: _is(state, "Interrupted"))
        assert await call("Resume", "rush") == 1
        await until(lambda: _is(state, "Ended"), 60)
        response, status = await provider[0].call_method(
            ua.QualifiedName("RequestJobResponseByJobOrderID", provider[1].NamespaceIndex), "rush"
        )
        made_of_it = int(response.MaterialActuals[0].Quantity)
        scrapped = next(float(p.Value.Value) for p in response.JobResponseData if p.ID == "Scrapped")

        assert status == 1
        assert made_of_it + scrapped == 40
        assert await call("Clear", "rush") == 1
        await until(lambda: _is(state, "gone"))
        assert await call("Start", "rush") == 2


async def _is(state: Any, wanted: str) -> bool:  # noqa: ANN401
    return bool(await state() == wanted)


async def _job_objects(its: Client) -> tuple[tuple[Node, ua.QualifiedName], tuple[Node, ua.QualifiedName]]:
    """Receiver and provider with the names of their lists."""
    index = ua.UInt16((await its.get_namespace_array()).index(JOB_CONTROL))
    place = ((MACHINERY, "Machines"), (await line_uri(its), "Bottling"))
    receiver = await at(its, *place, (JOB_CONTROL, "JobOrderControl"))
    provider = await at(its, *place, (JOB_CONTROL, "JobOrderResults"))
    return (receiver, ua.QualifiedName("JobOrderList", index)), (
        provider,
        ua.QualifiedName("JobOrderResponseList", index),
    )


async def store_job(process: PlantProcess, name: str) -> int:
    """Store a job of what the first job makes, as a client from outside; the return status."""
    async with client(process, "scheduler") as its:
        receiver, _ = await _job_objects(its)
        listed = await receiver[0].get_child([receiver[1]])
        product = (await listed.read_value())[0].JobOrder.MaterialRequirements[0].MaterialDefinitionID
        store = ua.QualifiedName("Store", receiver[1].NamespaceIndex)
        return int(await receiver[0].call_method(store, _job(name, product, 40, 0), NO_COMMENT))


def _job(name: str, product: str, quantity: int, priority: int) -> ua.Variant:
    material = made(
        "ISA95MaterialDataType",
        MaterialDefinitionID=product,
        MaterialUse="Material Produced",
        Quantity=str(quantity),
    )
    job = made("ISA95JobOrderDataType", JobOrderID=name, Priority=ua.Int16(priority), MaterialRequirements=[material])
    return ua.Variant(job, ua.VariantType.ExtensionObject)


async def test_who_may_not_write_may_not_call_and_local_is_local(process: PlantProcess) -> None:
    """The same doors as for the tree of the line itself."""
    await process.start(Script(events=(Selector(at_s=5, remote=False),)), more=("--speed", "1"), standards=True)
    async with client(process, "reader") as its:
        receiver, _ = await _job_objects(its)
        start = ua.QualifiedName("Start", receiver[1].NamespaceIndex)
        with pytest.raises(BadUserAccessDenied):
            await receiver[0].call_method(start, "o02", NO_COMMENT)
        with pytest.raises(BadUserAccessDenied):
            await _set_speed(its, 600.0)
    async with client(process) as its:
        receiver, _ = await _job_objects(its)
        start = ua.QualifiedName("RevokeStart", receiver[1].NamespaceIndex)
        await _set_speed(its, 600.0)
        own = await line_uri(its)
        status = ((MACHINERY, "Machines"), (own, "labeller"), (PACKML, "PackML"), (PACKML, "Status"))

        async def is_set() -> bool:
            return bool(await value(its, *status, (PACKML, "MachSpeed")) == 600.0)

        async def is_local() -> bool:
            return bool(await receiver[0].call_method(start, "o05", NO_COMMENT) == 16)

        await until(is_set)
        await until(is_local)


async def _set_speed(its: Client, speed: float) -> None:
    path = ((MACHINERY, "Machines"), (await line_uri(its), "labeller"), (PACKML, "PackML"))
    machine = await at(its, *path)
    index = ua.UInt16((await its.get_namespace_array()).index(PACKML))
    await machine.call_method(ua.QualifiedName("SetMachSpeed", index), ua.Variant(speed, ua.VariantType.Float))


class Heard:
    """Events as they come."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, int, bool]] = []

    def event_notification(self, event: Any) -> None:  # noqa: ANN401
        """One event."""
        state = getattr(event, "ActiveState/Id", None)
        self.told.append((event.SourceName, event.ConditionName, event.Severity, bool(state)))


async def test_a_breakdown_is_an_alarm_that_goes_off_and_is_over(process: PlantProcess) -> None:
    """Two events with source, failure mode and severity."""
    script = Script(events=(Breakdown(at_s=300, station="capper", mode="cap_feed", repair_s=120),))
    await process.start(script, more=("--speed", "100"), standards=True)
    heard = Heard()
    async with client(process, "reader") as its:
        subscription = await its.create_subscription(50, heard)
        await subscription.subscribe_alarms_and_conditions(evtypes=ObjectIds.OffNormalAlarmType)

        async def both() -> bool:
            mine = [row for row in heard.told if row[:2] == ("Bottling/capper", "cap_feed")]
            return {row[3] for row in mine} == {True, False}

        await until(both, 30)
        severities = {row[2] for row in heard.told if row[1] == "cap_feed"}

    assert severities == {400}


async def test_a_line_is_read_by_the_standard_nodes_of_its_machines_alone(process: PlantProcess) -> None:
    """Proposed by their names and types, a person confirms, and the source reads what the line's own tree says."""
    await process.start(more=("--speed", "1"), standards=True)
    plant = load_plant("bottling")
    seen = await survey(process.endpoint, OpcUaSecurity(), ("Machines",))
    mapping = propose(plant, seen.found)
    proposed = {p.tag.alias: p.found for p in mapping.proposals if p.found is not None}
    wanted = [f"filler.{role}" for role in ("processed", "defective", "stop_reason", "state", "unit_mode")]
    receiver = next(p for p in mapping.proposals if p.tag.alias == ORDER_SEQUENCE)
    state = next(one for one in seen.found if "filler" in one.path and one.path[-3:] == STATE_PATH)
    assert [alias for alias in wanted[:3] if alias in proposed] == wanted[:3]
    assert receiver.found is not None
    assert receiver.found.type_name == RECEIVER_TYPE
    assert "write: {kind: job_orders, receiver: " in mapping.yaml(process.endpoint)

    places = [TagPath(alias=alias, node_id=proposed[alias].node) for alias in wanted if alias != "filler.state"]
    others = [*places, TagPath(alias="filler.state", node_id=state.node)]
    by_standard = plant.model_copy(update={"tags": tuple(others)})

    async def agree() -> bool:
        """Both, unless a part was finished between the two readings."""
        values = [await _read(process.endpoint, its, wanted) for its in (by_standard, plant)]
        return values[0] == values[1]

    assert await until(agree)


async def test_state_and_mode_are_read_from_a_machine_that_speaks_machinery_alone(process: PlantProcess) -> None:
    """OPC 40001-1 item state and operation mode, proposed by their names, before and in a breakdown."""
    broken = Breakdown(at_s=1, station="labeller", mode="glue", repair_s=100_000)
    await process.start(Script(events=(broken,)), more=("--speed", "1"), standards=True)
    plant = load_plant("bottling")
    seen = await survey(process.endpoint, OpcUaSecurity(), ("Machines",))
    blocks = [one for one in seen.found if "MachineryBuildingBlocks" in one.path]
    proposed = {p.tag.alias: (p.found, p.score) for p in propose(plant, blocks).proposals if p.found is not None}
    wanted = [f"{station.id}.{role}" for station in plant.stations for role in ("state", "unit_mode")]
    places = []
    for alias in wanted:
        found, score = proposed[alias]
        assert found is not None
        assert found.path[-1] == "CurrentState"
        assert score == 0.95
        places.append(TagPath(alias=alias, node_id=found.node))
    assert not set(proposed) - set(wanted)

    machinery = plant.model_copy(update={"tags": tuple(places)})

    async def both() -> list[dict[str, object]]:
        values = [await _read(process.endpoint, its, wanted) for its in (plant, machinery)]
        return values if values[0]["labeller.state"] == PackML.ABORTED else []

    by_packml, by_machinery = await until(both)
    assert by_machinery["labeller.state"] == PackML.ABORTED
    assert by_machinery["labeller.unit_mode"] == by_packml["labeller.unit_mode"] == UNIT_MODE_MAINTENANCE
    assert all((by_machinery[a] == PackML.EXECUTE) == (by_packml[a] == PackML.EXECUTE) for a in wanted[::2])


async def _read(endpoint: str, plant: Plant, aliases: list[str]) -> dict[str, object]:
    """What a source reads first, of a line that stands between two parts or goes on making them."""
    source = OpcUaSource(plant, SystemClock(), endpoint=endpoint)
    await source.open()
    latest: dict[str, object] = {s.alias: s.value for s in await source.poll()}
    await source.close()
    return {alias: latest[alias] for alias in aliases}

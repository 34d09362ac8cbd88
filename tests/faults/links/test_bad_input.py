"""Each wrong thing that a server can send leaves the mirror running, marks the field, and is counted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from asyncua import ua
from asyncua.ua.status_codes import StatusCodes

from connectors.opcua import OpcUaSecurity, OpcUaSource
from connectors.opcua.limits import OperationLimits
from connectors.opcua.resolve import resolve, standard_node
from connectors.opcua.scrutiny import Trouble
from connectors.opcua.session import close_client, open_client
from connectors.opcua.subscription import TagSubscription
from plants.errors import LinkDown, TagMissing
from plants.flow.sample import Quality, Sample
from plants.model.plant import Plant
from plants.model.tags import wire_tags
from plants.ports.sample_source import LinkState
from service.clock import SystemClock
from tests.faults.links.conftest import QUICK, MakeSource, PlantHere, until
from twin.shadow.shadow import Shadow
from twin.shadow.tagbook import Freshness
from virtual.script import Restart, Script

POWER = "filler.power_kw"
ORDER = "filler.order"
ORDERS = "line.order_sequence"
NEIGHBOUR = "capper.processed"


def double(value: float, code: int = StatusCodes.Good) -> ua.DataValue:
    """A Double with a status."""
    return ua.DataValue(
        ua.Variant(value, ua.VariantType.Double), StatusCode=ua.StatusCode(ua.UInt32(code)), SourceTimestamp=now()
    )


def now() -> ua.DateTime:
    """The present, as OPC UA has it."""
    return ua.DateTime.now(UTC)


def of_type(value: object, variant_type: ua.VariantType, *, array: bool = False) -> ua.DataValue:
    """A good value of any type."""
    return ua.DataValue(ua.Variant(value, variant_type, is_array=array), SourceTimestamp=now())


WRONG: dict[str, tuple[str, Callable[[], ua.DataValue], Trouble]] = {
    "bad": (POWER, lambda: double(1.0, StatusCodes.BadSensorFailure), Trouble.BAD),
    "uncertain": (POWER, lambda: double(1.0, StatusCodes.UncertainLastUsableValue), Trouble.UNCERTAIN),
    "nan": (POWER, lambda: double(float("nan")), Trouble.NOT_FINITE),
    "infinity": (POWER, lambda: double(float("inf")), Trouble.NOT_FINITE),
    "text for a number": (POWER, lambda: of_type("much", ua.VariantType.String), Trouble.WRONG_TYPE),
    "list for a number": (POWER, lambda: of_type([1.0, 2.0], ua.VariantType.Double, array=True), Trouble.WRONG_TYPE),
    "huge text": (ORDER, lambda: of_type("x" * 5_000_000, ua.VariantType.String), Trouble.TOO_LARGE),
    "a million elements": (
        ORDERS,
        lambda: of_type(["o"] * 1_000_000, ua.VariantType.String, array=True),
        Trouble.TOO_LARGE,
    ),
}

SELDOM = {"infinity", "list for a number", "uncertain"}
"""Those that take the same way as another one are tried in `make test-all`."""


class Mirror:
    """A source and the shadow that it feeds."""

    def __init__(self, plant: Plant, source: OpcUaSource) -> None:
        self.source = source
        self.shadow = Shadow(plant)
        self.latest: dict[str, Sample] = {}

    async def fed(self) -> bool:
        """Take in what has come; true, so that it can be waited for with something else."""
        samples = await self.source.poll()
        self.shadow.feed(samples)
        self.latest.update((s.alias, s) for s in samples)
        return True

    def freshness(self, alias: str) -> Freshness:
        """What the shadow thinks of a tag."""
        return self.shadow.freshness(SystemClock().now())[alias]


@pytest.fixture
async def mirror(plant: Plant, here: PlantHere, make_source: MakeSource) -> Mirror:
    """A mirror of a plant that runs, all fresh; patient, because what is huge is written and read by this process."""
    await here.start()
    mirror = Mirror(plant, make_source(here.endpoint, QUICK.model_copy(update={"request_wall_s": 8.0})))
    await mirror.source.open()

    async def whole() -> bool:
        return await mirror.fed() and mirror.freshness(POWER) is Freshness.GOOD

    await until(whole)
    return mirror


@pytest.mark.parametrize(
    "what", [what if what not in SELDOM else pytest.param(what, marks=pytest.mark.slow) for what in WRONG]
)
async def test_a_wrong_value_is_marked_and_counted_and_its_neighbour_goes_on(
    here: PlantHere, mirror: Mirror, what: str
) -> None:
    """The field is not good, the count says why, the rest of the line is seen as before."""
    alias, wrong, trouble = WRONG[what]
    await here.inject(alias, wrong())

    async def seen() -> bool:
        return await mirror.fed() and mirror.source.troubles.get(alias, {}).get(trouble, 0) > 0

    await until(seen)
    here.equipment.put(NEIGHBOUR, 77)

    async def neighbour() -> bool:
        return await mirror.fed() and mirror.latest[NEIGHBOUR].value == 77

    await until(neighbour)
    assert mirror.latest[alias].quality is not Quality.GOOD
    assert mirror.freshness(alias) is not Freshness.GOOD
    assert mirror.freshness(NEIGHBOUR) is Freshness.GOOD
    assert mirror.source.link is LinkState.CONNECTED


async def test_a_source_time_that_goes_back_is_counted_and_the_value_is_passed_on(
    here: PlantHere, mirror: Mirror
) -> None:
    """An hour back: a clock that was set, not a value that was overtaken."""
    back = ua.DataValue(
        ua.Variant(3.5, ua.VariantType.Double), SourceTimestamp=ua.DateTime.now(UTC) - timedelta(hours=1)
    )
    await here.inject(POWER, back)

    async def seen() -> bool:
        return await mirror.fed() and mirror.source.troubles.get(POWER, {}).get(Trouble.TIME_BACK, 0) > 0

    await until(seen)
    assert mirror.latest[POWER].value == 3.5
    source_time = mirror.latest[POWER].source_time
    assert source_time is not None
    assert datetime.now(UTC) - source_time > timedelta(minutes=59)


async def test_a_node_that_is_not_there_is_named_and_the_source_opens_once_it_is(
    here: PlantHere, make_source: MakeSource
) -> None:
    """Nothing is mirrored half: the message names the tag and its place."""
    await here.start(Script(events=(Restart(missing=(POWER,)),)))
    source = make_source(here.endpoint)

    with pytest.raises(TagMissing, match=f"{POWER} at Bottling/Filler/Status/ActivePower is not there"):
        await source.open()

    assert source.link is LinkState.CLOSED


async def test_a_tag_of_which_nothing_is_heard_is_named(mirror: Mirror) -> None:
    """Staleness per node: after the deadline every unchanged tag is silent, the one that moves is not."""

    async def silent() -> bool:
        return await mirror.fed() and POWER in mirror.source.silent(0.5)

    await until(silent)
    assert "line.plant_time_s" not in mirror.source.silent(0.5)
    assert mirror.source.silent(3600) == ()


async def test_a_node_that_the_server_does_not_watch_is_named_with_its_status(plant: Plant, here: PlantHere) -> None:
    """Among good items, the failed one is found and the subscription is not taken for whole."""
    await here.start()
    client = await open_client(here.endpoint, OpcUaSecurity(), session_timeout_wall_s=30, request_wall_s=4)
    place = plant.opcua
    assert place is not None
    tags = {tag.alias: tag for tag in wire_tags(plant)}
    good, gone = await resolve(client, place, [tags[POWER], tags[ORDER]], OperationLimits())
    subscription = TagSubscription(on_value=lambda *_: None, on_end=lambda: None)

    try:
        with pytest.raises(LinkDown, match=rf"does not watch 1 tags for us: {ORDER} \(BadNodeIdUnknown\)"):
            await subscription.start(
                client, [good, replace(gone, node_id=standard_node(999_999))], 0.1, OperationLimits()
            )
    finally:
        await close_client(client, 4)

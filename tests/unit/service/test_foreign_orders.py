"""Orders that somebody gave the line at the machine: an event, a line in the log, and a warning while they last."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from structlog.testing import capture_logs

from plants.loader.load import load_plant
from plants.model.tags import ORDER_SEQUENCE
from service.build import build
from service.clock import VirtualClock
from service.minds import make_brain
from service.parts import Parts
from service.running import Service
from service.settings import Settings
from virtual.link import InProcessActuator, InProcessSource
from virtual.still import StillPlant


async def _turns(service: Service, line: StillPlant, clock: VirtualClock) -> None:
    """Let some ticks pass through the mirror."""
    for _ in range(4):
        clock.advance(1.0)
        line.advance(1.0)
        await service.mirror()


async def test_foreign_orders_are_told_once_when_they_come_and_once_when_they_are_gone(tmp_path: Path) -> None:
    """In the history, in the log, and to whoever looks at the line meanwhile."""
    plant, clock = load_plant("bottling"), VirtualClock(datetime.now(UTC) - timedelta(hours=1))
    settings, line = Settings(directory=tmp_path), StillPlant(plant)
    parts = Parts(
        plant,
        clock,
        InProcessSource(line, clock),
        InProcessActuator(line, clock),
        make_brain(settings, clock),
        pool=None,
    )
    waiting = tuple(order.id for order in plant.orders)

    async with build(settings, parts) as service:
        await _turns(service, line, clock)
        quiet = service.warnings()
        line.put(ORDER_SEQUENCE, ("rush 17", *waiting))
        with capture_logs() as logs:
            await _turns(service, line, clock)
            warned = service.overview().warnings
            line.put(ORDER_SEQUENCE, waiting)
            await _turns(service, line, clock)
        told = [(event.text, event.detail["number"]) for event in service.historian.events(kind="foreign_orders")]

    assert quiet == ()
    assert warned == ("the line has orders that the plant file does not have (rush 17): no sequence is planned",)
    assert told == [
        ("no foreign orders any more", 0),
        ("orders on the line that the plant file does not have: rush 17", 1),
    ]
    assert [line["orders"] for line in logs if line["event"] == "foreign_orders"] == ["rush 17", ""]

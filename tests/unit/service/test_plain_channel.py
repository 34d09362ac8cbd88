"""A channel without protection that leaves this machine: refused, or on record before anything is written."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from historian.historian import Historian
from ledger.audit import Action
from ledger.ledger import Ledger
from plants.errors import Refused
from plants.loader.load import load_plant
from plants.model.plant import Plant
from service.build import _tell_plain_channel
from service.clock import SystemClock
from service.connect import link
from service.minds import make_brain
from service.parts import Parts
from service.settings import Settings

AWAY = "opc.tcp://192.0.2.1:4840"
"""An address that is nobody's (RFC 5737)."""


class Rig:
    """Ledger and history of a plant, as a service has them."""

    def __init__(self, folder: Path, plant: Plant) -> None:
        self.plant = plant
        self.clock = SystemClock()
        self.historian = Historian(plant, folder / "history.db")
        self.ledger = Ledger.at(folder / "ledger.db", plant, self.clock, self.historian)

    def parts(self, settings: Settings) -> Parts:
        """What reaches outside, with these settings; nothing is connected."""
        source, actuator = link(settings, self.plant, self.clock)
        return Parts(self.plant, self.clock, source, actuator, make_brain(settings, self.clock), pool=None)

    def rows(self) -> list[str]:
        """What the chain says of plain channels."""
        return [row.text for row in self.ledger.events() if row.action is Action.PLAIN_CHANNEL]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """The bottling line's."""
    rig = Rig(tmp_path, load_plant("bottling"))
    yield rig
    rig.ledger.close()
    rig.historian.close()


def test_what_a_setting_allows_is_a_row_of_the_chain_and_an_event_of_the_history(rig: Rig, tmp_path: Path) -> None:
    """It names the address, and the heartbeat with the setpoints."""
    settings = Settings(directory=tmp_path, endpoint=AWAY, allow_unencrypted_network=True)

    _tell_plain_channel(settings, rig.parts(settings), rig.ledger, rig.historian)

    [text] = rig.rows()
    assert AWAY in text
    assert "heartbeat" in text
    assert [event.kind for event in rig.historian.events()] == ["plain_channel_allowed"]
    assert rig.ledger.verify().ok


@pytest.mark.parametrize(("endpoint", "allowed"), [("opc.tcp://127.0.0.1:4840", True), (AWAY, False)])
def test_what_stays_on_this_machine_or_is_refused_leaves_no_row(
    rig: Rig, tmp_path: Path, endpoint: str, allowed: bool
) -> None:
    """Nothing crosses the network."""
    settings = Settings(directory=tmp_path, endpoint=endpoint, allow_unencrypted_network=allowed)

    _tell_plain_channel(settings, rig.parts(settings), rig.ledger, rig.historian)

    assert rig.rows() == []


async def test_without_the_setting_neither_a_setpoint_nor_a_beat_leaves(rig: Rig, tmp_path: Path) -> None:
    """Both go through the writing session, which does not open."""
    settings = Settings(directory=tmp_path, endpoint=AWAY)

    with pytest.raises(Refused, match="allow_unencrypted_network"):
        await rig.parts(settings).actuator.open()

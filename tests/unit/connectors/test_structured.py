"""States and modes by name: PackML's, Machinery's, and what the plant file says of a machine with names of its own."""

from datetime import UTC, datetime

import pytest
from asyncua import ua
from pydantic import ValidationError

from connectors.opcua.convert import to_sample
from plants.flow.sample import Quality
from plants.flow.state import PackML
from plants.loader.load import load_plant
from plants.model.connection import StateName, TagPath
from plants.model.tags import UNIT_MODE_MAINTENANCE, UNIT_MODE_MANUAL, UNIT_MODE_PRODUCTION, Tag, tags_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STATE, MODE = "filler.state", "filler.unit_mode"


def tag_of(alias: str, states: dict[str, StateName] | None = None) -> Tag:
    """A tag of the bottling line with a machine's own names of states."""
    place = TagPath(alias=alias, states=states or {})
    plant = load_plant("bottling").model_copy(update={"tags": (place,)})
    return next(tag for tag in tags_of(plant) if tag.alias == alias)


def told(tag: Tag, name: str | None) -> object:
    """What a server's text becomes."""
    data = ua.DataValue(ua.Variant(ua.LocalizedText(name), ua.VariantType.LocalizedText))
    sample = to_sample(tag, data, NOW)
    return sample.value if sample.quality is Quality.GOOD else None


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("Execute", PackML.EXECUTE),
        ("Executing", PackML.EXECUTE),
        ("NotExecuting", PackML.SUSPENDED),
        ("Not Executing", PackML.SUSPENDED),
        ("OutOfService", PackML.ABORTED),
        ("NotAvailable", None),
        ("Wird ausgeführt", None),
        (None, None),
    ],
)
def test_a_state_by_its_name(name: str | None, state: PackML | None) -> None:
    """Any other name tells nothing, and is not guessed at."""
    assert told(tag_of(STATE), name) == state


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("Processing", UNIT_MODE_PRODUCTION),
        ("Maintenance", UNIT_MODE_MAINTENANCE),
        ("Setup", UNIT_MODE_MANUAL),
        ("None", UNIT_MODE_MANUAL),
        ("Execute", None),
    ],
)
def test_a_mode_by_its_name(name: str, mode: int | None) -> None:
    """In all but one of them nothing is written from afar."""
    assert told(tag_of(MODE), name) == mode


def test_the_plant_file_says_what_a_name_means_on_this_machine() -> None:
    """Its word goes before that of the specification."""
    tag = tag_of(STATE, {"NotExecuting": "idle", "Wird ausgeführt": "execute"})

    assert told(tag, "NotExecuting") == PackML.IDLE
    assert told(tag, "Wird ausgeführt") == PackML.EXECUTE
    assert told(tag, "Executing") == PackML.EXECUTE


@pytest.mark.parametrize(("alias", "meaning"), [("filler.processed", "idle"), (STATE, "sleeping")])
def test_only_a_station_has_states_and_only_those_of_packml(alias: str, meaning: str) -> None:
    """Both are mistakes in the plant file."""
    with pytest.raises(ValidationError):
        TagPath.model_validate({"alias": alias, "states": {"Off": meaning}})

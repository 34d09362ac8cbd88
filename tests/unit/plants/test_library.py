"""The library's plants hold together: schema, speeds, buffers, explanations."""

import json

import pytest
from jsonschema import Draft7Validator

from plants.loader.library import LIBRARY, library_names, library_path
from plants.loader.load import load_plant
from plants.loader.node import plain
from plants.loader.reading import read
from plants.loader.schema import SCHEMA_FILE, plant_schema
from plants.model.distribution import mean_s
from plants.model.parameter import EffectOn


def test_the_committed_schema_is_that_of_the_model() -> None:
    """After a change of the model run `python -m plants.loader.schema`."""
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == plant_schema()


def test_the_schema_is_draft_7() -> None:
    """Editors read draft 7: it is valid there and has nothing of later drafts."""
    Draft7Validator.check_schema(plant_schema())

    text = json.dumps(plant_schema())

    assert not [word for word in ('"$defs"', '"prefixItems"', '"discriminator"') if word in text]


@pytest.mark.parametrize("name", library_names())
def test_a_library_file_fits_the_schema_and_refers_to_it(name: str) -> None:
    """The editor sees no mistake where the loader sees none, and finds the schema offline."""
    path = library_path(name)
    described = plain(read(path.read_bytes(), path.name)[0])

    assert list(Draft7Validator(plant_schema()).iter_errors(described)) == []
    assert path.read_text(encoding="utf-8").startswith("# yaml-language-server: $schema=./plant.schema.json\n")
    assert (LIBRARY / "plant.schema.json").is_file()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("mtbf_s: 1200", "mtfb_s: 1200"),
        ("kind: lognormal, ", ""),
        ("kind: lognormal", "kind: lognorml"),
        ("capacity: 60", "capacity: many"),
        ("quantity: 2400", "quantity: {value: 2400.5, source: plan}"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(old: str, new: str) -> None:
    """A misspelt key, a missing or unknown kind, text for a number: the editor underlines them."""
    text = library_path("bottling").read_text(encoding="utf-8").replace(old, new, 1)

    described = plain(read(text.encode(), "f.yaml")[0])

    assert list(Draft7Validator(plant_schema()).iter_errors(described))


@pytest.mark.parametrize("name", library_names())
def test_a_cycle_is_what_the_nominal_speed_says(name: str) -> None:
    """Where a speed in pieces per minute acts on the cycle, the cycle is pieces x 60 / speed."""
    plant = load_plant(name)

    for station in plant.stations:
        for p in station.parameters:
            if p.unit == "1/min" and any(e.acts_on is EffectOn.CYCLE_TIME for e in p.effects):
                assert mean_s(station.cycle) == pytest.approx(plant.flow_unit.pieces * 60 / p.nominal, rel=1e-5)


@pytest.mark.parametrize("name", library_names())
def test_every_effect_is_one_at_nominal(name: str) -> None:
    """The figures of a station hold at its nominal setpoints."""
    plant = load_plant(name)

    factors = [p.factor(on, p.nominal) for p in plant.parameters.values() for on in EffectOn]

    assert factors == pytest.approx([1.0] * len(factors))


def test_the_bottling_line_has_its_slowest_machine_in_the_middle() -> None:
    """The V-curve: every machine is faster the further it stands from the filler."""
    cycles = [mean_s(s.cycle) for s in load_plant("bottling").stations]
    slowest = cycles.index(max(cycles))

    assert load_plant("bottling").stations[slowest].id == "filler"
    assert cycles[: slowest + 1] == sorted(cycles[: slowest + 1])
    assert cycles[slowest:] == sorted(cycles[slowest:], reverse=True)


def test_conveyors_of_the_bottling_line_hold_what_is_in_transit() -> None:
    """A conveyor shorter than what the filler sends along it in its transport time would slow the line."""
    plant = load_plant("bottling")
    slowest_s = max(mean_s(s.cycle) for s in plant.stations)

    assert all(b.capacity * slowest_s > b.transport_s for b in plant.buffers)

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
from plants.model.station import UNLIMITED
from plants.model.workload import demand, workloads


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


@pytest.mark.parametrize(
    ("name", "busiest", "low", "high"), [("bottling", "filler", 0.6, 0.85), ("machining_cell", "mill_1", 0.65, 0.85)]
)
def test_the_orders_of_a_library_plant_fill_it_and_can_be_kept(
    name: str, busiest: str, low: float, high: float
) -> None:
    """The busiest station has work, and room for setups and failures."""
    loads = workloads(load_plant(name))
    most = max(loads, key=lambda w: w.share)

    assert most.station == busiest
    assert low < most.share < high
    assert all(w.share > 0.3 for w in loads)


def test_the_mini_fab_is_loaded_as_its_description_says() -> None:
    """84 lots a week: by hand 84 x 600 / 3 min on two furnaces, 84 x 140 on two implanters, 84 x 105 on lithography."""
    shares = {w.station: w.share for w in workloads(load_plant("minifab"))}

    week_min = 7 * 24 * 60
    assert shares["ma"] == shares["mb"] == pytest.approx(84 * 600 / 3 / 2 / week_min, rel=1e-4)
    assert shares["mc"] == shares["md"] == pytest.approx(84 * 140 / 2 / week_min, rel=1e-4)
    assert shares["me"] == pytest.approx(84 * 105 / week_min, rel=1e-4)


def test_every_lot_of_the_mini_fab_takes_the_same_six_steps() -> None:
    """Three products, one process; the three kinds of machine are visited twice each, in the order 1 2 3 2 1 3."""
    plant = load_plant("minifab")

    routes = {tuple(step.stations for step in product.route) for product in plant.products}

    furnaces, implanters, lithography = ("ma", "mb"), ("mc", "md"), ("me",)
    assert routes == {(furnaces, implanters, lithography, implanters, furnaces, lithography)}


@pytest.mark.parametrize("name", ["machining_cell", "minifab"])
def test_no_rack_of_a_re_entrant_library_plant_can_be_full(name: str) -> None:
    """So that no two stations can wait for room at each other: a rack holds all that may be on the line."""
    plant = load_plant(name)
    limit = plant.wip_limit or UNLIMITED

    assert all(buffer.capacity >= limit for buffer in plant.buffers)


def test_the_machining_cell_has_material_for_its_orders() -> None:
    """Castings that are announced are enough for all orders; bar is ordered when it runs low."""
    plant = load_plant("machining_cell")
    stock = {m.id: m for m in plant.materials}
    wanted = demand(plant, 0.0)
    castings = sum(
        wanted[product.id] * use.quantity
        for product in plant.products
        for step in product.route
        for use in step.materials
        if use.material == "casting"
    )

    assert stock["casting"].initial + sum(d.quantity for d in stock["casting"].deliveries) >= castings
    assert stock["bar"].reorder is not None

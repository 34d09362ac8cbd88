"""An impossible plant is refused before it runs: every reason, each at its place."""

import json
import time
from pathlib import Path

import pytest

from plants.loader.load import load_plant
from plants.loader.problem import InvalidPlant
from tests.unit.plants.cell import CELL


def _problems(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    text = CELL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new.replace("«", ""), 1)
    path = tmp_path / "cell.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidPlant) as caught:
        load_plant(path)
    return [str(p) for p in caught.value.problems]


def _place(old: str, new: str) -> str:
    before = CELL.replace(old, new, 1).split("«")[0]
    return f"cell.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def test_the_plant_to_be_spoilt_is_right(tmp_path: Path) -> None:
    """Otherwise nothing below would show anything."""
    path = tmp_path / "cell.yaml"
    path.write_text(CELL, encoding="utf-8")

    assert load_plant(path).plant == "cell"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: table", "id: «saw", "station or buffer name 'saw' is used twice"),
        ("id: spare", "id: spare, product: pin, every: {kind: exponential, mean_s: 9}}\n  - {id: «spare",
         "arrival name 'spare' is used twice"),
        ("id: late", "id: «day", "calendar name 'day' is used twice"),
        ("id: two", "id: «one", "order name 'one' is used twice"),
        ("[sawing, mending]", "[sawing, «sawing, mending]", "crew 'red' has skill 'sawing' twice"),
        ("step: fit2", "step: «fit", "the route of 'shaft' has two steps 'fit'"),
        ("stations: [mill]", "stations: [mill, «mill]", "step 'finish' of 'shaft' names station 'mill' twice"),
        ("components: [{", "components: [{product: pin}, {", "step 'fit' of 'shaft' names product 'pin' twice in"),
        ("materials: [{", "materials: [{material: bar, quantity: 1}, {", "names material 'bar' twice in materials"),
        ("renews: [spindle]", "renews: [spindle, «spindle]", "failure mode 'spindle' is renewed twice"),
        ("upstream: [saw, oven]", "upstream: [saw, «saw, oven]", "buffer 'rack' names station 'saw' twice"),
        ("pairs: [", "pairs: [{before: pin, after: shaft, time: {kind: constant, mean_s: 1}}, "
         "«{before: pin, after: shaft, time: {kind: constant, mean_s: 2}}, ",
         "setup of 'mill' from 'pin' to 'shaft' is given twice"),
        ("      - id: tool", "      - {id: tool, name: {en: T, ko: T}, duration: {mean_s: 1, kind: constant}, "
         "every_s: 9}\n      - id: «tool", "station 'mill' has two maintenances of one name"),
    ],
)  # fmt: skip
def test_a_name_means_one_thing(tmp_path: Path, old: str, new: str, message: str) -> None:
    """The second use is told, at its place."""
    told = _problems(tmp_path, (old, new))

    assert any(message in line and (_place(old, new) in line or "«" not in new) for line in told), told


@pytest.mark.parametrize(
    ("old", "new", "message", "meant"),
    [
        ("calendar: day\n", "calendar: «dy\n", "station 'saw' names unknown calendar 'dy'", "day"),
        ("mending], calendar: day", "mending], calendar: «dya", "crew 'red' names unknown calendar 'dya'", "day"),
        ("skill: sawing", "skill: «swing",
         "work at 'saw' needs a crew nobody has: no crew has skill 'swing'", "sawing"),
        ("mttr_s: 600, skill: mending", "mttr_s: 600, skill: «mendin",
         "repair of 'spindle' at 'mill' needs a crew nobody has: no crew has skill 'mendin'", "mending"),
        ("        skill: mending", "        skill: «flying",
         "maintenance 'tool' at 'mill' needs a crew nobody has: no crew has skill 'flying'", None),
        ("capacity: 9, carrier: agv", "capacity: 9, carrier: «agvs", "buffer 'rack' names unknown fleet 'agvs'", "agv"),
        ("home: saw", "home: «saww", "fleet 'agv' names unknown station 'saww'", "saw"),
        ("charger_at: mill", "charger_at: «mil", "fleet 'agv' names unknown station 'mil'", "mill"),
        ("downstream: mill", "downstream: «mil", "buffer 'rack' names unknown station 'mil'", "mill"),
        ("upstream: [saw, oven]", "upstream: [saw, «ovn]", "buffer 'rack' names unknown station 'ovn'", "oven"),
        ("stations: oven", "stations: «ovne", "step 'harden' of 'shaft' names unknown station 'ovne'", "oven"),
        ("{station: mill", "{station: «mlil", "step 'finish' of 'shaft' names unknown station 'mlil'", "mill"),
        ("{product: pin", "{product: «pins", "step 'fit' of 'shaft' names unknown product 'pins'", "pin"),
        ("{material: bar", "{material: «barr", "step 'cut' of 'shaft' names unknown material 'barr'", "bar"),
        ("to: fit2", "to: «fit_2", "rework in step 'fit' of 'shaft' names unknown step 'fit_2'", "fit2"),
        ("renews: [spindle]", "renews: [«spindl]", "maintenance 'tool' of 'mill' renews unknown failure mode 'spindl'",
         "spindle"),
        ("sequence: [one, two]", "sequence: [one, «too]", "the sequence of 'saw' names unknown order 'too'", "two"),
        ("after: boring", "after: «borin", "setup of 'mill' names unknown product 'borin'", "boring"),
        ("product: pin, every", "product: «pinn, every", "arrival 'spare' asks for unknown product 'pinn'", "pin"),
        ("rule: sequence", "rule: «sequenc", "no dispatch rule is called 'sequenc'", "sequence"),
    ],
)  # fmt: skip
def test_a_name_that_nothing_carries_is_told_with_a_near_one(
    tmp_path: Path, old: str, new: str, message: str, meant: str | None
) -> None:
    """In every place where a name may stand."""
    told = _problems(tmp_path, (old, new))

    hint = "" if meant is None else f", did you mean '{meant}'?"
    assert f"{message} at {_place(old, new)}{hint}" in told


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("upstream: [saw, oven], downstream: mill", "upstream: oven, downstream: mill",
         "the route leads nowhere from 'cut' to 'mill' of 'shaft': no buffer from 'saw' to 'mill'"),
        ("upstream: [mill, bench], downstream", "upstream: mill, downstream",
         "the route leads nowhere from 'fit' to 'fit2' of 'shaft': no buffer from 'bench' to 'bench'"),
        ("to: fit2", "to: «harden",
         "the route leads nowhere from 'fit' to 'harden' of 'shaft': no buffer from 'bench'"),
        ("upstream: saw, downstream: bench", "upstream: oven, downstream: bench",
         "component 'pin' leads nowhere: no buffer from 'saw' to 'bench', where it is built in"),
        ("stations: mill, time: {kind: constant, mean_s: 90}", "stations: mill",
         "step 'mill' of 'shaft' has no time at 'mill': give the step a 'time', or the station a 'cycle'"),
        ("{station: mill", "{station: «oven", "step 'finish' of 'shaft' is never done at 'oven'"),
        ("  - {id: tray", "  - «{id: attic, name: {en: A, ko: A}, upstream: oven, downstream: saw}\n  - {id: tray",
         "no route passes through buffer 'attic'"),
        ("  - {id: tray", "  - «{id: gate, name: {en: G, ko: G}, downstream: saw}\n  - {id: tray",
         "no route passes through buffer 'gate'"),
        ("[{step: cut, stations: saw}]", "[{step: cut, stations: saw, components: [{product: «shaft}]}]",
         "a product cannot contain itself: 'shaft' in 'pin' in 'shaft'"),
        ("capacity: 4}", "capacity: 0, transport_s: «5}",
         "buffer 'table' of capacity 0 hands over directly and can take no transport_s"),
        ("capacity: 9, carrier: agv", "capacity: 0, carrier: «agv",
         "buffer 'rack' of capacity 0 hands over directly: a vehicle needs a place to set down"),
        ("capacity: 4}", "capacity: 0}", "'bench' hands over directly to itself and would wait for ever"),
        ("batch: {minimum: 3, maximum: 6}", "batch: {minimum: «7, maximum: 8}",
         "'oven' waits for 7 units, and the buffers in front hold 6"),
        ("downstream: bench, capacity: 20", "downstream: bench, capacity: 1",
         "'bench' builds in 2 of 'pin' at once, and the buffers that bring them hold 1"),
        ("product: pin, every", "product: shaft, every",
         "'pin' is never made for 'shaft', which comes without an order: give arrivals (or orders) of 'pin'"),
        ("wip_limit: 40", "wip_limit: «2", "step 'harden' of 'shaft' waits for 3 units, and no more than 2 may enter"),
        ("upstream: [mill, bench]", "upstream: [mill, bench, saw]",
         "buffer 'table' brings 'bench' components and also units that go on by themselves"),
        ("batch: {minimum: 3, maximum: 6}\n    position: {x_m: 30, y_m: 40}", "batch: {minimum: 3, maximum: 6}",
         "vehicles come to 'oven': give it a 'position' (buffer 'tray')"),
        ("charging_kw: 1,", "charging_kw: 1, charge_below: «0.01,", "take 0.02 kWh: raise charge_below or capacity"),
        ("mending], calendar: day", "mending], calendar: late",
         "'saw' works only when nobody with skill 'sawing' is on duty (crew 'red')"),
        ("quantity: 2}]}", "quantity: «200}]}", "a unit of 'shaft' needs 200 m of 'bar' up to step 'cut', and no more"),
        ("    wear: {per_hour: 1}\n", "", "maintenance 'tool' waits for wear, and 'mill' has no 'wear'"),
        ("rule: sequence, sequence: [one, two]", "rule: «sequence", "'saw' takes orders in sequence: give the 'seq"),
        ("rule: sequence,", "rule: edd,", "the sequence of 'saw' is of no use with rule 'edd'"),
        ("[one, two]", "[one, «one]", "the sequence of 'saw' has order 'one' too often: its route comes there once"),
    ],
)  # fmt: skip
def test_an_impossible_plant_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    """What cannot be, in words that say why; at its place where that is one value."""
    told = _problems(tmp_path, (old, new))

    assert any(message in line and ("«" not in new or _place(old, new) in line) for line in told), told


def test_a_station_cannot_wait_for_an_order_that_never_comes(tmp_path: Path) -> None:
    """A fixed sequence with an order that is not made there would stop the station for ever."""
    told = _problems(
        tmp_path,
        ("rule: sequence, sequence: [one, two]", "rule: fifo"),
        ("servers: 2", "servers: 2\n    dispatch: {rule: sequence, sequence: [one]}"),
        ('{id: one, product: shaft, quantity: 5', '{id: one, product: pin, quantity: 5'),
    )  # fmt: skip

    assert "'mill' would wait for ever for order 'one': 'pin' is not made there at cell.yaml:" in told[0]
    assert len(told) == 1


def test_a_ring_of_direct_transfers_is_refused_and_one_with_a_place_in_it_is_not(tmp_path: Path) -> None:
    """Mill to oven to mill by hand: both would be full for ever."""
    tray = (
        "upstream: mill, downstream: oven, capacity: 6, carrier: agv",
        "upstream: mill, downstream: oven, capacity: 0",
    )
    rack = (
        "upstream: [saw, oven], downstream: mill, capacity: 9, carrier: agv",
        "upstream: [saw, oven], downstream: mill, capacity: 0",
    )
    batch = ("batch: {minimum: 3, maximum: 6}", "batch: null")

    told = _problems(tmp_path, tray, rack, batch)

    assert any("'mill', 'oven' hand over directly in a ring and would wait for each other for ever" in t for t in told)
    path = tmp_path / "cell.yaml"
    text = CELL
    for old, new in (tray, batch):
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    load_plant(path)


def test_a_batch_cannot_gather_where_nothing_is_held(tmp_path: Path) -> None:
    """Not even one of a single unit: it would be handed over without looking for others."""
    told = _problems(
        tmp_path,
        (
            "upstream: mill, downstream: oven, capacity: 6, carrier: agv",
            "upstream: mill, downstream: oven, capacity: 0",
        ),
        ("batch: {minimum: 3, maximum: 6}", "batch: {maximum: 6}"),
    )

    assert any("buffer 'tray' holds nothing, and 'oven' gathers batches: give it a capacity" in t for t in told)


def test_a_batch_that_does_not_wait_for_ever_may_be_larger_than_the_buffer(tmp_path: Path) -> None:
    """After `wait_s` fewer units are enough."""
    path = tmp_path / "cell.yaml"
    path.write_text(
        CELL.replace("{minimum: 3, maximum: 6}", "{minimum: 7, maximum: 9, wait_s: 60}", 1), encoding="utf-8"
    )

    assert load_plant(path).station("oven").batch is not None


def test_calendars_of_different_length_may_meet(tmp_path: Path) -> None:
    """On the third day the late week begins at two in the afternoon, when the saw of another calendar still works."""
    path = tmp_path / "cell.yaml"
    text = CELL.replace("mending], calendar: day", "mending], calendar: late", 1).replace('"14:00"}]', '"14:01"}]', 1)
    path.write_text(text, encoding="utf-8")

    assert load_plant(path).crews[0].calendar == "late"


def test_all_reasons_come_at_once(tmp_path: Path) -> None:
    """Names astray, people, material, wear and routes, in the order of the file."""
    told = _problems(
        tmp_path,
        ("skill: sawing", "skill: swing"),
        ("    wear: {per_hour: 1}\n", ""),
        ("upstream: [mill, bench], downstream", "upstream: mill, downstream"),
        ("quantity: 2}]}", "quantity: 200}]}"),
        ("capacity: 4}", "capacity: 0, transport_s: 5}"),
    )

    assert [t.split(":")[0].split("'")[0].strip() for t in told] == [
        "work at", "maintenance", "buffer", "a unit of", "the route leads nowhere from",
        "the route leads nowhere from",
    ]  # fmt: skip


def test_a_rule_of_ones_own_is_no_slip_of_the_pen(tmp_path: Path) -> None:
    """A name far from those built in is left to the package that brings it."""
    path = tmp_path / "cell.yaml"
    path.write_text(CELL.replace("rule: sequence, sequence: [one, two]", "rule: oldest_customer", 1), encoding="utf-8")

    assert load_plant(path).stations[0].dispatch.rule == "oldest_customer"


def test_a_single_name_that_stands_for_a_list_has_the_path_of_the_key(tmp_path: Path) -> None:
    """`downstream: mill` is one value; its problem is that of `downstream`."""
    path = tmp_path / "cell.yaml"
    path.write_text(CELL.replace("downstream: mill", "downstream: mil", 1), encoding="utf-8")

    with pytest.raises(InvalidPlant) as caught:
        load_plant(path)

    assert [p.path for p in caught.value.problems] == ["buffers.0.downstream"]


def test_what_is_no_list_of_names_is_told_in_plain_words(tmp_path: Path) -> None:
    """A number is neither a name nor a list of them."""
    told = _problems(tmp_path, ("downstream: mill", "downstream: 5"))

    assert [t.split(" at ")[0] for t in told] == ["a name, or a list of names, is expected here"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("count: 1", "count: 1\n    kind: «agvv",
         "'agvv' is not one of agv, mobile_robot, humanoid at {place}, did you mean 'agv'?"),
        ("moving_kw", "«moving_kv", "unknown key 'moving_kv' at {place}, did you mean 'moving_kw'?"),
        ("inspection: {}", "«inspektion: {}", "unknown key 'inspektion' at {place}, did you mean 'inspection'?"),
        ("{to: fit2}", "{«too: fit2}", "unknown key 'too' at {place}, did you mean 'to'?"),
        ("wear_above: 5", "«wear_over: 5", "unknown key 'wear_over' at {place}, did you mean 'wear_above'?"),
        ("maximum: 6}", "maximum: 6, mix: «prodct}",
         "'prodct' is not one of product, step, any at {place}, did you mean 'product'?"),
        ("{kind: exponential, mean_s: 3600}", "{kind: «exponent, mean_s: 3600}", "'exponent' is not one of"),
        ("{skill: sawing}", "{skill: sawing, during: [«setups]}",
         "'setups' is not one of setup, processing at {place}, did you mean 'setup'?"),
        ('start_s: "06:00"', 'start_s: «"6am"', "give seconds, or hours after the start of the day as 'HH:MM'"),
        ("stations: oven", "stations: «[]", "too few entries: at least 1 must be given at {place}"),
        ("stations: oven", "stations: [oven, «5]", "text is expected here, not 5 at {place}"),
    ],
)  # fmt: skip
def test_keys_and_kinds_of_the_new_mappings_are_suggested(tmp_path: Path, old: str, new: str, message: str) -> None:
    """In lists, in unions and in mappings below them, each at its place."""
    told = _problems(tmp_path, (old, new))

    assert any(message.format(place=_place(old, new)) in line for line in told), told


def test_a_plant_of_the_largest_size_is_checked_in_bounded_time(tmp_path: Path) -> None:
    """200 stations, 400 buffers between a third of them each, 600 steps with 20 stations each."""
    label = {"en": "x", "ko": "x"}
    ring = [f"s{i}" for i in range(200)] * 2
    plant = {
        "plant": "large",
        "name": label,
        "flow_unit": {"name": label, "piece": label},
        "stations": [{"id": s, "name": label, "cycle": {"kind": "constant", "mean_s": 1}} for s in ring[:200]],
        "buffers": [{"id": f"b{i}", "name": label, "downstream": ring[i % 200 : i % 200 + 66]} for i in range(400)],
        "products": [
            {
                "id": "p",
                "name": label,
                "route": [{"step": f"t{n}", "stations": ring[n % 200 : n % 200 + 20]} for n in range(600)],
            }
        ],
    }
    path = tmp_path / "large.json"
    path.write_text(json.dumps(plant), encoding="utf-8")
    begun = time.process_time()

    load_plant(path)

    assert time.process_time() - begun < 10

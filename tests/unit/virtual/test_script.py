"""Scripts: what they hold, when it acts, and how a wrong one is refused."""

from pathlib import Path

import pytest

from plants.errors import InvalidInput
from plants.flow.sample import Quality
from plants.model.plant import Plant
from virtual.script import (
    DEMO_SCRIPT,
    NO_SCRIPT,
    BadQuality,
    Breakdown,
    ClampedWrites,
    IgnoredWrites,
    PanelSetting,
    Script,
    Wear,
    load_script,
    parse_script,
)

SPEED = "labeller.speed_per_min"


def test_the_demo_leaves_the_labeller_turned_down_after_a_jam(plant: Plant) -> None:
    """First the jam, then the forgotten setting."""
    jam, setting = DEMO_SCRIPT.events

    DEMO_SCRIPT.check(plant)
    assert isinstance(jam, Breakdown)
    assert isinstance(setting, PanelSetting)
    assert jam.station == "labeller"
    assert jam.at_s + jam.repair_s <= setting.at_s
    assert (setting.alias, setting.value) == (SPEED, 470)


def test_a_script_is_read_from_yaml_and_from_json_alike(tmp_path: Path) -> None:
    """JSON is YAML."""
    expected = Script(
        events=(IgnoredWrites(at_s=10, alias=SPEED, for_s=60), Wear(station="filler", mode="valve", factor=2))
    )
    as_json, as_yaml = tmp_path / "script.json", tmp_path / "script.yaml"
    as_json.write_text(expected.model_dump_json(), encoding="utf-8")
    as_yaml.write_text(
        "events:\n"
        "  - {kind: ignored_writes, at_s: 10, alias: labeller.speed_per_min, for_s: 60}\n"
        "  - {kind: wear, station: filler, mode: valve, factor: 2}\n",
        encoding="utf-8",
    )

    assert load_script(str(as_json)) == load_script(str(as_yaml)) == expected


def test_names_stand_for_the_built_in_scripts() -> None:
    """`none` and `demo` need no file."""
    assert load_script("none") == NO_SCRIPT
    assert load_script("demo") == DEMO_SCRIPT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("events: [", "not YAML"),
        ("[]  # a list", "not a script"),
        ("events: [{kind: earthquake}]", "events.0"),
        ("events: [{kind: wear, station: filler, mode: valve}]", "factor"),
        ("events: [{kind: wear, station: filler, mode: valve, factor: .nan}]", "factor"),
        ("events: [{kind: breakdown, station: filler, mode: valve, repair_s: -1}]", "repair_s"),
        ("events: [{kind: ignored_writes, alias: filler.speed_per_min, at: 5}]", "at"),
        ("script: []", "script"),
    ],
)
def test_a_text_that_is_no_script_is_refused_with_the_place(text: str, said: str) -> None:
    """Each problem is named."""
    with pytest.raises(InvalidInput, match="spoilt") as raised:
        parse_script(text, name="spoilt")

    assert said in raised.value.message


def test_a_missing_file_is_refused_with_the_choices() -> None:
    """A typing error in `demo` is not a traceback."""
    with pytest.raises(InvalidInput, match="'none', 'demo' or the path"):
        load_script("dmeo")


def test_all_names_that_the_plant_does_not_have_are_told_at_once(plant: Plant) -> None:
    """One run is enough to correct a script."""
    script = Script(
        events=(
            Breakdown(station="labeler", mode="glue", repair_s=60),
            Wear(station="filler", mode="glue", factor=2),
            BadQuality(alias="filler.colour", quality=Quality.BAD),
            PanelSetting(alias="filler.state", value=6),
        )
    )

    with pytest.raises(InvalidInput) as raised:
        script.check(plant)

    for said in ("event 1", "labeler", "event 2", "underfill_stop, valve", "event 3", "filler.colour", "event 4"):
        assert said in raised.value.message


def test_a_fault_acts_from_its_time_until_it_ends() -> None:
    """[at, at + for), and for good without an end."""
    script = Script(events=(IgnoredWrites(at_s=10, for_s=5, alias=SPEED),))
    for_good = Script(events=(IgnoredWrites(at_s=10, alias=SPEED),))

    acting = [script.acting(IgnoredWrites, SPEED, s) is not None for s in (9.9, 10, 14.9, 15)]

    assert acting == [False, True, True, False]
    assert for_good.acting(IgnoredWrites, SPEED, 1e6) is not None
    assert script.acting(IgnoredWrites, "filler.speed_per_min", 12) is None
    assert script.acting(ClampedWrites, SPEED, 12) is None


def test_of_several_faults_on_one_tag_the_last_begun_acts() -> None:
    """A later line overrides an earlier one."""
    early = BadQuality(at_s=0, alias=SPEED, quality=Quality.BAD)
    late = BadQuality(at_s=10, alias=SPEED, quality=Quality.UNCERTAIN)
    script = Script(events=(late, early))

    assert script.acting(BadQuality, SPEED, 5) == early
    assert script.acting(BadQuality, SPEED, 15) == late


def test_events_come_once_each_and_in_order_of_time() -> None:
    """Consecutive spans share no event and lose none."""
    events = tuple(Wear(at_s=s, station="filler", mode="valve", factor=2) for s in (30, 10, 20))
    script = Script(events=events)

    spans = [script.between(-1, 10), script.between(10, 10), script.between(10, 40)]

    assert [[e.at_s for e in span] for span in spans] == [[10], [], [20, 30]]

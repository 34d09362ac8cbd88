"""States by rules, counters that roll over, plant time and constants where equipment tells none of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.deriving import Derivation
from connectors.deriving.counter import Counter
from connectors.deriving.derivation import plant_second
from plants.flow.sample import Quality, Sample, Value
from plants.flow.state import PackML
from plants.loader.load import load_plant
from plants.model.connection import OpcUa, PlantClock, TagPath
from plants.model.plant import Plant
from plants.model.rules import StateRule
from plants.model.tags import PLANT_TIME, TIME_SCALE, wire_tags

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
COUNTER = "depalletiser.processed"
STATE = "depalletiser.state"
REASON = "depalletiser.stop_reason"
JAM = 10
GLUE = 11


def plant(**more: Any) -> Plant:  # noqa: ANN401 - any part of a plant
    """The bottling line; its depalletiser has a micro-stop `bottle_jam` and a breakdown `layer_gripper`."""
    return load_plant("bottling").model_copy(update=more)


def ruled(**rule: Any) -> Derivation:  # noqa: ANN401 - any part of a rule
    """A derivation with one rule for the depalletiser."""
    return Derivation(plant(state_rules=(StateRule.model_validate({"station": "depalletiser", **rule}),)))


class Line:
    """Feeds a derivation with what a controller sends, by plant time."""

    def __init__(self, derivation: Derivation) -> None:
        self._derivation = derivation
        self.shown: dict[str, Sample] = {}

    def at(self, plant_s: float, **values: Value | None) -> None:
        """Something was read at a plant time; `_` stands for the first dot in an alias."""
        now = NOW + timedelta(seconds=plant_s)
        sent = [_sample(PLANT_TIME, plant_s, now)]
        sent += [_sample(alias.replace("__", "."), value, now) for alias, value in values.items()]
        self.shown.update({s.alias: s for s in self._derivation.derive(sent, now)})

    @property
    def state(self) -> Value | None:
        """The depalletiser's state."""
        return self.shown[STATE].value

    @property
    def reason(self) -> Value | None:
        """The depalletiser's stop reason."""
        return self.shown[REASON].value


def _sample(alias: str, value: Value | None, now: datetime) -> Sample:
    quality = Quality.BAD if value is None else Quality.GOOD
    return Sample(alias=alias, value=value, quality=quality, source_time=now, received_at=now)


def test_a_counter_that_moves_means_execute_and_one_that_stands_a_micro_stop_then_a_breakdown() -> None:
    """The same stop changes its class when it has lasted long enough."""
    line = Line(ruled(moving_within_s=5, micro_stop_s=60))

    line.at(0, depalletiser__processed=10)
    line.at(2, depalletiser__processed=11)
    running = line.state
    line.at(6, depalletiser__processed=11)
    still = line.state
    line.at(8)
    short = (line.state, line.reason)
    line.at(69)
    long = (line.state, line.reason)
    line.at(70, depalletiser__processed=12)

    assert (running, still) == (PackML.EXECUTE, PackML.EXECUTE)
    assert short == (PackML.HELD, JAM)
    assert long == (PackML.ABORTED, GLUE)
    assert (line.state, line.reason) == (PackML.EXECUTE, 0)


def test_a_stop_code_tells_why() -> None:
    """Listed numbers mean conditions and failure modes; others tell nothing."""
    rule = {
        "moving_within_s": 5,
        "stop_code": {"path": ["Depalletiser", "Code"]},
        "codes": [
            {"code": 12, "means": "starved"},
            {"code": 40, "means": "layer_gripper"},
            {"code": 7, "means": "setup"},
        ],
    }
    line = Line(ruled(**rule))
    seen = []

    for n, code in enumerate((12, 40, 7, 99)):
        line.at(10.0 * (n + 1), depalletiser__processed=10, depalletiser__raw__code=code)
        seen.append((line.state, line.reason))

    assert seen == [(PackML.SUSPENDED, 1), (PackML.ABORTED, GLUE), (PackML.STOPPED, 3), (PackML.HELD, JAM)]


def test_the_first_bit_that_is_set_decides() -> None:
    """A fault bit before a run bit; a bit may mean something when it is false."""
    rule = {
        "bits": [
            {"path": ["Depalletiser", "Fault"], "means": "layer_gripper"},
            {"path": ["Depalletiser", "InfeedFull"], "means": "starved", "when": False},
            {"path": ["Depalletiser", "Run"], "means": "executing"},
        ]
    }
    line = Line(ruled(**rule))
    seen: list[Value | None] = []

    for bits in ((False, True, True), (True, True, True), (False, False, True), (False, True, False)):
        fault, infeed, run = bits
        line.at(
            len(seen), depalletiser__raw__bit_0=fault, depalletiser__raw__bit_1=infeed, depalletiser__raw__bit_2=run
        )
        seen.append(line.state)

    assert seen == [PackML.EXECUTE, PackML.ABORTED, PackML.SUSPENDED, PackML.HELD]


def test_an_input_that_is_not_good_makes_the_state_not_good() -> None:
    """Bad in, Bad out; an input that never came is as bad; nothing is guessed."""
    line = Line(ruled(moving_within_s=5))

    line.at(0)
    never = line.shown[STATE]
    line.at(1, depalletiser__processed=10)
    line.at(2, depalletiser__processed=None)
    bad = line.shown[STATE]

    assert (never.quality, never.value) == (bad.quality, bad.value) == (Quality.BAD, None)


def test_raw_inputs_are_read_from_the_equipment_and_shown_to_nobody() -> None:
    """The wire carries them in place of the tags that are derived."""
    rule = StateRule.model_validate(
        {"station": "depalletiser", "bits": [{"path": ["Depalletiser", "Run"], "means": "executing"}]}
    )
    described = plant(state_rules=(rule,))
    line = Line(Derivation(described))

    line.at(0, depalletiser__raw__bit_0=True)

    on_wire = {tag.alias for tag in wire_tags(described)}
    assert "depalletiser.raw.bit_0" in on_wire
    assert on_wire.isdisjoint({STATE, REASON, "depalletiser.unit_mode"})
    assert "depalletiser.raw.bit_0" not in line.shown
    assert line.shown["depalletiser.unit_mode"].value == 1


def unrolled(rolls_over_at: int | None, *raws: int) -> list[Value | None]:
    """What a counter makes of numbers."""
    counter = Counter(rolls_over_at)
    return [counter.unrolled(_sample(COUNTER, raw, NOW)).value for raw in raws]


def test_a_counter_goes_on_over_its_rollover_and_its_reset() -> None:
    """65,530 to 5 of a 16-bit counter is 11 pieces; 500 to 3 is a reset with 3 pieces after it."""
    assert unrolled(65_536, 65_530, 5, 6) == [65_530, 65_541, 65_542]
    assert unrolled(65_536, 500, 3) == [500, 503]
    assert unrolled(None, 500, 3, 4) == [500, 503, 504]


def test_a_counter_rolls_over_as_a_uint32_itself() -> None:
    """What leaves here is what the tag declares."""
    assert unrolled(2**33, 2**32 - 1, 2**32 + 1) == [2**32 - 1, 1]


def test_a_bad_number_leaves_a_counter_where_it_was() -> None:
    """The gap is bridged when the next good number comes."""
    counter = Counter(None)

    values = [counter.unrolled(_sample(COUNTER, raw, NOW)).value for raw in (10, None, 14)]

    assert values == [10, None, 14]


@pytest.mark.parametrize(
    ("moment", "second"),
    [
        (datetime(2026, 3, 1, 21, 0, tzinfo=UTC), 0.0),
        (datetime(2026, 3, 2, 3, 0, tzinfo=UTC), 6 * 3600.0),
        (datetime(2026, 3, 2, 20, 59, 59, tzinfo=UTC), 86_399.0),
    ],
)
def test_plant_time_without_a_plant_clock_counts_from_the_start_of_the_production_day(
    moment: datetime, second: float
) -> None:
    """06:00 in Seoul is 21:00 UTC of the day before."""
    assert plant_second(PlantClock(day_starts="06:00", zone="Asia/Seoul"), moment) == second


def test_a_day_that_loses_an_hour_has_no_plant_second_twice() -> None:
    """Daylight saving: plant seconds are elapsed seconds, not the difference of two wall clocks."""
    clock = PlantClock(day_starts="00:00", zone="Europe/Berlin")
    before, after = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, 1, tzinfo=UTC)

    assert plant_second(clock, after) - plant_second(clock, before) == 2.0


def test_constants_and_plant_time_stand_in_for_what_the_equipment_does_not_have() -> None:
    """They come at once, are repeated as a full read is, and can be read back."""
    place = OpcUa(
        endpoint="opc.tcp://127.0.0.1:1",
        namespace_uri="urn:x",
        root="X",
        plant_clock=PlantClock(day_starts="06:00", zone="Asia/Seoul"),
    )
    described = plant(opcua=place, tags=(TagPath(alias="line.remote", constant=True),))
    derivation = Derivation(described)

    first = {s.alias: s.value for s in derivation.derive((), NOW)}
    soon = {s.alias for s in derivation.derive((), NOW + timedelta(seconds=1))}
    late = {s.alias for s in derivation.derive((), NOW + timedelta(seconds=6))}

    assert first == {"line.remote": True, PLANT_TIME: 6 * 3600.0, TIME_SCALE: 1.0}
    assert soon == {PLANT_TIME}
    assert late == set(first)
    assert derivation.present("line.remote", NOW).value is True
    assert derivation.present(STATE, NOW).quality is Quality.BAD
    assert {tag.alias for tag in wire_tags(described)}.isdisjoint(first)

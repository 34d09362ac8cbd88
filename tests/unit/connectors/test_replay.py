"""A recording through the port of a source: in order, at a speed, dated as if it came now."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.replay import ReplaySource, read_recording
from plants.errors import InvalidInput, LinkDown
from plants.flow.sample import Quality
from plants.ports.sample_source import LinkState
from service.clock import VirtualClock

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
LOG = """\
time,tag,value
2025-01-01T10:00:00,line.plant_time_s,0.0
2025-01-01T10:00:00,filler.state,6
2025-01-01T10:00:10,filler.order,o01
2025-01-01T10:00:10,line.remote,true
2025-01-01T10:01:00,filler.power_kw,
2025-01-01T10:01:00,line.time_scale,1.0
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of a real plant in three columns."""
    file = tmp_path / "log.csv"
    file.write_text(LOG, encoding="utf-8")
    return file


async def test_samples_come_when_they_are_due_and_are_dated_as_if_they_came_then(log: Path) -> None:
    """At ten times the speed a minute takes six seconds."""
    clock = VirtualClock(START)
    source = ReplaySource(log, clock, speed=10.0)
    await source.open()

    at_once = await source.poll()
    clock.advance(0.5)
    early = await source.poll()
    clock.advance(0.6)
    later = await source.poll()

    assert [s.alias for s in at_once] == ["line.plant_time_s", "filler.state"]
    assert early == ()
    assert [(s.value, s.received_at) for s in later] == [
        ("o01", START + timedelta(seconds=1)),
        (True, START + timedelta(seconds=1)),
    ]


async def test_a_recording_ends_closed_and_its_time_scale_is_that_of_the_replay(log: Path) -> None:
    """An empty value is Bad; the scale tells how fast plant time runs now."""
    clock = VirtualClock(START)
    source = ReplaySource(log, clock, speed=10.0)
    await source.open()
    clock.advance(0.0)
    await source.poll()
    clock.advance(60.0)

    rest = {s.alias: s for s in await source.poll()}

    assert rest["line.time_scale"].value == 10.0
    assert (rest["filler.power_kw"].value, rest["filler.power_kw"].quality) == (None, Quality.BAD)
    assert source.link is LinkState.CLOSED
    assert await source.poll() == ()


async def test_at_speed_0_everything_comes_at_once(log: Path) -> None:
    """For tests and for filling a history."""
    source = ReplaySource(log, VirtualClock(START), speed=0)
    await source.open()

    assert len(await source.poll()) == 6


async def test_a_recording_that_is_not_there_or_cannot_be_followed_is_told(tmp_path: Path) -> None:
    """What is wrong, and what can be given."""
    parquet = tmp_path / "x.parquet"
    parquet.touch()

    with pytest.raises(LinkDown, match="there is no recording"):
        await ReplaySource(tmp_path / "nothing.csv", VirtualClock(START)).open()
    with pytest.raises(InvalidInput, match="only a CSV file can be followed"):
        await ReplaySource(parquet, VirtualClock(START), follow=True).open()


def test_a_line_that_is_no_sample_is_told_by_its_number(log: Path) -> None:
    """File, line and reason."""
    log.write_text(LOG + "2025-01-01T10:02:00,Filler State,6\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"log\.csv line 8: no sample of 'Filler State'"):
        list(read_recording(log))
    log.write_text(LOG + "yesterday,filler.state,6\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="line 8"):
        list(read_recording(log))


async def test_a_log_that_is_still_written_is_followed_by_whole_lines(log: Path) -> None:
    """Half a line waits for its end."""
    source = ReplaySource(log, VirtualClock(START), speed=0, follow=True)
    await source.open()
    await source.poll()

    with log.open("a", encoding="utf-8") as out:
        out.write("2025-01-01T10:02:00,filler.state,9\n2025-01-01T10:02:00,filler.st")
    first = await source.poll()
    with log.open("a", encoding="utf-8") as out:
        out.write("ate,11\n")
    second = await source.poll()

    assert [s.value for s in first] == [9]
    assert [s.value for s in second] == [11]
    assert source.link is LinkState.CONNECTED


async def test_a_type_and_a_quality_are_taken_as_they_are_written(tmp_path: Path) -> None:
    """A text that looks like a number stays a text where the column says so."""
    file = tmp_path / "typed.csv"
    file.write_text(
        "received,alias,type,value,quality\n2025-01-01T10:00:00+09:00,filler.order,text,42,uncertain\n",
        encoding="utf-8",
    )

    [one] = read_recording(file)

    assert (one.value, one.quality) == ("42", Quality.UNCERTAIN)
    assert one.received_at == datetime(2025, 1, 1, 1, tzinfo=UTC)

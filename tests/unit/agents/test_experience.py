"""What is left alone, and for how long."""

import pytest

from agents.experience import Experience, Looked, cooling, news
from plants.flow.change import Changes, SetParameter
from plants.flow.draft import Finding, FindingKind
from plants.model.plant import Plant

CHANGES: Changes = (SetParameter(alias="labeller.speed_per_min", value=675.0),)


def past(status: str, at_s: float = 1000.0) -> Experience:
    """An experience with those changes."""
    return Experience(draft_id="d123", changes=CHANGES, status=status, at_s=at_s)


@pytest.mark.parametrize("status", ["rejected", "rolled_back", "unknown", "not_better", "refused"])
def test_what_ended_badly_is_left_alone_while_it_cools_down(plant: Plant, status: str) -> None:
    """An hour, in plant seconds."""
    ended = past(status)

    at_once = cooling(plant, CHANGES, [ended], now_s=1000.0, cool_down_s=3600.0)
    before = cooling(plant, CHANGES, [ended], now_s=4599.0, cool_down_s=3600.0)
    after = cooling(plant, CHANGES, [ended], now_s=4600.0, cool_down_s=3600.0)

    assert (at_once, before, after) == (ended, ended, None)


@pytest.mark.parametrize("status", ["verified", "expired", "withdrawn", "not_applied"])
def test_what_ended_without_blame_may_be_proposed_again(plant: Plant, status: str) -> None:
    """Nobody had the time to decide, or nothing was sent."""
    assert cooling(plant, CHANGES, [past(status)], now_s=1000.0, cool_down_s=3600.0) is None


def test_experience_of_an_earlier_production_day_does_not_count(plant: Plant) -> None:
    """Plant time has begun again, so a record lies in the future."""
    assert cooling(plant, CHANGES, [past("rejected", at_s=80_000.0)], now_s=100.0, cool_down_s=3600.0) is None


def finding(severity: float, subject: str = "labeller") -> Finding:
    """A slow station."""
    return Finding(kind=FindingKind.SLOW_STATION, subject=subject, at_s=0.0, severity=severity)


def test_a_finding_that_was_looked_into_is_news_again_when_it_has_grown_or_time_has_passed() -> None:
    """Asking a brain costs time or money; the same question is not put twice in a row."""
    looked = [Looked(kind=FindingKind.SLOW_STATION, subject="labeller", severity=0.1, at_s=1000.0)]

    same = news([finding(0.11)], looked, now_s=1600.0, cool_down_s=3600.0)
    grown = news([finding(0.2)], looked, now_s=1600.0, cool_down_s=3600.0)
    other = news([finding(0.1, "filler")], looked, now_s=1600.0, cool_down_s=3600.0)
    later = news([finding(0.11)], looked, now_s=5000.0, cool_down_s=3600.0)

    assert [len(n) for n in (same, grown, other, later)] == [0, 1, 1, 1]


def test_something_else_is_not_left_alone(plant: Plant) -> None:
    """Only what comes to much the same."""
    other = (SetParameter(alias="labeller.speed_per_min", value=500.0),)

    assert cooling(plant, other, [past("rejected")], now_s=1000.0, cool_down_s=3600.0) is None

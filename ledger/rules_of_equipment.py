"""Rules of the gate about the equipment and the data: clocks, selector, modes, freshness, and whether the line moved.

Each tells the problem in words, or nothing.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from ledger.basis import away, left, unseen
from ledger.given import GateInput, Moment, first_stages
from ledger.values import good_value, same, told
from plants.flow.sample import Quality, Sample
from plants.model.change_policy import Interlock
from plants.model.tags import PLANT_TIME, REMOTE, UNIT_MODE_PRODUCTION, TagRole, interlock_alias


def clock(given: GateInput) -> str:
    """The wall clock agrees with the equipment's."""
    if given.moment is Moment.PROPOSAL:
        return ""
    allowed_s = given.policy.clock_skew_wall_s
    ahead = [s.alias for s in given.live.values() if s.source_time and _age_s(s.source_time, given.now) < -allowed_s]
    if ahead:
        return f"the equipment's clock is more than {allowed_s:g} s ahead of ours ({ahead[0]})"
    beat = given.live.get(PLANT_TIME)
    if beat is not None and beat.source_time and _age_s(beat.source_time, beat.received_at) > allowed_s:
        return f"the equipment's clock is more than {allowed_s:g} s behind ours"
    return ""


def interlock(given: GateInput) -> str:
    """The local/remote selector and the plant's interlocks let Jayul write; what people carry out does not ask them."""
    if given.by_people:
        return ""
    remote = good_value(given.live.get(REMOTE))
    if remote is not True:
        return f"the local/remote selector {'is on local' if remote is False else 'cannot be read'}"
    aliases = tuple(step.alias for step in given.plan.steps)
    return next(standing_against(given.plant.policy.interlocks, aliases, given.live), "")


def standing_against(
    interlocks: Iterable[Interlock], aliases: tuple[str, ...], live: Mapping[str, Sample]
) -> Iterator[str]:
    """Interlocks that forbid writing some tags now, or that cannot be read, in words."""
    for lock in interlocks:
        value = good_value(live.get(interlock_alias(lock.id)))
        if (lock.aliases and set(lock.aliases).isdisjoint(aliases)) or value is lock.writes_when:
            continue
        yield f"the interlock '{lock.id}' {'cannot be read' if value is None else 'forbids it'} ({lock.because})"


def machine_mode(given: GateInput) -> str:
    """Every machine concerned is in production mode; at the write also every other one that was when it was judged."""
    for subject in dict.fromkeys(tag.subject for _, tag in given.tagged() if tag.role is TagRole.SETPOINT):
        mode = good_value(given.live.get(f"{subject}.{TagRole.UNIT_MODE}"))
        if mode != UNIT_MODE_PRODUCTION:
            return f"{subject} is not in production mode ({told(mode)})"
    gone = away(given.plan, given.live) if given.moment is Moment.WRITE else None
    if gone is None:
        return ""
    return f"{gone[0]}, which produced when this was judged, is not in production mode ({told(gone[1])})"


def fresh_data(given: GateInput) -> str:
    """Plant time and good quality of every tag concerned; recent each one at the write, the newest one at proposal.

    A subscription tells a value when it changes, so a setpoint's newest sample may be old while the link is alive;
    plant time changes always.
    """
    for step, _ in given.tagged():
        sample = given.live.get(step.alias)
        if sample is None or sample.quality is not Quality.GOOD or sample.value is None:
            return f"{step.alias} has no good value"
    if given.plant_time_s is None:
        return "plant time is not known"
    unknown = next(unseen(given.plan, given.live), "") if given.moment is Moment.WRITE else ""
    if unknown:
        return f"{unknown}, which was judged by, has no good value"
    ages_s = [_age_s(sample.received_at, given.now) for sample in given.live.values()]
    at_write = given.moment is Moment.WRITE and not given.by_people
    age_s = max(ages_s, default=math.inf) if at_write else min(ages_s, default=math.inf)
    if age_s > given.policy.sample_max_age_wall_s:
        return f"the data are {age_s:.1f} s old, {given.policy.sample_max_age_wall_s:g} s is the most"
    return ""


def unchanged(given: GateInput) -> str:
    """The tags still hold the values that the plan starts from."""
    for step in first_stages(given):
        value = good_value(given.live.get(step.alias))
        if value is not None and not same(value, step.before, step.tolerance):
            return (
                f"{step.alias} holds {told(value, step.unit)}, "
                f"the plan starts from {told(step.before, step.unit)}: propose again from the present state"
            )
    return ""


def state(given: GateInput) -> str:
    """The line as a whole is still near the state that was judged."""
    if given.moment is Moment.PROPOSAL:
        return ""
    moved = left(given.plan, given.live, given.plant_time_s, given.plant.policy.state.age_s)
    return f"the line has moved from the state that was judged: {moved}; propose again" if moved else ""


def _age_s(at: datetime, now: datetime) -> float:
    return (now - at) / timedelta(seconds=1)

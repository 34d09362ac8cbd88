"""The gate: whether a plan may be written. A pure function, default deny, that shows the result of every check.

It runs when a plan is handed in and again, on freshly read data, just before the write. It reads nothing by itself,
knows no clock and no file: all it judges by is in `GateInput`. What it cannot tell counts as no.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ledger.approvals import binding_of, is_agent, same_person
from ledger.check import Check, CheckName
from ledger.elapsed import elapsed_s
from ledger.hold import Hold, Scope
from ledger.policy import Autonomy, Policy
from ledger.values import good_value, is_number, same, told
from plants.flow.approval import Approval
from plants.flow.draft import Draft
from plants.flow.plan import Plan, WriteStep
from plants.flow.sample import Quality, Sample
from plants.flow.verdict import Verdict
from plants.model.parameter import Parameter
from plants.model.plant import Plant
from plants.model.tags import PLANT_TIME, REMOTE, UNIT_MODE_PRODUCTION, DataType, Tag, TagRole, tags_of


class Moment(StrEnum):
    """When the gate is asked."""

    PROPOSAL = "proposal"
    """Handed in; the data are the mirror's."""
    WRITE = "write"
    """Bytes are about to leave; the data were read just now."""


@dataclass(frozen=True)
class GateInput:
    """Everything the gate judges by."""

    moment: Moment
    plant: Plant
    policy: Policy
    draft: Draft
    verdict: Verdict
    plan: Plan
    plan_hash: str
    """Digest of the plan as it was stored."""
    now: datetime
    """Wall time."""
    live: Mapping[str, Sample]
    """Newest samples by alias: the plan's tags, their machines' modes, the selector, plant time."""
    plant_time_s: float | None
    """Plant time, if known."""
    holds: tuple[Hold, ...] = ()
    """What is held, by whom."""
    locked: Mapping[str, str] | None = None
    """Tags locked by proposals that ended unknown: alias to proposal id."""
    in_flight: str | None = None
    """Another proposal that is being carried out."""
    changed_s: Mapping[str, float] | None = None
    """Plant time of the last write to a tag."""
    drift_from: Mapping[str, float] | None = None
    """Value of a parameter before the first of our writes within the drift window."""
    record_problem: str = ""
    """What is wrong with the audit chain; empty when nothing is."""
    approval: Approval | None = None
    """The approval, at the write."""
    approval_recorded: bool = False
    """Whether the chain holds exactly this approval and this proposal."""
    approval_spent: bool = False
    """Whether it has been claimed before."""


def gate(given: GateInput) -> tuple[Check, ...]:
    """Run every check, in the order of `CheckName`; a check passes when its rule finds no problem."""
    return tuple(_run(name, given) for name in CheckName)


def passed(checks: tuple[Check, ...]) -> bool:
    """Whether all checks were made and all passed."""
    return [check.name for check in checks] == list(CheckName) and all(check.passed for check in checks)


def _run(name: CheckName, given: GateInput) -> Check:
    problem = _RULES[name](given)
    return Check(name=name, passed=not problem, detail=problem or "passed")


# Before anything about the tags --------------------------------------------------------------------------------------


def _record(given: GateInput) -> str:
    return given.record_problem


def _hold(given: GateInput) -> str:
    """At the write everything held counts; at proposal only agents are held."""
    scope = Scope.ALL if given.moment is Moment.WRITE else Scope.AGENTS
    if scope is Scope.AGENTS and not is_agent(given.draft.author):
        return ""
    return next((hold.told for hold in given.holds if hold.scope is scope), "")


def _autonomy(given: GateInput) -> str:
    level = given.policy.autonomy
    if given.moment is Moment.WRITE and level is not Autonomy.APPROVE:
        return f"the line is set to '{level}', where nothing is written"
    if level is Autonomy.OBSERVE and is_agent(given.draft.author):
        return "the line is set to 'observe', where agents hand in nothing"
    return ""


def _clock(given: GateInput) -> str:
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


def _plant(given: GateInput) -> str:
    draft, verdict, plan = given.draft, given.verdict, given.plan
    if {draft.plant, verdict.plant, plan.plant} != {given.plant.plant}:
        return f"it is not all about the plant '{given.plant.plant}'"
    if {draft.plant_revision, verdict.plant_revision, plan.plant_revision} != {given.plant.revision}:
        return "the description of the plant has changed since"
    if verdict.draft_id != draft.id or verdict.draft_hash != draft.digest():
        return "the verdict was given on another draft"
    if plan.verdict_hash != verdict.digest() or plan.promise != verdict.promise:
        return "the plan was made from another verdict"
    if plan.digest() != given.plan_hash:
        return "the plan is not the one that was stored"
    return ""


# The tags ------------------------------------------------------------------------------------------------------------


def _known_tag(given: GateInput) -> str:
    known = {tag.alias for tag in tags_of(given.plant)}
    unknown = [step.alias for step in given.plan.steps if step.alias not in known]
    return f"the plant has no tag {', '.join(unknown)}" if unknown else ""


def _access(given: GateInput) -> str:
    shut = [step.alias for step, tag in _tagged(given) if not tag.writable]
    return f"{', '.join(shut)} may not be written" if shut else ""


def _type_and_unit(given: GateInput) -> str:
    for step, tag in _tagged(given):
        for value in (step.before, step.target):
            if not _fits(value, tag.data_type):
                return f"{told(value)} is not a {tag.data_type} as {step.alias} needs"
        if step.unit != tag.unit:
            return f"{step.alias} is in '{tag.unit}', the plan says '{step.unit}'"
    return ""


def _fits(value: object, data_type: DataType) -> bool:
    """Only the two types of writable tags are admitted: a number for a parameter, names for a sequence."""
    if data_type is DataType.DOUBLE:
        return is_number(value) and math.isfinite(value)
    return data_type is DataType.STRING_ARRAY and isinstance(value, tuple)


def _envelope(given: GateInput) -> str:
    """Parameters stay within their envelope; a sequence is the same orders in another order."""
    for step, parameter in _parameters(given):
        for value in (step.before, step.target):
            if is_number(value) and not parameter.minimum <= value <= parameter.maximum:
                return (
                    f"{step.alias} = {told(value, parameter.unit)} is outside "
                    f"{parameter.minimum:g} to {parameter.maximum:g} {parameter.unit}"
                )
    for step, tag in _tagged(given):
        if tag.role is TagRole.ORDER_SEQUENCE and not _rearranged(step, given.plant):
            return f"{step.alias} must hold each waiting order of the plant once"
    return ""


def _rearranged(step: WriteStep, plant: Plant) -> bool:
    if not isinstance(step.before, tuple) or not isinstance(step.target, tuple):
        return False
    known = {order.id for order in plant.orders}
    return sorted(step.before) == sorted(step.target) and set(step.target) <= known


def _step_and_rate(given: GateInput) -> str:
    for step, parameter in _parameters(given):
        if is_number(step.before) and is_number(step.target):
            by = abs(step.target - step.before)
            if by > parameter.max_step:
                return f"{step.alias} would move by {by:g} {parameter.unit}, {parameter.max_step:g} is the largest step"
        soon = _too_soon(given, step.alias, parameter)
        if soon:
            return soon
    return ""


def _too_soon(given: GateInput, alias: str, parameter: Parameter) -> str:
    changed_s = (given.changed_s or {}).get(alias)
    if changed_s is None or given.plant_time_s is None:
        return ""
    since_s = elapsed_s(changed_s, given.plant_time_s)
    if since_s < parameter.cool_down_s:
        return (
            f"{alias} was changed {since_s:.0f} plant seconds ago; wait until {parameter.cool_down_s:g} s have passed"
        )
    return ""


def _cumulative_drift(given: GateInput) -> str:
    for step, parameter in _parameters(given):
        first = (given.drift_from or {}).get(step.alias)
        limit = given.policy.drift_steps * parameter.max_step
        if first is not None and is_number(step.target) and abs(step.target - first) > limit:
            return (
                f"our changes to {step.alias} would add up to {abs(step.target - first):g} {parameter.unit} "
                f"within {given.policy.drift_window_s / 3600:g} h, {limit:g} is the most"
            )
    return ""


def _joint(given: GateInput) -> str:
    aliases = [step.alias for step in given.plan.steps]
    if len(set(aliases)) < len(aliases):
        return "one tag is written twice in one plan"
    for alias in aliases:
        if alias in (given.locked or {}):
            return f"{alias} is locked until a person resolves proposal {(given.locked or {})[alias]}"
    if given.moment is Moment.WRITE and given.in_flight:
        return f"proposal {given.in_flight} is being carried out; one change at a time"
    return ""


# The equipment and the data ------------------------------------------------------------------------------------------


def _interlock(given: GateInput) -> str:
    remote = good_value(given.live.get(REMOTE))
    if remote is True:
        return ""
    return "the local/remote selector is on local" if remote is False else "the local/remote selector cannot be read"


def _machine_mode(given: GateInput) -> str:
    for subject in dict.fromkeys(tag.subject for _, tag in _tagged(given) if tag.role is TagRole.SETPOINT):
        mode = good_value(given.live.get(f"{subject}.{TagRole.UNIT_MODE}"))
        if mode != UNIT_MODE_PRODUCTION:
            return f"{subject} is not in production mode ({told(mode)})"
    return ""


def _fresh_data(given: GateInput) -> str:
    """Plant time and good quality of every tag concerned; recent each one at the write, the newest one at proposal.

    A subscription tells a value when it changes, so a setpoint's newest sample may be old while the link is alive;
    plant time changes always.
    """
    for step, _ in _tagged(given):
        sample = given.live.get(step.alias)
        if sample is None or sample.quality is not Quality.GOOD or sample.value is None:
            return f"{step.alias} has no good value"
    if given.plant_time_s is None:
        return "plant time is not known"
    ages_s = [_age_s(sample.received_at, given.now) for sample in given.live.values()]
    age_s = max(ages_s, default=math.inf) if given.moment is Moment.WRITE else min(ages_s, default=math.inf)
    if age_s > given.policy.sample_max_age_wall_s:
        return f"the data are {age_s:.1f} s old, {given.policy.sample_max_age_wall_s:g} s is the most"
    return ""


def _unchanged(given: GateInput) -> str:
    for step, _ in _tagged(given):
        value = good_value(given.live.get(step.alias))
        if value is not None and not same(value, step.before, step.tolerance):
            return (
                f"{step.alias} holds {told(value, step.unit)}, "
                f"the plan starts from {told(step.before, step.unit)}: propose again from the present state"
            )
    return ""


# The approval --------------------------------------------------------------------------------------------------------


def _approval(given: GateInput) -> str:
    if given.moment is Moment.PROPOSAL:
        return ""
    approval = given.approval
    if approval is None:
        return "nobody has approved it"
    if given.approval_spent:
        return f"approval {approval.id} has been spent"
    if given.now >= approval.expires_at:
        return f"the approval by {approval.approver} expired at {approval.expires_at:%H:%M:%S}"
    return _bound(given, approval) or _entitled(given, approval)


def _bound(given: GateInput, approval: Approval) -> str:
    plan = given.plan
    binding = binding_of(plan, given.verdict, given.plant.revision, plan.state_revision, approval.expires_at)
    if approval.binding != binding:
        return "the approval was given for something else than this plan"
    return "" if given.approval_recorded else "the audit chain does not hold this approval"


def _entitled(given: GateInput, approval: Approval) -> str:
    if same_person(approval.approver, given.draft.author) or is_agent(approval.approver):
        return f"{approval.approver} may not approve it: who proposes does not approve, and agents never do"
    return "" if given.verdict.approvable else "the verdict is one that cannot be approved"


# What the rules go through -------------------------------------------------------------------------------------------


def _tagged(given: GateInput) -> Iterator[tuple[WriteStep, Tag]]:
    """Steps with their tags; steps without one are `_known_tag`'s."""
    tags = {tag.alias: tag for tag in tags_of(given.plant)}
    return ((step, tags[step.alias]) for step in given.plan.steps if step.alias in tags)


def _parameters(given: GateInput) -> Iterator[tuple[WriteStep, Parameter]]:
    """Steps that set a parameter."""
    parameters = given.plant.parameters
    return ((step, parameters[step.alias]) for step in given.plan.steps if step.alias in parameters)


def _age_s(at: datetime, now: datetime) -> float:
    return (now - at) / timedelta(seconds=1)


_RULES: dict[CheckName, Callable[[GateInput], str]] = {
    CheckName.RECORD: _record,
    CheckName.HOLD: _hold,
    CheckName.AUTONOMY: _autonomy,
    CheckName.CLOCK: _clock,
    CheckName.PLANT: _plant,
    CheckName.KNOWN_TAG: _known_tag,
    CheckName.ACCESS: _access,
    CheckName.TYPE_AND_UNIT: _type_and_unit,
    CheckName.ENVELOPE: _envelope,
    CheckName.STEP_AND_RATE: _step_and_rate,
    CheckName.CUMULATIVE_DRIFT: _cumulative_drift,
    CheckName.JOINT: _joint,
    CheckName.INTERLOCK: _interlock,
    CheckName.MACHINE_MODE: _machine_mode,
    CheckName.FRESH_DATA: _fresh_data,
    CheckName.UNCHANGED: _unchanged,
    CheckName.APPROVAL: _approval,
}
"""What each check looks for: a function that tells the problem, or nothing."""

"""I1 to I4: what was sent was approved, once, accounted for, and within limits."""

import math
from collections import Counter
from collections.abc import Iterator
from datetime import UTC

from plants.model.tags import HEARTBEAT, interlock_alias
from tests.simulation.invariants.history import Request
from tests.simulation.invariants.record import Facts, Record, canonical, moment, sha256
from tests.simulation.invariants.violation import Evidence, Violation, same_value

Key = tuple[str, int, str]
"""A write: proposal, step, direction."""
ENDED = frozenset({"verified", "not_applied", "rolled_back", "unknown"})
"""How what was sent may end."""
_GONE = frozenset({"proposed", "judged", "approved", "rejected", "expired", "withdrawn"})
"""Statuses in which nothing can have been sent."""


def matched(given: Evidence) -> dict[int, Key | None]:
    """The write on record behind each request of the service's own account.

    A request belongs to the newest send of that tag and value that was in the chain when it arrived and has no request
    yet; None when there is none.
    """
    sent = given.record.sent()
    used: set[Key] = set()
    found: dict[int, Key | None] = {}
    for request in _ours(given):
        fitting = [key for seq, key in sent if seq <= request.rows and key not in used and _fits(given, key, request)]
        found[request.number] = fitting[-1] if fitting else None
        used.update(fitting[-1:])
    return found


def _ours(given: Evidence) -> list[Request]:
    """What the service's own account asked for, without its beats."""
    return [r for r in given.history.requests if r.user == given.writer and r.alias != HEARTBEAT]


def _fits(given: Evidence, key: Key, request: Request) -> bool:
    write = given.record.writes.get(key)
    return write is not None and write["alias"] == request.alias and same_value(write["value"], request.value)


# I1 ------------------------------------------------------------------------------------------------------------------


def i1_approved_before(given: Evidence) -> Iterator[Violation]:
    """Each write is a step of a plan that was approved as a whole and unexpired, earlier in the chain."""
    for number, key in matched(given).items():
        if key is None and not _twice(given, given.history.requests[number]):
            request = given.history.requests[number]
            text = f"{request.alias} = {request.value} reached the equipment at {request.plant_s:.0f} s of plant time"
            yield Violation("I1", f"{text}, and no approved step on record before it says so")
    for seq, key in given.record.sent():
        for problem in _unapproved(given.record, key, seq):
            yield Violation("I1", f"{key[0]} step {key[1]} ({key[2]}), sent by row {seq}: {problem}")
    held = False
    for row in given.record.audit:
        if row["action"] in ("held", "released") and row["subject"] == "all":
            held = row["action"] == "held"
        elif row["action"] == "sent" and held:
            yield Violation("I1", f"{row['subject']} was sent by row {row['seq']} while all writing was held")
    yield from _beats(given)


def _unapproved(record: Record, key: Key, seq: int) -> Iterator[str]:
    proposal, write = record.proposals.get(key[0]), record.writes.get(key)
    approval, claim = record.approvals.get(key[0]), record.claims.get(key[0])
    if proposal is None or write is None or approval is None or claim is None:
        yield "proposal, approval, claim or write is missing from the record"
        return
    order = [[row["seq"] for row in record.rows(action, key[0])] for action in ("submitted", "approved", "claimed")]
    before = [first for seqs in order for first in seqs[:1]]
    if [len(seqs) for seqs in order] != [1, 1, 1] or [*before, seq] != sorted([*before, seq]):
        yield "submitted, approved, claimed and sent are not in this order in the chain, once each"
    if key[2] == "restore" and not any(row["seq"] < seq for row in record.rows("rolling_back", key[0])):
        yield "it was put back without a decision to do so"
    if not moment(claim["at"]) < moment(approval["expires_at"]):
        yield f"the approval had expired at {approval['expires_at']} when it was claimed at {claim['at']}"
    if approval["id"] != claim["approval_id"] or approval["binding"] != _binding(proposal, approval):
        yield "the approval is of something else"
    yield from _not_in_plan(proposal, write, key)


def _binding(proposal: Facts, approval: Facts) -> str:
    expires_at = moment(approval["expires_at"]).astimezone(UTC).isoformat()
    plan = proposal["plan"]
    bound = [sha256(proposal["plan_text"]), sha256(proposal["verdict_text"]), plan["plant_revision"]]
    return sha256(canonical([*bound, plan["state_revision"], expires_at]))


def _not_in_plan(proposal: Facts, write: Facts, key: Key) -> Iterator[str]:
    steps = proposal["plan"]["steps"]
    if sha256(proposal["plan_text"]) != proposal["plan_hash"] or key[1] >= len(steps):
        yield "the plan is not the one that was approved"
        return
    step = steps[key[1]]
    planned = step["target"] if key[2] == "apply" else step["before"]
    rest = isinstance(planned, list) and isinstance(write["value"], list) and _is_rest(write["value"], planned)
    if write["alias"] != step["alias"] or not (same_value(write["value"], planned) or (key[2] == "restore" and rest)):
        yield f"{write['alias']} = {write['value']} is not what the plan says ({step['alias']} = {planned})"


def _is_rest(value: list[str], planned: list[str]) -> bool:
    """Whether a sequence is a planned one without the orders that have begun meanwhile."""
    return value == [order for order in planned if order in value]


def _beats(given: Evidence) -> Iterator[Violation]:
    """Beats are sent under a standing authorisation in force, and not while all writing is held.

    A beat that was on its way when the word came is no violation; a second one is.
    """
    changes = [row for row in given.record.audit if row["action"] in _BEAT_ROWS]
    late: Counter[int] = Counter()
    for request in (r for r in given.history.requests if r.user == given.writer and r.alias == HEARTBEAT):
        held, beating, since = False, "", 0
        for row in changes:
            if row["seq"] > request.rows:
                break
            if row["action"] in ("held", "released") and row["subject"] == "all":
                held, since = row["action"] == "held", row["seq"]
            elif row["action"] in ("beating", "silent"):
                beating, since = (row["subject"] if row["action"] == "beating" else ""), row["seq"]
        standing = given.record.standing.get(beating)
        if beating and (standing is None or standing["covers"] != "heartbeat"):
            yield Violation("I1", f"beat {request.value} was sent under {beating}, which is no permission to beat")
        if held or not beating:
            late[since] += 1
            if late[since] > 1:
                yield Violation("I1", f"beat {request.value} was sent although nothing may be sent since row {since}")


_BEAT_ROWS = frozenset({"held", "released", "beating", "silent"})

# I2 ------------------------------------------------------------------------------------------------------------------


def i2_sent_once(given: Evidence) -> Iterator[Violation]:
    """Each step of a plan is sent at most once, and each approval spent at most once."""
    for number, key in matched(given).items():
        request = given.history.requests[number]
        if key is None and _twice(given, request):
            yield Violation(
                "I2", f"{request.alias} = {request.value} reached the equipment more often than it was sent"
            )
    for key, times in Counter(key for _, key in given.record.sent()).items():
        if times > 1:
            yield Violation("I2", f"{key[0]} step {key[1]} ({key[2]}) was sent {times} times")
    for approval, times in Counter(claim["approval_id"] for claim in given.record.claims.values()).items():
        if times > 1:
            yield Violation("I2", f"approval {approval} was spent {times} times")


def _twice(given: Evidence, request: Request) -> bool:
    """Whether the record knows this write: then it is one too many rather than one that nobody approved."""
    return any(seq <= request.rows and _fits(given, key, request) for seq, key in given.record.sent())


# I3 ------------------------------------------------------------------------------------------------------------------


def i3_accounted_for(given: Evidence) -> Iterator[Violation]:
    """Everything sent ends within the stated time, says how, and says what the equipment itself knows."""
    record = given.record
    newest = moment(record.audit[-1]["at"]) if record.audit else None
    for which in dict.fromkeys(key[0] for _, key in record.sent()):
        proposal, claim = record.proposals.get(which), record.claims.get(which)
        if proposal is None or claim is None or newest is None:
            continue  # told by I1
        ended = record.rows("ended", which)
        until = moment(ended[0]["at"]) if ended else newest
        lasted_s = (until - moment(claim["at"])).total_seconds()
        if lasted_s > given.limits.decided_wall_s:
            yield Violation("I3", f"{which} took {lasted_s:.0f} s, {given.limits.decided_wall_s:g} s are the most")
        if proposal["status"] in _GONE:
            yield Violation("I3", f"{which} was sent and is told as {proposal['status']}")
        if proposal["status"] in ENDED:
            yield from _told(given, which, ended)


def i3_all_decided(given: Evidence) -> Iterator[Violation]:
    """At rest, with the line in order for long enough, nothing is on its way."""
    for which, proposal in given.record.proposals.items():
        if proposal["status"] in ("claimed", "sent", "applied", "watching"):
            yield Violation("I3", f"{which} is still {proposal['status']} although everything is in order again")


def i3_people_seen(given: Evidence) -> Iterator[Violation]:
    """What people were asked for is told as observed only when the line made it so."""
    for which in given.record.instructions:
        observed = given.record.rows("observed", which)
        if not observed:
            continue
        step = given.record.proposals[which]["plan"]["steps"][0]
        since = given.record.rows("instructed", which)[0]["seq"]
        until = observed[0]["seq"]
        if not isinstance(step["target"], list):
            yield from _held_once(given, which, step, (since, until))
            continue
        begun = [order for rows, order in given.history.begun if since <= rows < until and order in step["target"]]
        if step["before"] != step["target"] and (not begun or begun != step["target"][: len(begun)]):
            yield Violation("I3", f"{which} is told as observed, but {begun} began, {step['target']} was asked for")


def _held_once(given: Evidence, which: str, step: Facts, span: tuple[int, int]) -> Iterator[Violation]:
    """Between two rows the machine held, at some moment, the setpoint that people are told to have made."""
    taken = [t for t in given.history.taken if t.alias == step["alias"]]
    before = [t.value for t in taken if t.rows < span[0]][-1:] or [given.plant.parameters[step["alias"]].nominal]
    held = [*before, *(t.value for t in taken if span[0] <= t.rows <= span[1])]
    if not any(isinstance(v, int | float) and abs(v - step["target"]) <= step["tolerance"] for v in held):
        asked = f"{step['alias']} = {step['target']}"
        yield Violation("I3", f"{which} is told as observed, but {asked} was asked for and the machine held {held}")


def _told(given: Evidence, which: str, ended: list[Facts]) -> Iterator[Violation]:
    outcomes = [outcome for outcome in given.record.outcomes if outcome["proposal_id"] == which]
    if len(ended) != 1 or not outcomes or not outcomes[0]["explanation"]:
        yield Violation("I3", f"{which} has ended without exactly one row and an outcome that says how")
        return
    status, at_row = outcomes[0]["status"], ended[0]["seq"]
    if status not in ENDED:
        yield Violation("I3", f"{which} was sent and ended {status}")
    for alias, held in _left_by_us(given, which, at_row).items():
        if status in ("not_applied", "rolled_back"):
            yield Violation("I3", f"{which} is told as {status}, but {alias} = {held} stands and came from it")


def _left_by_us(given: Evidence, which: str, at_row: int) -> dict[str, object]:
    """Tags of a proposal on which the value that it applied is the last that was taken up, at its end and after."""
    behind, proposal = matched(given), given.record.proposals[which]
    left: dict[str, object] = {}
    for step in proposal["plan"]["steps"]:
        alias, last = step["alias"], None
        for taken in given.history.taken:
            key = behind.get(taken.request) if taken.request is not None else None
            own = key is not None and key[0] == which
            if taken.alias == alias and (taken.rows <= at_row or own):
                last = (key, taken.value)
        if last is None or last[0] is None or last[0][0] != which or last[0][2] != "apply":
            continue
        if not same_value(last[1], step["before"]):
            left[alias] = last[1]
    return left


# I4 ------------------------------------------------------------------------------------------------------------------


def i4_within_limits(given: Evidence) -> Iterator[Violation]:
    """Nothing outside envelope or step limit is sent, whoever approved."""
    parameters, behind = given.plant.parameters, matched(given)
    orders = {order.id for order in given.plant.orders}
    for request in _ours(given):
        parameter = parameters.get(request.alias)
        key = behind.get(request.number)
        step = given.record.proposals[key[0]]["plan"]["steps"][key[1]] if key is not None else None
        where = f"{request.alias} = {request.value}"
        if isinstance(request.value, tuple):
            if not set(request.value) <= orders or len(set(request.value)) != len(request.value):
                yield Violation("I4", f"{where} is not an order of the plant's orders")
            continue
        if parameter is None or isinstance(request.value, bool | str):
            yield Violation("I4", f"{where}: not a tag that may be written, or not a number")
            continue
        if not math.isfinite(request.value) or not parameter.minimum <= request.value <= parameter.maximum:
            yield Violation("I4", f"{where} is outside {parameter.minimum:g} to {parameter.maximum:g}")
        if step is not None and abs(request.value - _start(step, key)) > parameter.max_step:
            yield Violation("I4", f"{where} is further than {parameter.max_step:g} from where it started")
        yield from _with_the_others(given, request, float(request.value))


def _start(step: Facts, key: Key | None) -> float:
    return float(step["before"] if key is not None and key[2] == "apply" else step["target"])


def _with_the_others(given: Evidence, request: Request, value: float) -> Iterator[Violation]:
    """Joint limits, interlocks and what people set, as they truly stood, where the service could know it."""
    policy, where = given.plant.policy, f"{request.alias} = {value:g}"
    if request.alias in policy.by_people:
        yield Violation("I4", f"{where}: people set it, and it was written")
    for limit in policy.joint_limits:
        if request.alias in limit.weights and limit.weights.keys().isdisjoint(request.unseen):
            held = {**request.held, request.alias: value}
            total = sum(weight * float(str(held[alias])) for alias, weight in limit.weights.items())
            if limit.at_most is not None and total > limit.at_most + 1e-9:
                yield Violation("I4", f"{where} brings the sum of {', '.join(limit.weights)} to {total:g}")
    for lock in policy.interlocks:
        signal = interlock_alias(lock.id)
        stands = request.held.get(signal, lock.writes_when) is not lock.writes_when
        if stands and signal not in request.unseen and (not lock.aliases or request.alias in lock.aliases):
            yield Violation("I4", f"{where} was sent although {signal} stood against it")

"""I5 to I7: the record can be trusted, the data behind a verdict too, and nobody approves what he proposed."""

from collections.abc import Iterator

from tests.simulation.invariants.record import Facts, Record, canonical, moment, sha256
from tests.simulation.invariants.violation import Evidence, Violation

GENESIS = "0" * 64
_HASHED = ("seq", "at", "actor", "action", "subject", "prev")

# I5 ------------------------------------------------------------------------------------------------------------------


def i5_record_whole(given: Evidence) -> Iterator[Violation]:
    """The chain verifies from genesis to head, its head matches the anchor, and the tables say what the chain says."""
    seq, prev = 0, GENESIS
    for row in given.record.audit:
        columns = {name: row[name] for name in _HASHED} | {"payload": row["facts"]}
        if row["seq"] != seq + 1 or row["prev"] != prev:
            yield Violation("I5", f"row {row['seq']} does not follow row {seq}")
        if sha256(canonical(columns)) != row["hash"] or canonical(row["facts"]) != row["payload"]:
            yield Violation("I5", f"row {row['seq']} was changed after it was written")
        seq, prev = row["seq"], row["hash"]
    yield from _unanchored(given.record, seq)
    yield from _unrecorded(given.record)


def _unanchored(record: Record, last: int) -> Iterator[Violation]:
    anchor = record.anchor
    if anchor is None:
        yield Violation("I5", "the anchor is missing or cannot be read")
    elif anchor["seq"] > last:
        yield Violation("I5", f"the chain ends at row {last}, its anchor names row {anchor['seq']}")
    elif anchor["hash"] != {row["seq"]: row["hash"] for row in record.audit}.get(anchor["seq"], GENESIS):
        yield Violation("I5", f"row {anchor['seq']} is not the one that the anchor names")


def _unrecorded(record: Record) -> Iterator[Violation]:
    """What the tables hold and the chain does not tell."""
    told = {(row["action"], row["subject"], *_named(row)) for row in record.audit}
    for which, found in record.proposals.items():
        if (
            "submitted",
            which,
            sha256(found["draft_text"]),
            sha256(found["verdict_text"]),
            found["plan_hash"],
        ) not in told:
            yield Violation("I5", f"{which} is not the proposal that the chain tells of")
    for which, approval in record.approvals.items():
        if ("approved", which, sha256(approval["text"])) not in told:
            yield Violation("I5", f"the approval of {which} is not in the chain")
    yield from _unsigned(record)
    for outcome in record.outcomes:
        if not any(row["facts"].get("outcome") == sha256(outcome["text"]) for row in record.audit):
            yield Violation("I5", f"an outcome of {outcome['proposal_id']} is not in the chain")


def _unsigned(record: Record) -> Iterator[Violation]:
    """Signatures, claims and writes that the chain does not tell of."""
    for (which, signer), signature in record.signatures.items():
        if not any(r["facts"].get("signature") == sha256(signature["text"]) for r in record.rows("signed", which)):
            yield Violation("I5", f"the signature of {signer} under {which} is not in the chain")
    for which in record.claims:
        if not record.rows("claimed", which) and not record.rows("instructed", which):
            yield Violation("I5", f"the claim of {which} is not in the chain")
    for key in record.writes.keys() - {key for _, key in record.sent()}:
        yield Violation("I5", f"the write {key} is not in the chain")


def _named(row: Facts) -> tuple[str, ...]:
    facts = row["facts"]
    names = {"submitted": ("draft", "verdict", "plan"), "approved": ("approval",)}.get(row["action"], ())
    return tuple(str(facts.get(name)) for name in names)


# I6 ------------------------------------------------------------------------------------------------------------------


def i6_no_verdict_on_bad_data(given: Evidence) -> Iterator[Violation]:
    """A verdict on stale or bad data says so, and such a verdict is never approved."""
    proposals = given.record.proposals
    for which in given.record.approvals:
        if which in proposals and not proposals[which]["verdict"]["data_sufficient"]:
            yield Violation("I6", f"{which} was approved although its verdict rests on insufficient data")
    of_draft = {found["draft_id"]: (which, found["verdict"]) for which, found in proposals.items()}
    for judged in given.history.judged:
        which, verdict = of_draft.get(judged.draft_id, ("", None))
        if verdict is not None and judged.wrong and verdict["data_sufficient"]:
            yield Violation("I6", f"{which} was judged on bad data ({', '.join(judged.wrong)}) without saying so")


# I7 ------------------------------------------------------------------------------------------------------------------


def i7_somebody_else_approved(given: Evidence) -> Iterator[Violation]:
    """Proposer and approver are two, the approver is a person, and exactly one decision was taken."""
    record = given.record
    for which, approval in record.approvals.items():
        author = record.proposals[which]["draft"]["author"] if which in record.proposals else ""
        if _name(approval["approver"]) == _name(author):
            yield Violation("I7", f"{which} was approved by {approval['approver']}, who proposed it")
        if _name(approval["approver"]).startswith("agent:"):
            yield Violation("I7", f"{which} was approved by an agent ({approval['approver']})")
        if approval["standing_id"] is not None:
            yield from _beyond_standing(record, which, approval)
        yield from _alone(given, which, approval)
        if record.rows("rejected", which) or len(record.rows("approved", which)) > 1:
            yield Violation("I7", f"{which} was decided more than once")


def _alone(given: Evidence, which: str, approval: Facts) -> Iterator[Violation]:
    """Two people where the plant's rules ask for it; in an emergency one, and a review by another."""
    record, proposal = given.record, given.record.proposals.get(which)
    if proposal is None:
        return
    signed = {_name(signer): s for (of, signer), s in record.signatures.items() if of == which}
    needed = 2 if _asks_for_two(given, proposal["plan"]["steps"]) and not approval["emergency"] else 1
    if len(signed) < needed or _name(approval["approver"]) not in signed:
        yield Violation("I7", f"{which} was approved by {len(signed)} people, {needed} are asked for")
    for name in signed:
        if name == _name(proposal["draft"]["author"]) or name.startswith("agent:"):
            yield Violation("I7", f"{which} was signed by {name}, who may not")
    if needed == 2 and any(s["authenticated_at"] is None for s in signed.values()):
        yield Violation("I7", f"{which} was signed by somebody who had not proved who he is")
    review = record.reviews.get(which)
    if bool(approval["emergency"]) is not (review is not None):
        yield Violation("I7", f"{which} and the review of its emergency approval do not agree")
    if review is not None and review["reviewer"] is not None and _name(review["reviewer"]) in signed:
        yield Violation("I7", f"{which} was reviewed by {review['reviewer']}, who approved it")


def _asks_for_two(given: Evidence, steps: list[Facts]) -> bool:
    """Whether a rule of high risk is met, as far as the simulated line states rules: tags, stages, how many tags."""
    aliases = {step["alias"] for step in steps}
    return any(
        rule.risk == "high"
        and (not rule.aliases or not aliases.isdisjoint(rule.aliases))
        and len(aliases) >= (rule.tags_at_least or 0)
        and max(step["stages"] for step in steps) >= (rule.stages_at_least or 0)
        for rule in given.plant.policy.risks
    )


def _beyond_standing(record: Record, which: str, approval: Facts) -> Iterator[Violation]:
    standing = record.standing.get(approval["standing_id"])
    if standing is None:
        yield Violation("I7", f"{which} was approved under a standing authorisation that nobody gave")
        return
    at, steps = moment(approval["approved_at"]), record.proposals[which]["plan"]["steps"]
    revoked = standing["revoked_at"] is not None and moment(standing["revoked_at"]) <= at
    if revoked or not at < moment(standing["expires_at"]) or standing["author"] != approval["approver"]:
        yield Violation("I7", f"{which} was approved under {standing['which']}, which was not in force")
    if not {step["alias"] for step in steps} <= set(standing["aliases"]):
        yield Violation("I7", f"{which} was approved under {standing['which']}, which does not cover it")


def _name(who: str) -> str:
    return who.strip().casefold()

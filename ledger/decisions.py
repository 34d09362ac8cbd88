"""Deciding: what may be decided, by whom, and what has waited too long. Used by `Ledger` within its transactions."""

import difflib
import sqlite3
from datetime import datetime
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from ledger import records, signing
from ledger.approvals import covers, is_agent, same_person
from ledger.book import Book, Entry
from ledger.hold import Scope
from ledger.signing import Word
from plants.errors import InvalidInput, Refused, UnknownName
from plants.flow.approval import StandingAuthorisation
from plants.flow.proposal import Proposal, Status
from plants.frozen import Person
from plants.model.plant import Plant

_PERSON: TypeAdapter[str] = TypeAdapter(Person)
_WORDS: TypeAdapter[str] = TypeAdapter(Annotated[str, Field(max_length=1_000)])


def check_words(who: str, words: str) -> None:
    """Refuse names and reasons that the record could not hold.

    Raises:
        InvalidInput: an empty, overlong or unprintable name, or words beyond 1,000 characters.
    """
    try:
        _PERSON.validate_python(who)
        _WORDS.validate_python(words)
    except ValidationError as error:
        raise InvalidInput(
            "A name has 1 to 80 printable characters, a reason at most 1,000; shorten it and try again."
        ) from error


def known(conn: sqlite3.Connection, id: str) -> Proposal:
    """A proposal that exists.

    Raises:
        UnknownName: there is none; the message suggests ids that do.
    """
    found = records.proposal(conn, id)
    if found is None:
        near = difflib.get_close_matches(id, records.ids(conn), n=3)
        raise UnknownName(f"There is no proposal '{id}'." + (f" Did you mean {' or '.join(near)}?" if near else ""))
    return found


def undecided(conn: sqlite3.Connection, id: str) -> Proposal:
    """A proposal that waits for a decision.

    Raises:
        Refused: it does not; the message tells who decided, when, and what.
    """
    found = known(conn, id)
    if found.status is Status.JUDGED:
        return found
    decided = records.decision(conn, id)
    by = f" {decided[0]} decided at {decided[1][11:19]} UTC." if decided else ""
    raise Refused(f"{id} no longer waits for a decision: it is {found.status}.{by} {found.reason}".strip())


def held(conn: sqlite3.Connection) -> str:
    """Who holds all writing, in words; empty when nobody does."""
    return next((hold.told for hold in records.holds(conn) if hold.scope is Scope.ALL), "")


def late_ones(conn: sqlite3.Connection, now: datetime) -> list[tuple[Proposal, str]]:
    """What has waited too long, each with why it ends."""
    silent = records.late_to_decide(conn, now)
    unspent = records.late_to_spend(conn, now)
    return [
        *((found, "Nobody decided in time; silence is no.") for found in silent),
        *((found, "The approval ran out before anything was written; propose again.") for found in unspent),
    ]


def why_not(book: Book, entry: Entry, plant: Plant, found: Proposal, word: Word, plan_hash: str) -> str:
    """Why a proposal that waits cannot be signed like this; empty when it can."""
    draft, verdict, level = found.draft, found.verdict, book.autonomy(entry.conn)
    rules = (
        (entry.now >= found.expires_at, "it has expired"),
        (plan_hash != found.plan_hash, "the plan is not the one that was shown to you; look again and approve that"),
        (same_person(word.signer, draft.author), "who proposes does not approve"),
        (is_agent(word.signer), "an agent never approves"),
        (not verdict.data_sufficient, "the verdict rests on stale or bad data"),
        (not verdict.approvable and not word.emergency, f"the twin says {verdict.result}"),
        (found.plan.plant_revision != plant.revision, "the description of the plant has changed since"),
        (not level.writes, f"the line is set to '{level}'"),
        (word.standing is not None and not level.acts_ahead, f"the line is set to '{level}'"),
        (bool(held(entry.conn)), held(entry.conn)),
        (
            word.standing is not None and not _granted(entry, word.standing, found, word.signer),
            "the standing authorisation is not in force or does not cover it",
        ),
    )
    return next((problem for applies, problem in rules if applies), "") or _not_alone(book, entry, found, word)


def _not_alone(book: Book, entry: Entry, found: Proposal, word: Word) -> str:
    """What the plan's risk, or an emergency, asks of a signature besides; empty when it is there."""
    waiting = signing.reviews(entry.conn, open_only=True)
    if word.emergency and len(waiting) >= book.policy.max_unreviewed:
        ids = ", ".join(review.proposal_id for review in waiting)
        return f"an earlier emergency approval waits for its review ({ids}): have it reviewed first"
    if word.emergency and not word.comment:
        return "an emergency is stated in words"
    if any(same_person(word.signer, signature.signer) for signature in signing.signatures(entry.conn, found.id)):
        return "you have signed it; another person must approve it, too"
    proved = word.authenticated_at is not None and (
        0.0 <= (entry.now - word.authenticated_at).total_seconds() <= book.policy.reauthentication_wall_s
    )
    if (found.plan.reauthenticate or word.emergency) and not proved:
        return f"a change of {found.plan.risk} risk asks you to prove again who you are (your passphrase)"
    return ""


def covered(
    conn: sqlite3.Connection, plant: Plant, now: datetime
) -> tuple[tuple[Proposal, StandingAuthorisation], ...]:
    """Proposals that wait, each with the standing authorisation that approves it."""
    granted = records.standing(conn, now)
    if not granted:
        return ()
    waiting = [
        found
        for found in records.proposals(conn, [Status.JUDGED])
        if found.plan.plant_revision == plant.revision and now < found.expires_at
    ]
    pairs = ((found, next((s for s in granted if covers(s, found, now)), None)) for found in waiting)
    return tuple((found, standing) for found, standing in pairs if standing is not None)


def _granted(entry: Entry, standing: StandingAuthorisation, found: Proposal, approver: str) -> bool:
    stored = standing in records.standing(entry.conn, entry.now)
    return stored and approver == standing.author and covers(standing, found, entry.now)

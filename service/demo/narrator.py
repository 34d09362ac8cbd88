"""The narrator: watches the service through its API and tells the loop in plain words with figures.

It sees what an operator sees, nothing else, and cannot approve: the demo's standing authorisation lies in the ledger.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ledger.audit import Action, AuditRow
from plants.flow.outcome import Outcome
from plants.flow.proposal import Proposal, Status
from plants.kpi import KPI_NAMES, say_kpi
from service.story import change_words, effect_words, finding_lines, promise_words, verdict_words

Json = Mapping[str, Any]
Say = Callable[[str, str], None]
"""say(heading, sentence)"""

ENDED = {
    Status.VERIFIED: "verified",
    Status.ROLLED_BACK: "rolled back",
    Status.NOT_APPLIED: "not applied",
    Status.UNKNOWN: "unknown, a person must look",
    Status.REJECTED: "rejected",
    Status.EXPIRED: "expired",
    Status.WITHDRAWN: "withdrawn",
}
TOLD = {
    Action.WAITING: "waiting",
    Action.CLAIMED: "checked",
    Action.READ_BACK: "written",
    Action.WATCHING: "watching",
    Action.ROLLING_BACK: "rolling back",
}
"""Rows of the record that are told in their own words, and their headings."""


class Narrator:
    """Turns successive views of the service into sentences; says each thing once."""

    def __init__(self, say: Say, approve_after_wall_s: float) -> None:
        self._say = say
        self._approve_after_wall_s = approve_after_wall_s
        self._said: set[str] = set()
        self._link: str | None = None
        self.ended: list[Outcome] = []
        """Outcomes told, the oldest first."""

    def line(self, view: Json) -> None:
        """Take in the overview of the line."""
        link, before = view["link"], self._link
        self._link = link
        if before is None or link == before:
            return
        if link == "connected":
            self._say("link", "The equipment is back; everything is read anew before anything is judged or written.")
        elif before == "connected":
            self._say("link", "The equipment does not answer. Nothing is judged or written on stale data meanwhile.")

    def proposal(self, proposal: Proposal, rows: Sequence[AuditRow], outcome: Outcome | None) -> None:
        """Take in one proposal, its rows of the record, and its outcome if it has one."""
        if self._first(f"{proposal.id} proposed"):
            self._proposed(proposal)
        for row in rows:
            if self._first(f"row {row.seq}"):
                self._row(row)
        if outcome is not None and self._first(f"{proposal.id} outcome"):
            self._outcome(outcome)

    def _first(self, what: str) -> bool:
        new = what not in self._said
        self._said.add(what)
        return new

    def _proposed(self, proposal: Proposal) -> None:
        draft, verdict = proposal.draft, proposal.verdict
        for line in finding_lines(draft.findings):
            self._say("seen", line)
        self._say("proposed", f"{change_words(proposal.plan)} (by {draft.author}, proposal {proposal.id})")
        self._say("why", draft.rationale)
        for note in draft.notes:
            self._say("note", note)
        self._say("the twin", verdict_words(verdict))
        for effect in verdict.effects:
            self._say("", effect_words(effect))
        self._say("promised", promise_words(proposal.plan.promise))
        if proposal.status is Status.JUDGED:
            self._say(
                "waiting",
                f"for a person to approve or reject; after {self._approve_after_wall_s:.0f} s the demo's standing "
                "authorisation approves by itself",
            )

    def _row(self, row: AuditRow) -> None:
        if row.action is Action.APPROVED:
            by_itself = "under standing authorisation" in row.text
            nobody = "Nobody decided in time, so the demo's standing authorisation approves by itself: "
            self._say("approved", (nobody if by_itself else "") + row.text)
        elif row.action in TOLD:
            self._say(TOLD[row.action], row.text)

    def _outcome(self, outcome: Outcome) -> None:
        measured, prediction = outcome.measured, outcome.promise.prediction
        if measured is not None and measured.value is not None:
            kept = {True: "kept", False: "broken", None: "not measured"}[outcome.kept]
            kpi = outcome.promise.kpi
            self._say(
                "came true",
                f"{KPI_NAMES[kpi]} was {say_kpi(kpi, measured.value)}; promised were {say_kpi(kpi, prediction.low)} to "
                f"{say_kpi(kpi, prediction.high)}: promise {kept}",
            )
        self._say("ended", ENDED[outcome.status] + ("" if outcome.kept else f": {outcome.explanation}"))
        self.ended.append(outcome)

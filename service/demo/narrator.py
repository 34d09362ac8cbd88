"""The narrator: watches the service through its API and tells the loop in plain words with figures.

It sees what an operator sees, nothing else, and cannot approve: the demo's standing authorisation lies in the ledger.
"""

from collections.abc import Callable, Mapping
from typing import Any

from plants.flow.proposal import Status
from service.durations import spell_duration
from service.story import change_words, effect_words, finding_words, number, promise_words

Json = Mapping[str, Any]
Say = Callable[[str, str], None]
"""say(heading, sentence)"""

ENDED = {
    Status.VERIFIED: "verified",
    Status.ROLLED_BACK: "rolled back",
    Status.NOT_APPLIED: "not applied",
    Status.UNKNOWN: "unknown: a person must look",
    Status.REJECTED: "rejected",
    Status.EXPIRED: "expired",
    Status.WITHDRAWN: "withdrawn",
}


class Narrator:
    """Turns successive views of the service into sentences; says each thing once."""

    def __init__(self, say: Say, approve_after_wall_s: float) -> None:
        self._say = say
        self._approve_after_wall_s = approve_after_wall_s
        self._said: set[tuple[str, str]] = set()
        self._link: str | None = None
        self.ended: list[Json] = []
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
            self._say(
                "link",
                "The equipment does not answer. The mirror is marked stale; nothing is judged or written meanwhile.",
            )

    def proposal(self, proposal: Json, rows: list[Json], outcome: Json | None) -> None:
        """Take in one proposal, its rows of the record, and its outcome if it has one."""
        if self._first(proposal, "proposed"):
            self._proposed(proposal)
        for row in rows:
            tell = {"approved": self._approved, "applied": self._applied, "rolling_back": self._plainly}.get(
                row["action"]
            )
            if tell is not None and self._first(proposal, row["action"]):
                tell(proposal, row)
        if outcome is not None and self._first(proposal, "outcome"):
            self._outcome(outcome)

    def _first(self, proposal: Json, what: str) -> bool:
        key = (proposal["id"], what)
        new = key not in self._said
        self._said.add(key)
        return new

    def _proposed(self, proposal: Json) -> None:
        draft, verdict = proposal["draft"], proposal["verdict"]
        for finding in draft["findings"]:
            self._say("seen", finding_words(finding))
        self._say(
            "proposed", f"{'; '.join(change_words(proposal['plan']))} (by {draft['author']}, proposal {proposal['id']})"
        )
        self._say("why", draft["rationale"])
        for note in draft["notes"]:
            self._say("note", note)
        self._say(
            "the twin",
            f"{verdict['result']} than leaving it as it is: {verdict['replications']} paired replications over "
            f"{spell_duration(verdict['horizon_s'])} from the live state",
        )
        for effect in verdict["effects"]:
            self._say("", effect_words(effect))
        self._say("promised", promise_words(proposal["plan"]["promise"]))
        self._say(
            "waiting",
            f"for a person to approve or reject; after {self._approve_after_wall_s:.0f} s the demo's "
            "standing authorisation approves by itself",
        )

    def _approved(self, _: Json, row: Json) -> None:
        by_itself = "under standing authorisation" in str(row["payload"].get("text", ""))
        who = (
            "nobody decided in time, so the demo's standing authorisation approved by itself"
            if by_itself
            else "a person approved"
        )
        self._say("approved", f"{who} (signed {row['actor']})")

    def _applied(self, proposal: Json, row: Json) -> None:
        self._say("written", f"{'; '.join(change_words(proposal['plan']))}. {row['payload'].get('text', '')}".strip())

    def _plainly(self, _: Json, row: Json) -> None:
        self._say("rolling back", str(row["payload"].get("text", "")))

    def _outcome(self, outcome: Json) -> None:
        measured, promise = outcome["measured"], outcome["promise"]
        if measured is not None and measured["value"] is not None:
            kept = {True: "kept", False: "broken", None: "not measured"}[outcome["kept"]]
            prediction = promise["prediction"]
            self._say(
                "came true",
                f"measured {number(measured['value'])}, promised {number(prediction['low'])} to "
                f"{number(prediction['high'])}: promise {kept}",
            )
        self._say("ended", f"{ENDED[Status(outcome['status'])]}. {outcome['explanation']}")
        self.ended.append(outcome)

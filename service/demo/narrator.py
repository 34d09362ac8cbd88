"""The narrator: watches the service through its API and tells the loop in plain words with figures.

It sees what an operator sees and nothing else; it cannot approve (the demo's standing authorisation lies in the ledger).
"""

from collections.abc import Callable, Mapping
from typing import Any

from service.durations import spell_duration
from service.story import change_words, effect_words, finding_words, number, promise_words

Json = Mapping[str, Any]
Say = Callable[[str, str], None]
"""say(heading, sentence)"""

ENDS = {"verified", "rolled_back", "not_applied", "unknown", "rejected", "expired", "withdrawn"}


class Narrator:
    """Turns successive views of the service into sentences; says each thing once."""

    def __init__(self, say: Say, approve_after_wall_s: float) -> None:
        self._say = say
        self._approve_after_wall_s = approve_after_wall_s
        self._seen: dict[str, set[str]] = {}
        self._link: str | None = None
        self.ended: list[tuple[Json, Json]] = []

    def line(self, view: Json) -> None:
        """Take in the overview of the line."""
        if view["link"] != self._link:
            if self._link is not None and view["link"] != "connected":
                self._say(
                    "link",
                    "The equipment is not reached. The mirror is marked stale, and nothing is written until it is back.",
                )
            elif self._link is not None:
                self._say("link", "The equipment is back; everything is read again before anything is judged.")
            self._link = view["link"]

    def proposal(self, proposal: Json, outcome: Json | None, rows: list[Json]) -> None:
        """Take in one proposal, its outcome if it has one, and its rows of the record."""
        for row in rows:
            self._row(proposal, row)
        if outcome is not None and self._first(proposal, "outcome"):
            self._outcome(proposal, outcome)

    def _first(self, proposal: Json, what: str) -> bool:
        seen = self._seen.setdefault(proposal["id"], set())
        if what in seen:
            return False
        seen.add(what)
        return True

    def _row(self, proposal: Json, row: Json) -> None:
        tell = {
            "judged": self._judged,
            "approved": self._approved,
            "applied": self._applied,
        }.get(row["action"])
        if tell is not None and self._first(proposal, row["action"]):
            tell(proposal, row)

    def _judged(self, proposal: Json, _: Json) -> None:
        draft, verdict = proposal["draft"], proposal["verdict"]
        for finding in draft["findings"]:
            self._say("seen", finding_words(finding))
        self._say(
            "proposed", f"{'; '.join(change_words(proposal['plan']))}, by {draft['author']} (proposal {proposal['id']})"
        )
        for note in draft["notes"]:
            self._say("note", note)
        self._say("why", draft["rationale"])
        self._say(
            "twin",
            f"{verdict['result']} than leaving it: {verdict['replications']} paired replications from the live state "
            f"over {spell_duration(verdict['horizon_s'])}",
        )
        for effect in verdict["effects"]:
            self._say("", effect_words(effect))
        self._say("promised", promise_words(proposal["plan"]["promise"]))
        self._say(
            "waiting",
            f"for a person: jayul proposals approve {proposal['id']} …; in {self._approve_after_wall_s:.0f} s the demo's "
            f"standing authorisation approves by itself",
        )

"""Values of a run read back from its JSON state."""

from agents.memory import Memory
from agents.state import RunState
from plants.errors import RunFailed
from plants.flow.draft import Draft, Finding
from plants.flow.state import LineState
from plants.flow.verdict import Verdict


async def recall(memory: Memory, state: RunState) -> LineState:
    """The line's state that the run began from.

    Raises:
        RunFailed: it is no longer kept.
    """
    line = await memory.state(state["state_revision"])
    if line is None:
        raise RunFailed("The state this run began from is no longer kept; the run is given up and starts afresh.")
    return line


def findings_of(state: RunState) -> tuple[Finding, ...]:
    """What was noticed."""
    return tuple(Finding.model_validate(f) for f in state.get("findings", []))


def draft_of(state: RunState) -> Draft:
    """The run's draft.

    Raises:
        RunFailed: there is none yet.
    """
    return Draft.model_validate(_given(state.get("draft"), "draft"))


def verdict_of(state: RunState) -> Verdict:
    """The twin's verdict on it.

    Raises:
        RunFailed: there is none yet.
    """
    return Verdict.model_validate(_given(state.get("verdict"), "verdict"))


def _given(dump: object, what: str) -> object:
    if dump is None:
        raise RunFailed(f"This run has no {what} yet; it is given up and starts afresh.")
    return dump

"""A brain with a substitute: when the first cannot say, the second answers, and the draft says so."""

from dataclasses import replace

from agents.brain import Brain, BrainAnswer, Case, NothingToDo, Proposed, Unavailable


class WithFallback:
    """Asks `first`; when it is unavailable, asks `second` and notes why."""

    def __init__(self, first: Brain, second: Brain) -> None:
        self._first = first
        self._second = second

    async def propose(self, case: Case) -> BrainAnswer:
        """The first brain's answer, or the second's with a note that says why the first did not answer."""
        answer = await self._first.propose(case)
        if not isinstance(answer, Unavailable):
            return answer
        note = f"model unavailable: {answer.reason}; solver answered"[:400]
        second = await self._second.propose(case)
        match second:
            case Proposed():
                return replace(second, notes=(note, *second.notes)[:16])
            case NothingToDo():
                return NothingToDo(f"{second.reason} ({note})")
            case Unavailable():
                return Unavailable(f"{answer.reason}; and then: {second.reason}")

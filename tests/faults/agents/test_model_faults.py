"""What a model can do wrong, over real HTTP: always bounded, always one of the closed set, and the solver goes on."""

import time
from collections.abc import Callable

import pytest

from agents.brain import Case, Proposed
from agents.fallback import WithFallback
from agents.llm.answers import BudgetExhausted, Invalid, ModelAnswer, Refusal, Unavailable
from agents.llm.ask import ask_model
from agents.llm.brain import LlmBrain
from agents.llm.connect import connect, disconnect
from agents.solver import SolverBrain
from tests.faults.agents.doubles import KEY, LIMITS, ModelDouble, raw_server, settings_for
from tests.unit.agents.paper import FixedClock

SLACK_WALL_S = 3.0
"""What a loaded machine may take beyond the deadline."""
FOREVER_S = 6.0
HASTY = LIMITS.model_copy(update={"deadline_wall_s": 1.5})
"""For models that never answer: their tests last as long as the deadline."""
HANGING = frozenset({"late", "rate limit with a long wait", "stall"})


def set_to(alias: str, value: object) -> dict[str, object]:
    """A change as a model says it."""
    return {"kind": "set_parameter", "alias": alias, "value": value}


def proposes(*changes: dict[str, object]) -> Callable[[ModelDouble], object]:
    """A model that insists on proposing these changes."""
    return lambda d: d.always_says("propose", changes=list(changes), rationale="because I say so")


def breaks(kind: str) -> Callable[[ModelDouble], object]:
    """A model whose tool calls are broken."""

    def fault(double: ModelDouble) -> None:
        double.always_says("bottleneck")
        double.server.break_tool_call(kind, times=None)

    return fault


FAULTS: dict[str, tuple[Callable[[ModelDouble], object], type[ModelAnswer], str]] = {
    "malformed arguments": (breaks("malformed_arguments"), Invalid, "not JSON"),
    "unknown tool": (breaks("unknown_tool"), Invalid, "no such tool"),
    "rate limit": (lambda d: d.server.fail(429, times=None, retry_after=0.05), Unavailable, "rate"),
    "rate limit with a long wait": (lambda d: d.server.fail(429, times=None, retry_after=50.0), Unavailable, ""),
    "server error": (lambda d: d.server.fail(500, times=None), Unavailable, "failure of its own"),
    "overloaded": (lambda d: d.server.fail(503, times=None), Unavailable, "failure of its own"),
    "wrong key": (lambda d: d.server.fail(401, times=None), Unavailable, "key"),
    "unknown model": (lambda d: d.server.fail(404, times=None), Unavailable, "does not know"),
    "too long": (lambda d: d.server.context_overflow(times=None), BudgetExhausted, "longer than"),
    "late": (lambda d: d.server.delay(FOREVER_S, times=None), Unavailable, "no answer within"),
    "prose": (lambda d: d.server.reply("I cannot help with that.", times=None), Refusal, "prose"),
    "wrong type": (proposes(set_to("labeller.speed_per_min", "fast")), Invalid, "number"),
    "missing field": (lambda d: d.always_says("propose", changes=[]), Invalid, "rationale"),
    "extra field": (lambda d: d.always_says("bottleneck", command="rm -rf"), Invalid, "command"),
    "out of the envelope": (proposes(set_to("labeller.speed_per_min", 5000)), Invalid, "within 400 to 760"),
    "beyond one step": (proposes(set_to("filler.speed_per_min", 400)), Invalid, "at most 120"),
    "not a number": (proposes(set_to("labeller.speed_per_min", float("inf"))), Invalid, ""),
    "unknown alias": (proposes(set_to("labeller.secret", 600)), Invalid, "no parameter"),
    "node id": (proposes(set_to("ns=2;s=Labeller.Speed", 600)), Invalid, "pattern"),
    "code": (lambda d: d.always_says("python", code="import os"), Invalid, "no such tool"),
    "incomplete sequence": (proposes({"kind": "resequence", "orders": ["order_3"]}), Invalid, "exactly once"),
    "endless": (lambda d: d.always_says("line_state"), BudgetExhausted, "4 model calls"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_bounded_and_told_in_one_of_the_closed_set(
    double: ModelDouble, case: Case, fault: str
) -> None:
    """No exception, no waiting beyond the deadline, the right kind, words a person can use, and no key in them."""
    make, kind, words = FAULTS[fault]
    limits = HASTY if fault in HANGING else LIMITS
    make(double)
    began = time.monotonic()

    answer = await ask_model(double.model(), case, limits)

    assert time.monotonic() - began < limits.deadline_wall_s + SLACK_WALL_S
    assert isinstance(answer, kind), answer
    assert words in answer.reason  # type: ignore[union-attr]  # every kind in the table has a reason
    assert KEY not in repr(answer)


STREAM_FAULTS: dict[str, tuple[Callable[[ModelDouble], object], type[ModelAnswer], str]] = {
    "disconnect": (lambda d: d.server.disconnect(times=None), Unavailable, ""),
    "truncate": (lambda d: d.server.truncate(times=None), Invalid, "broke off"),
    "corrupt": (lambda d: d.server.corrupt(times=None), Unavailable, "not JSON"),
    "stall": (lambda d: d.server.stall(seconds=FOREVER_S, times=None), Unavailable, "no answer within"),
}


@pytest.mark.parametrize("fault", STREAM_FAULTS)
async def test_a_broken_stream_is_never_taken_for_an_answer(double: ModelDouble, case: Case, fault: str) -> None:
    """A stream that ends early without a finish reason raises nothing in the provider's package."""
    make, kind, words = STREAM_FAULTS[fault]
    double.always_says("nothing_to_do", reason="it looks fine to me")
    make(double)

    answer = await ask_model(double.model(streaming=True), case, HASTY if fault in HANGING else LIMITS)

    assert isinstance(answer, kind), answer
    assert words in answer.reason  # type: ignore[union-attr]  # both kinds have a reason


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
BODIES: dict[str, tuple[bytes, bool]] = {
    "not JSON": (HEAD % 9 + b"<html></h", False),
    "half a body": (HEAD % 500 + b'{"id": "x", "choices": [', False),
    "nothing": (b"", False),
    "not HTTP": (b"\x00\x01\x02\x03\r\n\r\n", False),
    "an empty object": (HEAD % 2 + b"{}", False),
    "a body that never ends": (HEAD % 500 + b"{", True),
}


@pytest.mark.parametrize("body", BODIES)
async def test_a_broken_body_is_unavailable_or_invalid(case: Case, body: str) -> None:
    """Raw JSON and connection errors of the HTTP package are mapped too."""
    answer, hang = BODIES[body]

    async with raw_server(answer, hang=hang) as url:
        model = connect(settings_for(url))
        said = await ask_model(model, case, HASTY if hang else LIMITS)
        await disconnect(model)

    assert isinstance(said, Unavailable | Invalid), said


@pytest.mark.parametrize("fault", ["malformed arguments", "server error", "prose", "out of the envelope", "endless"])
async def test_the_solver_answers_instead_and_the_note_says_why(double: ModelDouble, case: Case, fault: str) -> None:
    """A visible fallback."""
    FAULTS[fault][0](double)
    brain = WithFallback(LlmBrain(double.model(), double.settings(), FixedClock()), SolverBrain())

    answer = await brain.propose(case)

    assert isinstance(answer, Proposed)
    assert answer.author == "agent:solver"
    assert answer.notes[0].startswith("model unavailable: ")
    assert answer.notes[0].endswith("solver answered")


async def test_a_model_that_keeps_failing_is_left_alone_for_a_while(double: ModelDouble, case: Case) -> None:
    """After three failures in a row it is not asked, and after the pause it is."""
    double.server.fail(401, times=None)
    clock = FixedClock()
    brain = LlmBrain(double.model(), double.settings(), clock)
    for _ in range(3):
        await brain.propose(case)
    asked = len(double.seen())

    await brain.propose(case)
    during_the_pause = len(double.seen())
    clock.wall_s += 301.0
    await brain.propose(case)

    assert during_the_pause == asked
    assert len(double.seen()) == asked + 1


async def test_only_the_package_retries_and_only_once(double: ModelDouble, case: Case) -> None:
    """One known layer: a request that fails is sent twice, not more."""
    double.server.fail(500, times=None)

    await ask_model(double.model(), case, LIMITS)

    assert len(double.seen()) == 2

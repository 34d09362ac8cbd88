"""What the receipts of a plan mean: applied, not applied, unknown, or to be put back; and how it is told."""

import pytest

from ledger.conclude import Conclusion, Next, conclude
from plants.flow.plan import Plan, WriteStep
from plants.flow.proposal import Status
from plants.flow.receipt import Receipt, Sent
from plants.flow.sample import Value
from tests.ledger_ports import FILLER, LABELLER, START, draft, promise, verdict

PLAN = Plan(
    id="plan-1",
    plant="bottling",
    plant_revision=draft().plant_revision,
    state_revision="5" * 64,
    verdict_hash=verdict(draft()).digest(),
    steps=(
        WriteStep(alias=FILLER, before=600.0, target=570.0, unit="1/min"),
        WriteStep(alias=LABELLER, before=675.0, target=640.0, unit="1/min"),
    ),
    promise=promise(),
)
A, N, D, U = Sent.APPLIED, Sent.NOT_APPLIED, Sent.DIFFERENT, Sent.UNKNOWN


def receipt(index: int, sent: Sent, read_back: Value | None = None, status: str = "") -> Receipt:
    """What became of a step."""
    step = PLAN.steps[index]
    return Receipt(
        step=index,
        alias=step.alias,
        before=step.before,
        target=step.target,
        read_back=read_back,
        sent=sent,
        server_status=status,
        at=START,
    )


def concluded(*sent: Sent) -> Conclusion:
    """What such receipts mean, in the order of the steps."""
    return conclude(PLAN, [receipt(index, each) for index, each in enumerate(sent)])


@pytest.mark.parametrize(
    ("sent", "next_", "ending"),
    [
        ((A, A), Next.APPLIED, Status.ROLLED_BACK),
        ((A, N), Next.PUT_BACK, Status.ROLLED_BACK),
        ((A,), Next.PUT_BACK, Status.ROLLED_BACK),
        ((A, D), Next.PUT_BACK, Status.UNKNOWN),
        ((A, U), Next.PUT_BACK, Status.UNKNOWN),
        ((D, A), Next.PUT_BACK, Status.UNKNOWN),
        ((D,), Next.UNKNOWN, Status.ROLLED_BACK),
        ((U,), Next.UNKNOWN, Status.ROLLED_BACK),
        ((N, U), Next.UNKNOWN, Status.ROLLED_BACK),
        ((N,), Next.NOT_APPLIED, Status.ROLLED_BACK),
        ((N, N), Next.NOT_APPLIED, Status.ROLLED_BACK),
        ((), Next.NOT_APPLIED, Status.ROLLED_BACK),
    ],
)
def test_what_the_receipts_mean(sent: tuple[Sent, ...], next_: Next, ending: Status) -> None:
    """All or nothing; what is certain is put back, and one doubt is enough to end unknown."""
    conclusion = concluded(*sent)

    assert (conclusion.next, conclusion.ending) == (next_, ending)


@pytest.mark.parametrize(
    ("sent", "says"), [((A, A), None), ((A,), "1 of 2 writes were not sent."), ((), "2 of 2 writes were not sent.")]
)
def test_writes_that_were_not_sent_are_counted(sent: tuple[Sent, ...], says: str | None) -> None:
    """And not spoken of when there are none."""
    why = concluded(*sent).why

    assert (says is None and "not sent" not in why) or (says is not None and why.endswith(says))


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (receipt(0, A, 570.0, "Good"), "filler.speed_per_min took 570 1/min (it was 600 1/min)."),
        (receipt(0, N, 599.8, "Good"), "filler.speed_per_min still holds 599.8 1/min, not 570 1/min (Good)."),
        (receipt(0, N), "filler.speed_per_min still holds 600 1/min, not 570 1/min."),
        (
            receipt(0, D, 585.0, "Good"),
            "filler.speed_per_min was 600 1/min, was sent 570 1/min and reads back 585 1/min: clamped, or changed by "
            "somebody.",
        ),
        (receipt(0, U), "filler.speed_per_min was 600 1/min, was sent 570 1/min and cannot be read back."),
    ],
)
def test_how_each_is_told(of: Receipt, told: str) -> None:
    """With the value before, the one sent, what was read back, and what the server said to what did not take."""
    assert told in conclude(PLAN, [of]).why

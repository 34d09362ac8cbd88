"""The executor's session: opened on purpose, closed at the first doubt, and every error told as what it means."""

import pytest

from ledger.session import Session
from plants.errors import JayulError, LinkDown, LinkError, NotSent, Refused, TagMissing, WriteOutcomeUnknown
from plants.flow.sample import Sample, Value
from plants.model.tags import PLANT_TIME, REMOTE
from tests.ledger_ports import FILLER, LABELLER, PLANT, FakeClock, Line


class Faulty(Line):
    """A line that fails as it is told to."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.fails: JayulError | None = None

    async def write(self, alias: str, value: Value) -> str:
        """Fail, or take it."""
        if self.fails is not None:
            raise self.fails
        return await super().write(alias, value)

    async def read(self, aliases: tuple[str, ...]) -> tuple[Sample, ...]:
        """Fail, or tell."""
        if self.fails is not None:
            raise self.fails
        return await super().read(aliases)


@pytest.fixture
def faulty(clock: FakeClock) -> Faulty:
    """The equipment."""
    return Faulty(clock)


async def test_it_is_opened_once_and_closed_once(faulty: Faulty) -> None:
    """However often it is asked for."""
    session = Session(faulty, PLANT)

    await session.close()
    await session.ensure()
    await session.ensure()
    await session.close()
    await session.close()

    assert (faulty.opened, faulty.closed) == (1, 1)


async def test_a_fresh_one_ends_the_one_that_was_open(faulty: Faulty) -> None:
    """And opens when none was."""
    session = Session(faulty, PLANT)

    await session.fresh()
    first = (faulty.opened, faulty.closed)
    await session.fresh()

    assert first == (1, 0)
    assert (faulty.opened, faulty.closed) == (2, 1)


async def test_reading_opens_it_and_tells_all_that_matters_to_a_tag(faulty: Faulty) -> None:
    """Its own value, where the machine is, its mode, the selector, plant time, and what was asked for besides."""
    live = await Session(faulty, PLANT).read((FILLER,), also=(LABELLER, FILLER))

    assert faulty.opened == 1
    assert {FILLER, f"{FILLER}.actual", "filler.unit_mode", REMOTE, PLANT_TIME, LABELLER} <= set(live)
    assert live[FILLER].value == 600.0


@pytest.mark.parametrize(
    ("fails", "told_as"),
    [
        (LinkDown("gone"), LinkDown),
        (TagMissing("no such node"), TagMissing),
        (Refused("the channel would be plain"), LinkDown),
    ],
)
async def test_a_reading_that_fails_ends_the_session_and_is_a_matter_of_the_link(
    faulty: Faulty, fails: JayulError, told_as: type[LinkError]
) -> None:
    """The next one opens it anew; what says more than that the link is down keeps its name."""
    session = Session(faulty, PLANT)
    await session.ensure()
    faulty.fails = fails

    with pytest.raises(LinkError, match=str(fails)) as raised:
        await session.read((FILLER,))
    faulty.fails = None
    await session.read((FILLER,))

    assert type(raised.value) is told_as
    assert (faulty.opened, faulty.closed) == (2, 1)


async def test_a_session_that_cannot_be_opened_is_not_open(faulty: Faulty) -> None:
    """So nothing is written through it, and there is nothing to close."""
    faulty.refuses_to_open = "The channel would be plain."
    session = Session(faulty, PLANT)

    with pytest.raises(LinkDown, match="would be plain"):
        await session.ensure()

    assert await session.write(FILLER, 570.0) == (False, "the session was lost before the write")
    await session.close()
    assert (faulty.opened, faulty.closed, faulty.written) == (0, 0, [])


@pytest.mark.parametrize(
    ("fails", "answer", "closed"),
    [
        (None, (True, "Good"), 0),
        (NotSent("not sent"), (False, "not sent"), 0),
        (WriteOutcomeUnknown("no answer"), (True, "no answer"), 1),
        (LinkDown("cut"), (True, "cut"), 1),
    ],
)
async def test_whether_a_write_may_have_left(
    faulty: Faulty, fails: JayulError | None, answer: tuple[bool, str], closed: int
) -> None:
    """What is in doubt may have, and ends the session; what surely did not leave ends nothing."""
    session = Session(faulty, PLANT)
    await session.ensure()
    faulty.fails = fails

    assert await session.write(FILLER, 570.0) == answer
    assert faulty.closed == closed


async def test_after_a_doubt_nothing_is_written_until_it_is_opened_on_purpose(faulty: Faulty) -> None:
    """A client that reconnects by itself may deliver late what was given up."""
    session = Session(faulty, PLANT)
    await session.ensure()
    faulty.fails = WriteOutcomeUnknown("no answer")
    await session.write(FILLER, 570.0)
    faulty.fails = None

    shut = await session.write(FILLER, 560.0)
    await session.ensure()

    assert shut == (False, "the session was lost before the write")
    assert await session.write(FILLER, 560.0) == (True, "Good")
    assert faulty.written == [(FILLER, 560.0)]

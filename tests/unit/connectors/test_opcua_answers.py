"""What a server's answer to a write means, and what a subscription makes of what is published."""

import pytest
from asyncua import ua
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaerrors import UaStatusCodeError
from structlog.testing import capture_logs

from connectors.opcua.answers import fault_of, taken
from connectors.opcua.resolve import ResolvedTag
from connectors.opcua.subscription import TagSubscription
from plants.errors import NotSent, WriteOutcomeUnknown
from plants.model.tags import DataType, Tag, TagRole

TAG = Tag(alias="filler.state", role=TagRole.STATE, subject="filler", path=("State",), data_type=DataType.INT32)


def status(code: int) -> ua.StatusCode:
    """A status code."""
    return ua.StatusCode(ua.UInt32(code))


def test_an_answer_that_is_not_bad_is_handed_on_by_name() -> None:
    """Good, and Good with a reservation."""
    assert taken("a.b", status(StatusCodes.Good)) == "Good"
    assert taken("a.b", status(StatusCodes.GoodCompletesAsynchronously)) == "GoodCompletesAsynchronously"


@pytest.mark.parametrize(
    "code",
    [
        StatusCodes.BadUserAccessDenied,
        StatusCodes.BadOutOfRange,
        StatusCodes.BadNotWritable,
        StatusCodes.BadInvalidState,
    ],
)
def test_a_refused_write_was_not_sent(code: int) -> None:
    """The server said no: it is safe to propose again."""
    with pytest.raises(NotSent, match=r"a\.b"):
        taken("a.b", status(code))


@pytest.mark.parametrize(
    "code", [StatusCodes.BadTimeout, StatusCodes.BadInternalError, StatusCodes.BadCommunicationError]
)
def test_a_server_that_does_not_know_leaves_it_unknown(code: int) -> None:
    """A gateway whose controller did not answer may have delivered the value."""
    with pytest.raises(WriteOutcomeUnknown, match="do not send again"):
        taken("a.b", status(code))


def fault(code: int) -> UaStatusCodeError:
    """What the library raises for a service fault."""
    with pytest.raises(UaStatusCodeError) as raised:
        status(code).check()
    return raised.value


def test_a_fault_of_the_request_is_a_refusal_only_if_nothing_can_have_been_executed() -> None:
    """A dead session refuses; a broken channel proves nothing."""
    refused = fault_of("a.b", fault(StatusCodes.BadSessionIdInvalid))
    unknown = fault_of("a.b", fault(StatusCodes.BadSecureChannelClosed))

    assert isinstance(refused, NotSent)
    assert isinstance(unknown, WriteOutcomeUnknown)


def published(*values: int) -> ua.PublishResult:
    """A publish response with values of the first item."""
    items = [ua.MonitoredItemNotification(ClientHandle=ua.UInt32(0), Value=ua.DataValue(ua.Variant(v))) for v in values]
    message = ua.NotificationMessage(NotificationData=[ua.DataChangeNotification(MonitoredItems=items)])
    return ua.PublishResult(NotificationMessage=message)


def test_a_value_that_our_own_handling_cannot_take_is_counted_and_told_once() -> None:
    """The library would only log it, and the subscription would look alive."""

    def fail(tag: Tag, data: ua.DataValue) -> None:
        raise RuntimeError("defect")

    subscription = TagSubscription(on_value=fail, on_end=lambda: None)
    subscription.watch([ResolvedTag(TAG, ua.NodeId())])

    with capture_logs() as logs:
        subscription.published(published(1, 2, 3))

    assert subscription.faults == 3
    assert [line["event"] for line in logs] == ["opcua_value_not_handled"]


def test_a_subscription_that_is_ended_says_by_which_status() -> None:
    """The source is woken at once."""
    woken: list[bool] = []
    subscription = TagSubscription(on_value=lambda *_: None, on_end=lambda: woken.append(True))
    notification = ua.StatusChangeNotification(Status=status(StatusCodes.BadTimeout))

    subscription.published(
        ua.PublishResult(NotificationMessage=ua.NotificationMessage(NotificationData=[notification]))
    )

    assert subscription.ended == "BadTimeout"
    assert woken == [True]


def test_a_keep_alive_counts_as_a_sign_of_life() -> None:
    """An empty publish response has been heard, too."""
    subscription = TagSubscription(on_value=lambda *_: None, on_end=lambda: None)
    subscription.heard_at -= 100

    subscription.published(ua.PublishResult())

    assert subscription.silent_wall_s < 50


def numbered(number: int, *, empty: bool = False) -> ua.PublishResult:
    """A publish response with that sequence number."""
    data = [] if empty else [ua.DataChangeNotification()]
    return ua.PublishResult(
        NotificationMessage=ua.NotificationMessage(SequenceNumber=ua.UInt32(number), NotificationData=data)
    )


def test_publish_responses_that_never_came_are_counted_by_their_numbers() -> None:
    """Keep-alives have no number of their own, and numbers begin again after the last."""
    subscription = TagSubscription(on_value=lambda *_: None, on_end=lambda: None)

    for number, empty in ((1, False), (2, True), (2, False), (5, False), (6, False)):
        subscription.published(numbered(number, empty=empty))
    after_a_gap = subscription.missed
    for number in (2**32 - 1, 1, 2):
        subscription.published(numbered(number))

    assert after_a_gap == 2
    assert subscription.missed == 2 + (2**32 - 1 - 7)

"""One subscription over all tags of a connection, fed straight from the publish responses.

Used by the source. The library's own subscription object makes a task per value or drops silently; this one hands each
publish response to one callback and checks the status of each monitored item.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from asyncua import ua
from asyncua.client.client import Client
from asyncua.ua.attribute_ids import AttributeIds

from connectors.opcua.limits import OperationLimits, batches
from connectors.opcua.resolve import ResolvedTag
from plants.errors import LinkDown
from plants.model.connection import TrustedClock
from plants.model.tags import Tag

log = structlog.get_logger(__name__)

_KEEP_ALIVE_COUNT = 10
_LIFETIME_COUNT = 600
_LAST_NUMBER = 2**32 - 1
"""Sequence numbers begin again at 1 after this."""
_ITEM_QUEUE = 100
"""Values a server keeps per node between two publishes; what does not fit there is told by an overflow bit."""

_TIMES = {
    TrustedClock.SOURCE: ua.TimestampsToReturn.Source,
    TrustedClock.SERVER: ua.TimestampsToReturn.Server,
    TrustedClock.RECEIVE: ua.TimestampsToReturn.Neither,
}
"""Each time costs as much to decode as the value itself."""

OnValue = Callable[[Tag, ua.DataValue], None]


@dataclass
class TagSubscription:
    """The subscription of one connection; `silent_wall_s` and `ended` tell whether it still lives."""

    on_value: OnValue
    on_end: Callable[[], None]
    keep_alive_wall_s: float = 0.0
    """Longest silence that the server promised."""
    missed: int = 0
    """Publish responses that never came, by their sequence numbers; what was in them comes with the next full read."""
    faults: int = 0
    """Values that our own handling could not take; each is a defect."""
    ended: str = ""
    """Why the server or the library ended it; empty while it lives."""
    heard_at: float = field(default_factory=time.monotonic)
    """Monotonic time of the last publish response."""
    sampled_wall_s: dict[str, float] = field(default_factory=dict)
    """Tags that the server samples, with the interval it revised ours to: changes within one it folds, untold."""
    _tags: dict[int, Tag] = field(default_factory=dict)
    _next_number: int | None = None

    @property
    def silent_wall_s(self) -> float:
        """Wall seconds since the last publish response, keep-alives included."""
        return time.monotonic() - self.heard_at

    async def start(
        self,
        client: Client,
        tags: Sequence[ResolvedTag],
        interval_wall_s: float,
        limits: OperationLimits,
        trust: TrustedClock = TrustedClock.SOURCE,
    ) -> None:
        """Create the subscription and its items; of the times of a value only the trusted one is asked for.

        Raises:
            LinkDown: the server did not take some of the items; each is named with its status.
        """
        session = client.uaclient.session
        params = ua.CreateSubscriptionParameters(
            RequestedPublishingInterval=interval_wall_s * 1000,
            RequestedLifetimeCount=_LIFETIME_COUNT,
            RequestedMaxKeepAliveCount=_KEEP_ALIVE_COUNT,
            MaxNotificationsPerPublish=0,
            PublishingEnabled=True,
        )
        made = await session.create_subscription(params, self.published)
        self.keep_alive_wall_s = made.RevisedPublishingInterval / 1000 * made.RevisedMaxKeepAliveCount
        self.watch(tags)
        items = [_item(handle, r) for handle, r in enumerate(tags)]
        refused = []
        for some in batches(items, limits.monitor):
            request = ua.CreateMonitoredItemsParameters(
                SubscriptionId=made.SubscriptionId,
                TimestampsToReturn=_TIMES[trust],
                ItemsToCreate=some,
            )
            for item, result in zip(some, await session.create_monitored_items(request), strict=True):
                alias = self._tags[item.RequestedParameters.ClientHandle].alias
                if not result.StatusCode.is_good():
                    refused.append(f"{alias} ({result.StatusCode.name})")
                elif result.RevisedSamplingInterval > 0:
                    self.sampled_wall_s[alias] = result.RevisedSamplingInterval / 1000
        if refused:
            raise LinkDown(f"the server does not watch {len(refused)} tags for us: {', '.join(refused)}")

    def watch(self, tags: Sequence[ResolvedTag]) -> None:
        """Give each tag its client handle: its position."""
        self._tags = {handle: r.tag for handle, r in enumerate(tags)}

    def published(self, result: ua.PublishResult) -> None:
        """One publish response; an empty one is a keep-alive."""
        self.heard_at = time.monotonic()
        self._count(result.NotificationMessage)
        for notification in result.NotificationMessage.NotificationData or ():
            if isinstance(notification, ua.StatusChangeNotification):
                self.ended = notification.Status.name
                self.on_end()
            elif isinstance(notification, ua.DataChangeNotification):
                for item in notification.MonitoredItems:
                    self._deliver(item)

    def _count(self, message: ua.NotificationMessage) -> None:
        """See whether messages are missing before this one (Part 4, 7.26); keep-alives have no number of their own."""
        if not message.NotificationData:
            return
        number = int(message.SequenceNumber)
        if self._next_number is not None and number > self._next_number:
            self.missed += number - self._next_number
        self._next_number = 1 if number >= _LAST_NUMBER else number + 1

    def _deliver(self, item: ua.MonitoredItemNotification) -> None:
        tag = self._tags.get(item.ClientHandle)
        if tag is None:
            return
        try:
            self.on_value(tag, item.Value)
        except Exception:  # the library would only log it, and the subscription would look alive
            self.faults += 1
            if self.faults == 1:
                log.exception("opcua_value_not_handled", alias=tag.alias)


def _item(handle: int, tag: ResolvedTag) -> ua.MonitoredItemCreateRequest:
    return ua.MonitoredItemCreateRequest(
        ItemToMonitor=ua.ReadValueId(NodeId=tag.node_id, AttributeId=AttributeIds.Value),
        MonitoringMode=ua.MonitoringMode.Reporting,
        RequestedParameters=ua.MonitoringParameters(
            ClientHandle=handle, SamplingInterval=0.0, QueueSize=_ITEM_QUEUE, DiscardOldest=True
        ),
    )

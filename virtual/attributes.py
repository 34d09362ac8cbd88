"""Reads and writes of clients, judged per node and per user before they reach the plant.

The library decides by role and service only; a plant decides per setpoint, checks the value, and may misbehave on
script. Used by `virtual.server`, which puts it in the place of the library's attribute service.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from asyncua import ua
from asyncua.common.callback import ServerItemCallback
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.address_space import AddressSpace, AttributeService
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes

from connectors.opcua.convert import VARIANT_TYPES, is_array
from plants.flow.sample import Value
from plants.model.tags import Tag, TagRole
from virtual.accounts import Accounts
from virtual.equipment import Refusal, WriteRefused
from virtual.script import AccessDenied, LateAnswer, SessionDrop
from virtual.served import ServedLine

log = structlog.get_logger(__name__)

_REFUSALS = {
    Refusal.NOT_WRITABLE: StatusCodes.BadNotWritable,
    Refusal.WRONG_TYPE: StatusCodes.BadTypeMismatch,
    Refusal.OUT_OF_RANGE: StatusCodes.BadOutOfRange,
    Refusal.LOCAL: StatusCodes.BadInvalidState,
}
_CURRENT_WRITE = 1 << ua.AccessLevel.CurrentWrite.value


class PlantAttributes(AttributeService):
    """The attribute service of a server whose variables belong to a plant."""

    def __init__(
        self,
        aspace: AddressSpace,
        accounts: Accounts,
        *,
        show: Callable[[ServedLine, str, Value], Awaitable[None]],
        drop: Callable[[str], None],
    ) -> None:
        """`show` puts a held value on its node, `drop` cuts the connections of a user."""
        super().__init__(aspace)
        self._accounts = accounts
        self._show = show
        self._drop = drop
        self._tags: dict[ua.NodeId, tuple[ServedLine, Tag]] = {}
        self.controls: dict[ua.NodeId, Callable[[ua.DataValue], Awaitable[int]]] = {}

    def serve(self, line: ServedLine) -> None:
        """Take charge of the nodes of a line."""
        self._tags |= {node: (line, line.tags[alias]) for alias, node in line.nodes.items()}

    async def write(
        self,
        params: ua.WriteParameters,
        user: User = User(role=UserRole.Admin),  # noqa: B008 - the library's signature
    ) -> list[ua.StatusCode]:
        """Write for a client; the server's own writes (administrator) go straight through."""
        if user.role is UserRole.Admin:
            return await super().write(params, user)
        return [ua.StatusCode(ua.UInt32(await self._write_one(item, user))) for item in params.NodesToWrite]

    async def _write_one(self, item: ua.WriteValue, user: User) -> int:
        control = self.controls.get(item.NodeId)
        if control is not None:
            may = self._accounts.may_train(user) and item.AttributeId == AttributeIds.Value
            return await control(item.Value) if may else StatusCodes.BadUserAccessDenied
        line, tag = self._tags.get(item.NodeId, (None, None))
        if line is None or tag is None or item.AttributeId != AttributeIds.Value or not self.open_to(line, tag, user):
            return StatusCodes.BadUserAccessDenied
        value = self._typed(line, tag, item.Value)
        if value is None:
            return StatusCodes.BadTypeMismatch
        try:
            kept = line.equipment.write(tag.alias, value)
        except WriteRefused as refused:
            return _REFUSALS[refused.refusal]
        if tag.role is not TagRole.HEARTBEAT:
            log.info("virtual_plant_written", alias=tag.alias, sent=value, kept=kept, user=user.name)
        await self._show(line, tag.alias, kept)
        await self._answer_badly(line, tag.alias, user)
        return StatusCodes.Good

    def _typed(self, line: ServedLine, tag: Tag, data: ua.DataValue) -> Value | None:
        """The value if its variant has exactly the node's type; None otherwise."""
        variant = data.Value
        mistyped = tag.alias in line.program.wrong_type
        if variant is None or mistyped or variant.VariantType != VARIANT_TYPES[tag.data_type]:
            return None
        if is_array(tag.data_type):
            return tuple(variant.Value) if isinstance(variant.Value, list) else None
        value: Value | None = None if isinstance(variant.Value, list) else variant.Value
        return value

    async def _answer_badly(self, line: ServedLine, alias: str, user: User) -> None:
        """Late, or with the connection cut before or just after the answer, if the script says so."""
        shown_s = line.equipment.shown_s
        cut = line.script.acting(SessionDrop, alias, shown_s)
        if cut is not None and cut.before_answer:
            self._drop(user.name or "")
        elif cut is not None:
            asyncio.get_running_loop().call_soon(self._drop, user.name or "")
        late = line.script.acting(LateAnswer, alias, shown_s)
        if late is not None:
            await asyncio.sleep(late.wall_s)

    def tell_access(self, event: ServerItemCallback, _service: object) -> None:
        """After a read: `UserAccessLevel` as it is for this user (the library keeps one for all)."""
        if not event.is_external:
            return
        asked = event.request_params.NodesToRead
        for i, (item, data) in enumerate(zip(asked, event.response_params, strict=True)):
            if item.AttributeId == AttributeIds.UserAccessLevel and not self._may(item.NodeId, event.user):
                level = ua.Variant(data.Value.Value & ~_CURRENT_WRITE, ua.VariantType.Byte)
                event.response_params[i] = ua.DataValue(level)

    def _may(self, node: ua.NodeId, user: User | None) -> bool:
        """Whether a user may write a node; nodes that are not ours are as the library has them."""
        if node in self.controls:
            return self._accounts.may_train(user)
        line, tag = self._tags.get(node, (None, None))
        return line is None or tag is None or self.open_to(line, tag, user)

    def open_to(self, line: ServedLine, tag: Tag, user: User | None) -> bool:
        """Whether a user may write a tag of a line now."""
        denied = line.script.acting(AccessDenied, tag.alias, line.equipment.shown_s)
        return self._accounts.may_write(user, tag.alias) and denied is None

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
from virtual.equipment import Equipment, Refusal, WriteRefused
from virtual.script import AccessDenied, LateAnswer, Script, SessionDrop

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
        equipment: Equipment,
        script: Script,
        accounts: Accounts,
        *,
        show: Callable[[str, Value], Awaitable[None]],
        drop: Callable[[str], None],
    ) -> None:
        """`show` puts a held value on its node, `drop` cuts the connections of a user."""
        super().__init__(aspace)
        self._equipment = equipment
        self._script = script
        self._accounts = accounts
        self._show = show
        self._drop = drop
        self.tags: dict[ua.NodeId, Tag] = {}
        self.mistyped: frozenset[str] = frozenset()

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
        tag = self.tags.get(item.NodeId)
        if tag is None or item.AttributeId != AttributeIds.Value or not self._accounts.may_write(user):
            return StatusCodes.BadUserAccessDenied
        if self._script.acting(AccessDenied, tag.alias, self._equipment.shown_s):
            return StatusCodes.BadUserAccessDenied
        value = self._typed(tag, item.Value)
        if value is None:
            return StatusCodes.BadTypeMismatch
        try:
            kept = self._equipment.write(tag.alias, value)
        except WriteRefused as refused:
            return _REFUSALS[refused.refusal]
        if tag.role is not TagRole.HEARTBEAT:
            log.info("virtual_plant_written", alias=tag.alias, sent=value, kept=kept, user=user.name)
        await self._show(tag.alias, kept)
        await self._answer_badly(tag.alias, user)
        return StatusCodes.Good

    def _typed(self, tag: Tag, data: ua.DataValue) -> Value | None:
        """The value if its variant has exactly the node's type; None otherwise."""
        variant = data.Value
        if variant is None or tag.alias in self.mistyped or variant.VariantType != VARIANT_TYPES[tag.data_type]:
            return None
        if is_array(tag.data_type):
            return tuple(variant.Value) if isinstance(variant.Value, list) else None
        value: Value | None = None if isinstance(variant.Value, list) else variant.Value
        return value

    async def _answer_badly(self, alias: str, user: User) -> None:
        """Late, or with the connection cut before or just after the answer, if the script says so."""
        shown_s = self._equipment.shown_s
        cut = self._script.acting(SessionDrop, alias, shown_s)
        if cut is not None and cut.before_answer:
            self._drop(user.name or "")
        elif cut is not None:
            asyncio.get_running_loop().call_soon(self._drop, user.name or "")
        late = self._script.acting(LateAnswer, alias, shown_s)
        if late is not None:
            await asyncio.sleep(late.wall_s)

    def tell_access(self, event: ServerItemCallback, _service: object) -> None:
        """After a read: `UserAccessLevel` as it is for this user (the library keeps one for all)."""
        if not event.is_external:
            return
        asked = event.request_params.NodesToRead
        for i, (item, data) in enumerate(zip(asked, event.response_params, strict=True)):
            tag = self.tags.get(item.NodeId)
            if tag is not None and item.AttributeId == AttributeIds.UserAccessLevel and not self._open(tag, event.user):
                level = ua.Variant(data.Value.Value & ~_CURRENT_WRITE, ua.VariantType.Byte)
                event.response_params[i] = ua.DataValue(level)

    def _open(self, tag: Tag, user: User | None) -> bool:
        denied = self._script.acting(AccessDenied, tag.alias, self._equipment.shown_s)
        return self._accounts.may_write(user) and denied is None

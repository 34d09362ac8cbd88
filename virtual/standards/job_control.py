"""The orders of a line as ISA-95 jobs (OPC 10031-4): a receiver that takes jobs and commands, a provider of responses.

    Objects/Machines/<line>/JobOrderControl    Store, StoreAndStart, Start, RevokeStart, Pause, Resume, Stop, Abort,
                                               Cancel, Clear, Update; JobOrderList
    Objects/Machines/<line>/JobOrderResults    JobOrderResponseList and two requests

A job names its product and quantity as the material that it produces. Times are wall time where the model wants a date;
plant time of begin and end is in the job's response as parameters `BeganPlantTime` and `EndedPlantTime`.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from asyncua import ua
from asyncua.common.node import Node
from asyncua.server.server import Server
from asyncua.ua.status_codes import StatusCodes

from plants.model.order import Order
from plants.model.tags import ORDER_SEQUENCE, REMOTE
from virtual.equipment import Equipment
from virtual.jobs import Answer, Job, JobBook, JobRefused, JobState
from virtual.standards.nodesets import Models, made
from virtual.standards.shown import child

RECEIVER, PROVIDER = "JobOrderControl", "JobOrderResults"
PRODUCED = "Material Produced"
_RECEIVER_TYPE, _PROVIDER_TYPE = 1002, 1003
_MAX_JOBS = 1_000
_NEVER_S = 1e7
"""Plant time at which a job without an end is due."""

Command = Callable[[JobBook, str], None]
_COMMANDS: dict[str, Command] = {
    "Start": JobBook.start,
    "RevokeStart": JobBook.revoke_start,
    "Pause": JobBook.pause,
    "Resume": JobBook.resume,
    "Stop": JobBook.stop,
    "Abort": JobBook.abort,
    "Cancel": JobBook.cancel,
    "Clear": JobBook.clear,
}


class JobControl:
    """Receiver and provider of one line.

    Args:
        equipment: its line; it must have jobs.
        may: whether whoever calls just now may sequence the orders.
    """

    def __init__(self, equipment: Equipment, jobs: JobBook, may: Callable[[str], bool]) -> None:
        self._equipment = equipment
        self._jobs = jobs
        self._may = may
        self._list = ua.NodeId()
        self._responses = ua.NodeId()
        self._shown: list[Any] = []

    async def build(self, models: Models, line: Node) -> None:
        """Make the nodes below the line's object and answer their methods."""
        server, index = models.server, models.job_control
        place = (await line.read_browse_name()).Name
        receiver = await line.add_object(
            ua.NodeId(ua.String(f"{place}.{RECEIVER}"), ua.Int16(line.nodeid.NamespaceIndex)),
            ua.QualifiedName(RECEIVER, ua.UInt16(index)),
            objecttype=_type(models, _RECEIVER_TYPE),
            instantiate_optional=True,
        )
        provider = await line.add_object(
            index, PROVIDER, objecttype=_type(models, _PROVIDER_TYPE), instantiate_optional=True
        )
        self._list = (await child(receiver, index, "JobOrderList")).nodeid
        self._responses = (await child(provider, index, "JobOrderResponseList")).nodeid
        await (await child(receiver, index, "MaxDownloadableJobOrders")).write_value(_MAX_JOBS, ua.VariantType.UInt16)
        answers: dict[str, Callable[..., Awaitable[Any]]] = {name: self._command(c) for name, c in _COMMANDS.items()}
        answers |= {
            "Store": self._store(start=False),
            "StoreAndStart": self._store(start=True),
            "Update": self._update(),
        }
        for name, answer in answers.items():
            server.link_method(await child(receiver, index, name), answer)
        server.link_method(await child(provider, index, "RequestJobResponseByJobOrderID"), self._by_id)
        server.link_method(await child(provider, index, "RequestJobResponseByJobOrderState"), self._by_state)

    async def show(self, server: Server) -> None:
        """Put lists on the nodes that have changed."""
        jobs = list(self._jobs)
        now = [(j.order.id, j.state, j.priority, j.good, j.scrapped) for j in jobs]
        if now == self._shown:
            return
        self._shown = now
        listed = [made("ISA95JobOrderAndStateDataType", JobOrder=_job_order(j), State=[_state(j.state)]) for j in jobs]
        told = [_response(j) for j in jobs if j.began_s is not None or j.ended_s is not None]
        await server.write_attribute_value(self._list, ua.DataValue(_array(listed)))
        await server.write_attribute_value(self._responses, ua.DataValue(_array(told)))

    def _command(self, command: Command) -> Callable[..., Awaitable[Any]]:
        async def answer(_parent: ua.NodeId, name: ua.Variant, comment: ua.Variant) -> Any:  # noqa: ANN401
            return self._answered(lambda: command(self._jobs, str(name.Value)), str(name.Value), comment)

        return answer

    def _store(self, *, start: bool) -> Callable[..., Awaitable[Any]]:
        async def answer(_parent: ua.NodeId, job: ua.Variant, comment: ua.Variant) -> Any:  # noqa: ANN401
            def store() -> None:
                if len(list(self._jobs)) >= _MAX_JOBS:
                    raise JobRefused(Answer.NOT_ACCEPTED, f"there are {_MAX_JOBS} jobs already; clear some")
                self._jobs.store(_order(job.Value), int(job.Value.Priority or 0), start=start)

            return self._answered(store, str(job.Value.JobOrderID), comment)

        return answer

    def _update(self) -> Callable[..., Awaitable[Any]]:
        async def answer(_parent: ua.NodeId, job: ua.Variant, comment: ua.Variant) -> Any:  # noqa: ANN401
            name = str(job.Value.JobOrderID)

            def update() -> None:
                its = self._jobs.job(name).order
                if job.Value.MaterialRequirements and _asked(job.Value) != (its.product, its.quantity):
                    raise JobRefused(
                        Answer.NOT_ACCEPTED, "a job goes on making what it makes; cancel it and store another"
                    )
                self._jobs.reprioritise(name, int(job.Value.Priority or 0))

            return self._answered(update, name, comment)

        return answer

    def _answered(self, ask: Callable[[], None], name: str, comment: ua.Variant) -> Any:  # noqa: ANN401
        """Ask the line, if the caller may and the selector stands on remote; the status that answers."""
        if not self._may(ORDER_SEQUENCE):
            return ua.StatusCode(ua.UInt32(StatusCodes.BadUserAccessDenied))
        if self._equipment.values()[REMOTE] is not True:
            return _returned(Answer.NOT_ACCEPTED)
        try:
            ask()
        except JobRefused as refused:
            return _returned(refused.answer)
        self._jobs.note(name, "; ".join(str(part.Text or "") for part in comment.Value or ()))
        return _returned(Answer.DONE)

    async def _by_id(self, _parent: ua.NodeId, name: ua.Variant) -> Any:  # noqa: ANN401
        try:
            job = self._jobs.job(str(name.Value))
        except JobRefused as refused:
            return [
                ua.Variant(made("ISA95JobResponseDataType"), ua.VariantType.ExtensionObject),
                _status(refused.answer),
            ]
        return [ua.Variant(_response(job), ua.VariantType.ExtensionObject), _status(Answer.DONE)]

    async def _by_state(self, _parent: ua.NodeId, states: ua.Variant) -> Any:  # noqa: ANN401
        wanted = {int(state.StateNumber) for state in states.Value or ()}
        return [_array([_response(j) for j in self._jobs if j.state in wanted]), _status(Answer.DONE)]


def _order(job: Any) -> Order:  # noqa: ANN401 - a class that the library makes at run time
    """The order that a job asks for.

    Raises:
        JobRefused: it does not name one product and a quantity, or is no order otherwise.
    """
    product, quantity = _asked(job)
    try:
        return Order(id=job.JobOrderID, product=product, quantity=quantity, due_s=_NEVER_S)
    except ValueError as fault:
        raise JobRefused(Answer.INVALID, str(fault)) from fault


def _asked(job: Any) -> tuple[str, int]:  # noqa: ANN401 - as above
    """Product and quantity.

    Raises:
        JobRefused: it does not name one product and a quantity.
    """
    produced = [m for m in job.MaterialRequirements or () if (m.MaterialUse or PRODUCED) == PRODUCED]
    if len(produced) != 1:
        raise JobRefused(Answer.INVALID, f"a job names one material with the use '{PRODUCED}'")
    try:
        return str(produced[0].MaterialDefinitionID), int(produced[0].Quantity)
    except (TypeError, ValueError) as fault:
        raise JobRefused(Answer.INVALID, f"the quantity is no whole number: {fault}") from fault


def _job_order(job: Job) -> Any:  # noqa: ANN401
    return made(
        "ISA95JobOrderDataType",
        JobOrderID=job.order.id,
        Priority=ua.Int16(job.priority),
        MaterialRequirements=[_material(job.order.product, job.order.quantity)],
    )


def _material(product: str, quantity: int) -> Any:  # noqa: ANN401
    return made("ISA95MaterialDataType", MaterialDefinitionID=product, MaterialUse=PRODUCED, Quantity=str(quantity))


def _state(state: JobState) -> Any:  # noqa: ANN401
    return made(
        "ISA95StateDataType",
        BrowsePath=ua.RelativePath(),
        StateText=ua.LocalizedText(state.browse_name),
        StateNumber=ua.UInt32(state),
    )


def _response(job: Job) -> Any:  # noqa: ANN401
    """What has become of a job: its state, and what was made of it."""
    times = {"BeganPlantTime": job.began_s, "EndedPlantTime": job.ended_s, "Scrapped": float(job.scrapped)}
    data = [
        made("ISA95ParameterDataType", ID=name, Value=ua.Variant(float(at_s), ua.VariantType.Double))
        for name, at_s in times.items()
        if at_s is not None
    ]
    return made(
        "ISA95JobResponseDataType",
        JobResponseID=f"{job.order.id}-response",
        JobOrderID=job.order.id,
        JobState=[_state(job.state)],
        JobResponseData=data,
        MaterialActuals=[_material(job.order.product, job.good)],
    )


def _type(models: Models, number: int) -> ua.NodeId:
    return ua.NodeId(ua.Int32(number), ua.Int16(models.job_control))


def _array(rows: list[Any]) -> ua.Variant:
    return ua.Variant(rows, ua.VariantType.ExtensionObject, is_array=True)


def _status(answer: Answer) -> ua.Variant:
    return ua.Variant(int(answer), ua.VariantType.UInt64)


def _returned(answer: Answer) -> Any:  # noqa: ANN401
    """The return status tells; the call itself is good, so that clients see it (OPC 10031-4, B.2)."""
    return [_status(answer)]

"""What the answer to a write means: taken, refused, or unknown.

Used by the actuator. Refused is only what a server says before anything is executed; every other fault may hide a value
that was applied (Part 4, 7.39.2).
"""

from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaerrors import UaStatusCodeError
from asyncua.ua.uatypes import StatusCode

from plants.errors import LinkError, NotSent, WriteOutcomeUnknown

_UNDECIDED = frozenset(
    {
        StatusCodes.BadUnexpectedError,
        StatusCodes.BadInternalError,
        StatusCodes.BadResourceUnavailable,
        StatusCodes.BadCommunicationError,
        StatusCodes.BadTimeout,
        StatusCodes.BadShutdown,
        StatusCodes.BadServerHalted,
        StatusCodes.BadNoCommunication,
        StatusCodes.BadDeviceFailure,
        StatusCodes.BadRequestTimeout,
        StatusCodes.BadRequestCancelledByClient,
        StatusCodes.BadRequestCancelledByRequest,
    }
)
"""Bad results of one write after which the equipment may hold the new value all the same."""

_REFUSED_WHOLE = frozenset(
    {
        StatusCodes.BadUserAccessDenied,
        StatusCodes.BadServiceUnsupported,
        StatusCodes.BadSessionIdInvalid,
        StatusCodes.BadSessionNotActivated,
        StatusCodes.BadTooManyOperations,
        StatusCodes.BadNothingToDo,
        StatusCodes.BadDecodingError,
        StatusCodes.BadRequestTooLarge,
        StatusCodes.BadRequestHeaderInvalid,
        StatusCodes.BadInvalidTimestamp,
        StatusCodes.BadSecurityModeInsufficient,
        StatusCodes.BadNotWritable,
        StatusCodes.BadTypeMismatch,
        StatusCodes.BadOutOfRange,
        StatusCodes.BadNodeIdUnknown,
        StatusCodes.BadInvalidArgument,
    }
)
"""Faults of a whole request raised before anything is executed; others may come from a broken channel."""


def taken(alias: str, status: StatusCode) -> str:
    """Name of a status that is not Bad. `Good` means only that the server took the value.

    Raises:
        NotSent: the server refused it.
        WriteOutcomeUnknown: the server itself does not know.
    """
    if status.value in _UNDECIDED:
        raise WriteOutcomeUnknown(f"{alias}: the server answered {status.name}; read back, do not send again")
    if status.is_bad():
        raise NotSent(f"{alias}: the server refused the write with {status.name} ({status.doc})")
    return str(status.name)


def fault_of(alias: str, fault: UaStatusCodeError) -> LinkError:
    """What a fault of the whole request means, as the error to raise."""
    name = StatusCode(fault.code).name
    if fault.code in _REFUSED_WHOLE:
        return NotSent(f"{alias}: the server refused the request with {name}")
    return WriteOutcomeUnknown(f"{alias}: the answer was {name}; read back, do not send again")

"""The error tree of Jayul.

Every error that a person may meet descends from `JayulError`, carries a stable `code`, names the fact rather than the
place, and says what to do next. Rooms add leaves of their own; nobody adds a second root.

    JayulError
    ├── InvalidInput            a file, argument or request that cannot be used as it stands   exit 3 / HTTP 422
    │   └── InvalidPlant        a plant description with one or more located problems
    ├── UnknownName             a proposal, plant, tag or order that does not exist            exit 3 / HTTP 404
    ├── Refused                 a rule says no: gate, lifecycle, expiry, second approval       exit 4 / HTTP 409
    ├── LinkError               equipment or service cannot be reached                         exit 5 / HTTP 503
    │   ├── LinkDown            no connection, or it was lost
    │   ├── NotTrusted          the server's certificate is unknown, expired, revoked or another host's
    │   ├── TagMissing          connected, but a declared tag is not there
    │   ├── NotSent             a write that surely did not leave: safe to propose again
    │   └── WriteOutcomeUnknown a write that may or may not have been applied: read back, never resend
    └── RunFailed               a run that started and could not finish                        exit 1 / HTTP 500
        └── Deadlock            machines wait for each other, or for what will not come
"""

from typing import ClassVar


class JayulError(Exception):
    """Root of all errors of Jayul. `code` is stable and machine-readable; the message is for a person."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    @property
    def message(self) -> str:
        """What is wrong and what to do, in one or two sentences."""
        return str(self)


class InvalidInput(JayulError):
    """Input that cannot be used as it stands."""

    code = "invalid_input"
    exit_code = 3
    http_status = 422


class UnknownName(JayulError):
    """A name that nothing carries; the message lists or suggests the ones that exist."""

    code = "unknown_name"
    exit_code = 3
    http_status = 404


class Refused(JayulError):
    """A rule says no. Nothing was done."""

    code = "refused"
    exit_code = 4
    http_status = 409


class LinkError(JayulError):
    """Equipment or a service cannot be reached, or does not hold what was declared."""

    code = "link"
    exit_code = 5
    http_status = 503


class LinkDown(LinkError):
    """There is no connection, or it was lost."""

    code = "link_down"


class NotTrusted(LinkError):
    """The server's certificate is not trusted, not valid now, or of another host; nothing of ours was sent to it."""

    code = "not_trusted"


class TagMissing(LinkError):
    """The server answers, but a declared tag is not there or has another type."""

    code = "tag_missing"


class NotSent(LinkError):
    """A write that surely did not leave this process: it is safe to propose it again."""

    code = "not_sent"


class WriteOutcomeUnknown(LinkError):
    """A write that may or may not have been applied. It is read back, never sent again."""

    code = "write_outcome_unknown"


class RunFailed(JayulError):
    """A run that started and could not finish."""

    code = "run_failed"


class Deadlock(RunFailed):
    """A run that stands still: machines wait for each other in a circle, or for what will not come."""

    code = "deadlock"

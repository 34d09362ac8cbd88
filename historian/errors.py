"""Errors of the historian, leaves of the tree in `plants.errors`."""

from plants.errors import InvalidInput, RunFailed


class HistoryUnavailable(RunFailed):
    """The history file cannot be read or written: disk, lock or damage. What was recorded before stays."""

    code = "history_unavailable"


class HistoryOfAnotherPlant(InvalidInput):
    """The history file was made for another plant."""

    code = "history_of_another_plant"


class SpanTooLong(InvalidInput):
    """More samples were asked for at once than are handed out at once."""

    code = "span_too_long"

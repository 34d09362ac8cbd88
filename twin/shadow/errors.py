"""Errors of the shadow, leaves of the tree in `plants.errors`."""

from plants.errors import LinkError


class NoLiveState(LinkError):
    """No state can be given, because no plant time has come from the equipment yet."""

    code = "no_live_state"

"""Start-up guard: the rooms of Jayul must be the ones that were installed with it.

`agents` and `twin` are common words, and another distribution may bring a top-level package of that name. Python would
then import whichever comes first, and the failure would show up later as a missing attribute. The guard says so first.
"""

import importlib.util
from pathlib import Path

from plants.errors import JayulError

ROOMS = ("plants", "connectors", "historian", "twin", "planning", "agents", "ledger", "virtual", "service")


class RoomShadowed(JayulError):
    """Another distribution's package stands where a room of Jayul should be."""

    code = "room_shadowed"
    exit_code = 1


def check_rooms(home: Path | None = None) -> None:
    """Make sure that every room is found beside this one.

    Args:
        home: folder that holds the rooms; the one of `service` when not given.

    Raises:
        RoomShadowed: a room is missing or comes from elsewhere; the message names the place and the remedy.
    """
    expected = home or Path(__file__).resolve().parent.parent
    for room in ROOMS:
        found = _place(room)
        if found is None:
            raise RoomShadowed(f"The package '{room}' of Jayul is not installed. Install jayul again.")
        if found != expected / room:
            raise RoomShadowed(
                f"Another package named '{room}' is in the way: Python finds it at {found}, "
                f"Jayul's is at {expected / room}. "
                f"Uninstall the distribution that brought it, or give Jayul an environment of its own."
            )


def _place(room: str) -> Path | None:
    spec = importlib.util.find_spec(room)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).resolve().parent

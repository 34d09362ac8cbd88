"""Entry point of the `jayul` command: the guard first, then the command tree."""

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    from service.guard import RoomShadowed, check_rooms

    try:
        check_rooms()
    except RoomShadowed as shadowed:
        sys.stderr.write(f"{shadowed.message}\n")
        sys.exit(shadowed.exit_code)
    from service.cli.app import run

    sys.exit(run())

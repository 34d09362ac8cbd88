"""The plant's own log: what its machines showed and what happened to them, as the plant itself knows it.

Written by `virtual.process` where it is asked for, beside everything that goes over OPC UA, so that a mirror can be
held against it. One JSON object a line, with `at_s` in plant seconds:

    {"at_s": 1800.0, "shows": {"filler.state": 6, …}}        values that changed since the line before; all in the first
    {"at_s": 2040.0, "happens": {"kind": "breakdown", …}}    an event of the script, as it begins
    {"at_s": 30600.0, "stands": true}                        plant time stands from here on

What a fault makes of a value on its way to a client (quality, frozen tags) is not in it.
"""

import json
from pathlib import Path
from typing import Any, TextIO

from plants.errors import InvalidInput
from plants.flow.sample import Value
from plants.model.tags import PLANT_TIME, TIME_SCALE
from virtual.equipment import Equipment
from virtual.script import Event

_SHOWN_ELSEWHERE = frozenset({PLANT_TIME, TIME_SCALE})
"""Plant time is the line's own, and the scale is the server's."""


class PlantLog:
    """A log of one plant in one file, which it begins anew."""

    def __init__(self, equipment: Equipment, path: Path) -> None:
        """Begin the file.

        Raises:
            InvalidInput: it cannot be written.
        """
        self._equipment = equipment
        self._shown: dict[str, Value] = {}
        self._standing = False
        try:
            self._file: TextIO = path.open("w", encoding="utf-8")
        except OSError as fault:
            raise InvalidInput(f"the log {path} cannot be written: {fault.strerror}; give another file") from fault

    def look(self, events: list[Event], *, stands: bool) -> None:
        """Note what changed since the last look, what began since, and that plant time stands now."""
        values = self._equipment.values()
        at_s = values[PLANT_TIME]
        changed = {a: v for a, v in values.items() if a not in _SHOWN_ELSEWHERE and self._shown.get(a) != v}
        self._shown.update(changed)
        if changed:
            self._write(at_s, shows=changed)
        for event in events:
            self._write(at_s, happens=event.model_dump(mode="json"))
        if stands and not self._standing:
            self._write(at_s, stands=True)
        self._standing = stands
        self._file.flush()

    def close(self) -> None:
        """End the file."""
        self._file.close()

    def _write(self, at_s: Value, **what: Any) -> None:  # noqa: ANN401 - whatever JSON holds
        self._file.write(json.dumps({"at_s": at_s, **what}) + "\n")

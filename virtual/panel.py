"""The machine's own side of a setpoint: what it holds after a client's write, and what is set at its panel.

Used by every `Equipment`, so that a plant with physics and one without show the same faults.
"""

from plants.flow.sample import Value
from plants.model.tags import REMOTE
from virtual.script import ClampedWrites, IgnoredWrites, Override, PanelSetting, Script, Selector


def held(script: Script, shown_s: float, alias: str, asked: Value, before: Value) -> Value:
    """What the machine holds after it answered Good to `asked`, having held `before`."""
    if script.acting(IgnoredWrites, alias, shown_s) is not None:
        return before
    clamp = script.acting(ClampedWrites, alias, shown_s)
    if clamp is not None and isinstance(asked, int | float):
        return min(max(float(asked), clamp.low), clamp.high)
    return asked


class Panel:
    """Hands at the panel: settings and the selector as scripted, and overrides some time after a client's write."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._done_s = -1.0
        self._overrides: list[tuple[float, str, float]] = []

    @property
    def ahead(self) -> list[float]:
        """When the pending overrides will happen, in plant seconds after the plant is first shown."""
        return [at_s for at_s, _, _ in self._overrides]

    def noted(self, alias: str, shown_s: float) -> None:
        """A client has written; an operator may have another opinion."""
        override = self._script.acting(Override, alias, shown_s)
        if override is not None:
            self._overrides.append((shown_s + override.after_s, alias, override.value))

    def until(self, shown_s: float) -> list[tuple[str, Value]]:
        """Everything set at the panel since the last call, in order of time."""
        set_: list[tuple[float, str, Value]] = []
        for event in self._script.between(self._done_s, shown_s):
            if isinstance(event, PanelSetting):
                set_.append((event.at_s, event.alias, event.value))
            elif isinstance(event, Selector):
                set_.append((event.at_s, REMOTE, event.remote))
        set_ += [o for o in self._overrides if o[0] <= shown_s]
        self._overrides = [o for o in self._overrides if o[0] > shown_s]
        self._done_s = shown_s
        return [(alias, value) for _, alias, value in sorted(set_, key=lambda s: s[0])]

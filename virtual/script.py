"""What goes wrong on a virtual plant, and when: a closed set of disturbances and faults on a script.

Used by `virtual.plant` (the line and its machines), `virtual.server` and `virtual.link` (the link). Times are plant
seconds after the plant is first shown. A script is a YAML or JSON file with one list, `events`.
"""

from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import Field, PrivateAttr, TypeAdapter, ValidationError

from plants.errors import InvalidInput
from plants.flow.sample import Quality
from plants.frozen import Alias, Frozen, Name, Seconds
from plants.model.plant import Plant
from plants.model.tags import tags_of

WallSeconds = Annotated[float, Field(gt=0, le=600)]
Factor = Annotated[float, Field(gt=0, le=1000)]


class _At(Frozen):
    at_s: Seconds = 0.0
    """When, in plant seconds after the plant is first shown."""


class _During(_At):
    for_s: Annotated[Seconds, Field(gt=0)] | None = None
    """How long, in plant seconds; None for good."""

    def active(self, shown_s: float) -> bool:
        """Whether it acts at that moment."""
        return self.at_s <= shown_s and (self.for_s is None or shown_s < self.at_s + self.for_s)


class PanelSetting(_At):
    """An operator sets a parameter at the machine's panel."""

    kind: Literal["set_parameter"] = "set_parameter"
    alias: Alias
    """The parameter."""
    value: float
    """The new setpoint."""


class Breakdown(_At):
    """A station stops."""

    kind: Literal["breakdown"] = "breakdown"
    station: Name
    """Which station."""
    mode: Name
    """Which failure mode."""
    repair_s: Annotated[Seconds, Field(gt=0)]
    """How long until it runs again."""


class Wear(_At):
    """A failure mode comes more or less often from now on."""

    kind: Literal["wear"] = "wear"
    station: Name
    """Which station."""
    mode: Name
    """Which failure mode."""
    factor: Factor
    """Factor on the failure rate; 1 is as new."""


class Scrap(_At):
    """A station rejects more or less from now on."""

    kind: Literal["scrap"] = "scrap"
    station: Name
    """Which station."""
    factor: Factor
    """Factor on the scrapped fraction; 1 is as new."""


class Selector(_At):
    """The line's local/remote selector is turned."""

    kind: Literal["selector"] = "selector"
    remote: bool
    """True lets a client write."""


class ClampedWrites(_During):
    """The machine answers Good and holds the nearest value within its own narrower limits."""

    kind: Literal["clamped_writes"] = "clamped_writes"
    alias: Alias
    """The parameter."""
    low: float
    """Lowest value it will hold."""
    high: float
    """Highest value it will hold."""


class IgnoredWrites(_During):
    """The machine answers Good and holds what it held before."""

    kind: Literal["ignored_writes"] = "ignored_writes"
    alias: Alias
    """The setpoint or the sequence."""


class SlowActual(_During):
    """The machine takes its time to follow a setpoint."""

    kind: Literal["slow_actual"] = "slow_actual"
    alias: Alias
    """The parameter."""
    factor: Factor
    """Factor on its lag."""


class Override(_During):
    """Some time after a client's write, an operator sets another value at the panel."""

    kind: Literal["override"] = "override"
    alias: Alias
    """The parameter."""
    value: float
    """What the operator sets."""
    after_s: Seconds
    """Plant seconds after the write."""


class BadQuality(_During):
    """A tag's quality is not Good."""

    kind: Literal["quality"] = "quality"
    alias: Alias
    """The tag."""
    quality: Quality
    """Its quality."""


class FrozenTag(_During):
    """A tag keeps its source time, and its value unless `only_time`, while the plant goes on."""

    kind: Literal["frozen_tag"] = "frozen_tag"
    alias: Alias
    """The tag."""
    only_time: bool = False
    """The value moves; only its source time stands still."""


class AccessDenied(_During):
    """The server refuses writes to a tag, whoever asks."""

    kind: Literal["access_denied"] = "access_denied"
    alias: Alias
    """The tag."""


class LateAnswer(_During):
    """A write is applied at once and answered late."""

    kind: Literal["late_answer"] = "late_answer"
    alias: Alias
    """The tag."""
    wall_s: WallSeconds
    """Wall seconds between applying and answering."""


class SessionDrop(_During):
    """A write is applied and the session is cut before the read-back, or even before the answer."""

    kind: Literal["session_drop"] = "session_drop"
    alias: Alias
    """The tag."""
    before_answer: bool = False
    """Cut before the answer to the write leaves."""


class FrozenProcess(_At):
    """The whole server process stands still."""

    kind: Literal["frozen_process"] = "frozen_process"
    wall_s: WallSeconds
    """For how many wall seconds."""


class Restart(_At):
    """The server goes away and comes back, perhaps with another program in the PLC. At 0 it just starts that way."""

    kind: Literal["restart"] = "restart"
    down_wall_s: WallSeconds = 1.0
    """Wall seconds until it listens again."""
    namespace_shift: Annotated[int, Field(ge=0, le=20)] = 0
    """Namespaces put before the line's own, so that its index changes."""
    missing: Annotated[tuple[Alias, ...], Field(max_length=1000)] = ()
    """Tags that are no longer there."""
    wrong_type: Annotated[tuple[Alias, ...], Field(max_length=1000)] = ()
    """Tags that are now Strings, or Int64 where they were Strings."""


LineEvent = PanelSetting | Breakdown | Wear | Scrap | Selector
MachineFault = ClampedWrites | IgnoredWrites | SlowActual | Override
TagFault = BadQuality | FrozenTag | AccessDenied
AnswerFault = LateAnswer | SessionDrop
ProcessFault = FrozenProcess | Restart
Event = Annotated[LineEvent | MachineFault | TagFault | AnswerFault | ProcessFault, Field(discriminator="kind")]

_MOST_CALLED = 1000
_NEXT_S = 1e-6
"""Plant seconds after now: what happens once happens at the next look, which is from now on."""

During = TypeVar("During", bound=_During)


class Script(Frozen):
    """Disturbances and faults, in any order."""

    events: Annotated[tuple[Event, ...], Field(max_length=1000)] = ()
    """What happens."""
    _called: list[Event] = PrivateAttr(default_factory=list)

    @property
    def all(self) -> tuple[Event, ...]:
        """What stands in the script, and what was called while the plant runs."""
        return (*self.events, *self._called)

    def call(self, event: Event, plant: Plant, now_s: float) -> None:
        """Let something happen from now on. A script that is shared is copied first (`model_copy`).

        Raises:
            InvalidInput: it names what the plant does not have, or a thousand were called.
        """
        if len(self._called) >= _MOST_CALLED:
            raise InvalidInput(f"{_MOST_CALLED} faults were called already: clear them first")
        Script(events=(event,)).check(plant)
        begins_s = now_s if isinstance(event, _During) else now_s + _NEXT_S
        self._called.append(event.model_copy(update={"at_s": begins_s}))

    def clear(self, now_s: float) -> None:
        """End what was called; what has happened once stays as it is."""
        self._called = [e for e in self._called if not isinstance(e, _During) and e.at_s <= now_s]

    def called(self, now_s: float) -> tuple[Event, ...]:
        """What was called and has not ended."""
        return tuple(
            e for e in self._called if not isinstance(e, _During) or e.for_s is None or now_s < e.at_s + e.for_s
        )

    def between(self, after_s: float, until_s: float) -> tuple[Event, ...]:
        """What begins in (after_s, until_s], in order of time."""
        return tuple(sorted((e for e in self.all if after_s < e.at_s <= until_s), key=lambda e: e.at_s))

    def acting(self, kind: type[During], alias: str, shown_s: float) -> During | None:
        """The fault of that kind that acts on a tag now, the last begun if several do."""
        now = [e for e in self.all if isinstance(e, kind) and getattr(e, "alias", None) == alias]
        return max((e for e in now if e.active(shown_s)), key=lambda e: e.at_s, default=None)

    def check(self, plant: Plant) -> None:
        """See that every name in the script is one of the plant's.

        Raises:
            InvalidInput: some are not; all are named.
        """
        problems = [p for i, event in enumerate(self.events, start=1) for p in _problems(event, plant, i)]
        if problems:
            raise InvalidInput(f"the script does not fit plant '{plant.plant}': " + "; ".join(problems))


def _problems(event: Event, plant: Plant, number: int) -> list[str]:
    where = f"event {number} ({event.kind})"
    aliases = {tag.alias for tag in tags_of(plant)}
    named = [getattr(event, "alias", None), *getattr(event, "missing", ()), *getattr(event, "wrong_type", ())]
    found = [f"{where} names unknown tag '{alias}'" for alias in named if alias is not None and alias not in aliases]
    if isinstance(event, PanelSetting | ClampedWrites | SlowActual | Override) and event.alias not in plant.parameters:
        found.append(f"{where} needs a parameter ({', '.join(plant.parameters) or 'the plant has none'})")
    if isinstance(event, Breakdown | Wear | Scrap):
        if event.station not in plant.station_index:
            return [
                *found,
                f"{where} names unknown station '{event.station}' (it has {', '.join(plant.station_index)})",
            ]
        modes = [mode.id for mode in plant.station(event.station).failures]
        if isinstance(event, Breakdown | Wear) and event.mode not in modes:
            found.append(f"{where}: '{event.station}' has no failure '{event.mode}' (it has {', '.join(modes) or '-'})")
    return found


NO_SCRIPT = Script()

DEMO_SCRIPT = Script(
    events=(
        Breakdown(at_s=240, station="labeller", mode="label_web", repair_s=75),
        PanelSetting(at_s=320, alias="labeller.speed_per_min", value=470),
    )
)
"""The labeller jams; the operator who clears it turns it down from 675 to 470 bottles a minute and leaves it there."""


def load_script(source: str) -> Script:
    """`none`, `demo`, or the path of a YAML or JSON file.

    Raises:
        InvalidInput: there is no such file, or it is not a script; the message says where and what.
    """
    if source in _BUILT_IN:
        return _BUILT_IN[source]
    path = Path(source)
    if not path.is_file():
        raise InvalidInput(f"no script '{source}': give 'none', 'demo' or the path of a YAML or JSON file")
    return parse_script(path.read_text(encoding="utf-8"), name=source)


def parse_script(text: str, *, name: str = "script") -> Script:
    """A script from YAML or JSON text.

    Raises:
        InvalidInput: it is not one; each problem is named with its place.
    """
    try:
        data = yaml.load(text, Loader=yaml.CSafeLoader)
        return Script.model_validate({} if data is None else data)
    except yaml.YAMLError as fault:
        raise InvalidInput(f"{name} is not YAML: {fault}") from fault
    except ValidationError as fault:
        places = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'top'}: {e['msg']}" for e in fault.errors())
        raise InvalidInput(f"{name} is not a script: {places}") from fault


def event_of(text: str) -> Event:
    """One event from JSON or YAML text.

    Raises:
        InvalidInput: it is none; the message says why.
    """
    try:
        event: Event = _EVENT.validate_python(yaml.load(text, Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, ValidationError) as fault:
        raise InvalidInput(f"'{text[:120]}' is no event of a script: {fault}") from fault
    return event


_EVENT: TypeAdapter[Event] = TypeAdapter(Event)
_BUILT_IN = {"none": NO_SCRIPT, "demo": DEMO_SCRIPT}

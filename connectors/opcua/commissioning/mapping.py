"""Which node may be which tag: by standard places, by names of PackML, Machinery and ISA-95, and by likeness of names.

Used by `jayul connect map`. It proposes, with a score for a person to check; what it does not find it says. A score is
the likeness of the station's name times that of what the tag means.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from connectors.opcua.commissioning.survey import Found
from connectors.opcua.convert import fitting
from connectors.opcua.jobs import JOB_CONTROL
from plants.model.connection import SecurityPolicy
from plants.model.plant import Plant
from plants.model.tags import ORDER_SEQUENCE, Tag, TagRole, tags_of

LEAST = 0.6
"""A proposal of less likeness is none."""

_SPOKEN: dict[TagRole, tuple[str, ...]] = {
    TagRole.STATE: ("statecurrent", "currentstate", "machinestate", "machineryitemstate", "state", "status"),
    TagRole.STOP_REASON: ("stopreason", "stopcode", "faultcode", "errorcode", "alarmcode", "reason"),
    TagRole.UNIT_MODE: ("unitmodecurrent", "unitmode", "operationmode", "machineryoperationmode", "mode"),
    TagRole.ORDER: ("currentorder", "joborder", "jobid", "ordernumber", "orderid", "order", "job"),
    TagRole.PROCESSED: ("prodprocessedcount", "processedcount", "partcounter", "totalcount", "piececount", "counter"),
    TagRole.DEFECTIVE: ("proddefectivecount", "defectivecount", "rejectcount", "scrapcount", "badcount", "rejects"),
    TagRole.POWER: ("activepower", "powerkw", "power"),
    TagRole.ENERGY: ("energycounter", "activeenergy", "energykwh", "energy"),
    TagRole.LEVEL: ("level", "filllevel", "bufferlevel", "content"),
    TagRole.ORDER_SEQUENCE: ("ordersequence", "orderlist", "joborderlist", "orderqueue"),
    TagRole.PLANT_TIME: ("planttime",),
    TagRole.TIME_SCALE: ("timescale",),
    TagRole.REMOTE: ("remotecontrol", "remote", "localremote", "remoteenabled"),
}
"""Names of the companion specifications first (OPC 30050, 40001-1, 10031-4), then what controllers are found to say."""
RECEIVER_TYPE = f"{JOB_CONTROL}#ISA95JobOrderReceiverObjectType"
"""Type of an object whose list of jobs is a sequence of orders."""
_SETPOINT = frozenset({"command", "commands", "setpoint", "setpoints", "set", "sp", "target", "targets", "soll"})
_ACTUAL = frozenset({"actual", "act", "pv", "status", "ist", "measured", "cur"})


_STATE_MACHINES = {"MachineryItemState": TagRole.STATE, "MachineryOperationMode": TagRole.UNIT_MODE}
"""State machines of OPC 40001-1 Machinery whose `CurrentState` is what a tag asks for."""
_MACHINERY = 0.95
"""Likeness of such a state: PackML tells more of a machine, and comes first."""
_RECEIVER = 0.95
"""Likeness of a receiver of jobs to the sequence of orders: a list at its standard place comes first."""


@dataclass(frozen=True)
class Proposal:
    """A node for a tag."""

    tag: Tag
    found: Found | None
    """None where nothing is like enough."""
    score: float
    """0 to 1."""


@dataclass(frozen=True)
class Mapping:
    """Proposals for every tag of a plant, and the place they share."""

    namespace_uri: str
    root: str
    proposals: tuple[Proposal, ...]

    def yaml(self, endpoint: str, policy: SecurityPolicy = SecurityPolicy.NONE) -> str:
        """The sections `opcua` and `tags` of a plant file, with scores as comments."""
        lines = [
            "# Proposed by 'jayul connect map': check each line against the machine before you rely on it.",
            "opcua:",
            f"  endpoint: {endpoint}",
            f"  namespace_uri: {_quoted(self.namespace_uri)}",
            f"  root: {_quoted(self.root)}",
            *([f"  policy: {policy}"] if policy is not SecurityPolicy.NONE else []),
            "tags:",
        ]
        found = [p for p in self.proposals if p.found is not None]
        lines += [f"  - {{alias: {p.tag.alias}, {self._place(p.found)}}}  # {p.score:.2f}" for p in found if p.found]
        missing = [p.tag.alias for p in self.proposals if p.found is None]
        if missing:
            lines.append("# Not found: give a path, a node_id, a constant or (for states) a rule under state_rules.")
            lines += [f"#   - {{alias: {alias}, path: []}}" for alias in missing]
        return "\n".join(lines) + "\n"

    def _place(self, found: Found) -> str:
        if found.type_name == RECEIVER_TYPE:
            return f"write: {{kind: job_orders, receiver: {_quoted(found.node)}}}"
        below = set(found.namespaces[1:])
        if found.path[0] == self.root and below == {self.namespace_uri}:
            return f"path: [{', '.join(_quoted(name) for name in found.path[1:])}]"
        return f"node_id: {_quoted(found.node)}"


def propose(plant: Plant, found: Sequence[Found]) -> Mapping:
    """The likeliest node for each tag; each node is proposed once."""
    variables = [one for one in found if one.kind == "Variable" or one.type_name == RECEIVER_TYPE]
    scored = [
        (score, tag, one)
        for tag in tags_of(plant)
        for one in variables
        if (score := likeness(plant, tag, one)) >= LEAST
    ]
    chosen: dict[str, tuple[float, Found]] = {}
    used: set[str] = set()
    for score, tag, one in sorted(scored, key=lambda s: (-s[0], len(s[2].path), s[2].path)):
        if tag.alias not in chosen and one.node not in used:
            chosen[tag.alias] = (score, one)
            used.add(one.node)
    uri, root = _shared([one for _, one in chosen.values()] or variables)
    proposals = tuple(
        Proposal(tag, *((chosen[tag.alias][1], chosen[tag.alias][0]) if tag.alias in chosen else (None, 0.0)))
        for tag in tags_of(plant)
    )
    return Mapping(uri, root, proposals)


def likeness(plant: Plant, tag: Tag, found: Found) -> float:
    """How like a node is to a tag, 0 to 1; 0 where its type cannot hold what the tag means."""
    if found.type_name == RECEIVER_TYPE:
        return _RECEIVER if tag.alias == ORDER_SEQUENCE else 0.0
    structured = found.type_name.removesuffix("[]") == "ExtensionObject"
    if found.type_name.removesuffix("[]") not in {t.name for t in fitting(tag)}:
        return 0.0
    if not structured and found.type_name.endswith("[]") != tag.data_type.endswith("[]"):
        return 0.0
    if tuple(found.path[-len(tag.path) :]) == tag.path:
        return 1.0
    if tag.role in {TagRole.SETPOINT, TagRole.ACTUAL}:
        return _subject(plant, tag, found) * _parameter(tag, found)
    return _subject(plant, tag, found) * _meaning(tag.role, found)


def _meaning(role: TagRole, found: Found) -> float:
    """How like a node's name is to what is spoken of a role; the state of a state machine is known by its owner."""
    owner = _STATE_MACHINES.get(found.path[-2]) if len(found.path) > 1 else None
    if owner is not None:
        return _MACHINERY if owner is role and found.path[-1] == "CurrentState" else 0.0
    return max((_alike(found.path[-1], name) for name in _SPOKEN.get(role, ())), default=0.0)


def _subject(plant: Plant, tag: Tag, found: Found) -> float:
    """How like some object on the node's path is to the tag's station or buffer; a line's tag may lie anywhere."""
    if tag.subject == "line":
        return 1.0
    labels = {s.id: s.name for s in plant.stations} | {b.id: b.name for b in plant.buffers}
    label = labels.get(tag.subject)
    names = [tag.subject, *([label.en, label.ko] if label else [])]
    return max((_alike(step, name) for step in found.path for name in names), default=0.0)


def _parameter(tag: Tag, found: Found) -> float:
    """How like a node's name is to a parameter, and whether it is the setpoint or the actual value."""
    words = set().union(*(_words(step) for step in found.path[1:]))
    here, there = (_SETPOINT, _ACTUAL) if tag.role is TagRole.SETPOINT else (_ACTUAL, _SETPOINT)
    side = 1.0 if words & here else 0.0 if words & there else (0.8 if found.writable == tag.writable else 0.3)
    parameter = tag.parameter or ""
    stripped = "".join(w for w in _words_in_order(found.path[-1]) if w not in here | there)
    short = parameter.split("_", maxsplit=1)[0]
    return side * max(_alike(stripped, parameter), 0.9 * _alike(stripped, short))


def _alike(name: str, other: str) -> float:
    """Likeness of two names without case and separators; numbers in them must agree."""
    a, b = _plain(name), _plain(other)
    if not a or not b or re.findall(r"\d+", a) != re.findall(r"\d+", b):
        return 0.0
    if a == b:
        return 1.0
    if len(b) > 3 and (a.endswith(b) or a.startswith(b)):
        return 0.9
    return SequenceMatcher(None, a, b).ratio() ** 2


def _plain(name: str) -> str:
    return "".join(re.findall(r"\w", name.lower().replace("_", "")))


def _words(name: str) -> set[str]:
    return set(_words_in_order(name))


def _words_in_order(name: str) -> list[str]:
    return [w.lower() for w in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+", name)]


def _shared(found: Sequence[Found]) -> tuple[str, str]:
    """Namespace and first object of most of the nodes."""
    places = Counter((one.namespaces[-1], one.path[0]) for one in found if len(one.path) > 1)
    return places.most_common(1)[0][0] if places else ("", "")


def _quoted(text: str) -> str:
    """As YAML takes it whatever is in it."""
    return text if re.fullmatch(r"[A-Za-z_][\w.-]*", text) else "'" + text.replace("'", "''") + "'"

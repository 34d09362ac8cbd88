"""A YAML document as a tree in which every value and every key knows its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Scalar = None | bool | int | float | str
Plain = Scalar | list["Plain"] | dict[str, "Plain"]
"""What a document says, without places."""
Step = str | int
"""A key of a mapping, or a position in a list."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the file, 1 first."""

    line: int
    column: int


@dataclass(slots=True)
class Leaf:
    """A scalar."""

    mark: Mark
    value: Scalar
    size: int = 1


@dataclass(slots=True)
class Listing:
    """A list."""

    mark: Mark
    items: list["Node"] = field(default_factory=list)
    size: int = 1


@dataclass(slots=True)
class Table:
    """A mapping with text keys; the first of two equal keys holds."""

    mark: Mark
    entries: dict[str, "Node"] = field(default_factory=dict)
    keys: dict[str, Mark] = field(default_factory=dict)
    size: int = 1


Node = Leaf | Listing | Table
"""`size` counts the values in it, aliases written out."""


def plain(node: Node) -> Plain:
    """What a tree says, without places."""
    match node:
        case Leaf():
            return node.value
        case Listing():
            return [plain(item) for item in node.items]
        case Table():
            return {key: plain(value) for key, value in node.entries.items()}


def dotted(path: Sequence[Step]) -> str:
    """A path as people write it: stations.2.cycle."""
    return ".".join(str(step) for step in path)


def by_kind(entries: Mapping[str, Node]) -> str | None:
    """The value of a mapping's `kind`, if it has one."""
    kind = entries.get("kind")
    return kind.value if isinstance(kind, Leaf) and isinstance(kind.value, str) else None

"""Where each figure of a plant file comes from.

`source:` (measured, nameplate, a document) or `assumed:` (a considered guess) may stand in any mapping and covers every
figure below it, unless a nearer one is given; a single figure may be `{value: 2.4, source: "…"}`. The loader takes both
out before the description is checked: they explain figures and are no part of the model. Where the model has a `source`
of its own (an emission factor means nothing without one), it stays and explains its figures too.

A figure is every number, and every clock time; the size of a crew and the times of its shifts are facts that some plan
or list states. What people set by judgement is none: a `priority`, the `wip_limit`, the `k` of a dispatch rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from plants.frozen import Frozen
from plants.loader.node import Leaf, Listing, Node, Step, Table, dotted
from plants.loader.problem import Problem
from plants.loader.vocabulary import keys_at
from plants.model.moment import CLOCK

EXPLAINING = ("source", "assumed")
"""Keys that explain figures."""

_VALUE = "value"
_DECISIONS = frozenset({"priority", "wip_limit", "k"})


class Provenance(StrEnum):
    """Where a figure comes from."""

    SOURCE = "source"
    """Measured or documented."""
    ASSUMED = "assumed"
    """A considered guess."""
    NONE = "none"
    """Nothing is said."""


class Figure(Frozen):
    """One figure of a plant file."""

    path: str
    """Place in the description, entries of lists by their id: stations.filler.cycle.mean_s."""
    value: int | float | str
    """The figure; text for a clock time."""
    line: int
    """Line in the file, 1 first."""
    kind: Provenance
    """Whether it has a source, is assumed, or neither."""
    text: str = ""
    """What is said of it."""


@dataclass(frozen=True, slots=True)
class _Cover:
    kind: Provenance = Provenance.NONE
    text: str = ""


def stripped(root: Node, file: str) -> tuple[Node, list[Problem]]:
    """The tree without explanations, and what is wrong with these."""
    problems: list[Problem] = []
    return _Stripper(root, file, problems).strip(root, ()), problems


def figures_in(node: Node) -> Iterator[Figure]:
    """Every figure of a tree as read, with what covers it, in the order of the file."""
    yield from _figures(node, (), _Cover())


@dataclass(frozen=True, slots=True)
class _Stripper:
    root: Node
    file: str
    problems: list[Problem]

    def strip(self, node: Node, path: tuple[Step, ...]) -> Node:
        """A part of the tree without explanations."""
        match node:
            case Listing():
                items = [self.strip(item, (*path, i)) for i, item in enumerate(node.items)]
                return Listing(node.mark, items, node.size)
            case Table():
                self.problems.extend(_wrong(node, self.file, path))
                if _is_wrapped(node):
                    return self.strip(node.entries[_VALUE], path)
                taken = self._explaining(node, path)
                kept = {k: self.strip(v, (*path, k)) for k, v in node.entries.items() if k not in taken}
                return Table(node.mark, kept, node.keys, node.size)
            case _:
                return node

    def _explaining(self, table: Table, path: tuple[Step, ...]) -> set[str]:
        """Keys of a mapping that explain and are no keys of the model there."""
        given = {key for key in EXPLAINING if key in table.entries}
        return given.difference(keys_at(self.root, path)) if given else given


def _is_wrapped(table: Table) -> bool:
    """Whether a mapping is a single figure with what explains it."""
    return _VALUE in table.entries and set(table.entries) <= {_VALUE, *EXPLAINING}


def _wrong(table: Table, file: str, path: tuple[Step, ...]) -> Iterator[Problem]:
    given = [key for key in EXPLAINING if key in table.entries]
    for key in given:
        leaf, mark = table.entries[key], table.keys[key]
        if not isinstance(leaf, Leaf) or not isinstance(leaf.value, str) or not leaf.value.strip():
            message = f"'{key}' must say in words where the figures come from"
            yield Problem(file=file, line=mark.line, column=mark.column, path=dotted((*path, key)), message=message)
    if len(given) > 1:
        mark = table.keys["assumed"]
        message = "give either 'source' or 'assumed' for the same figures, not both"
        yield Problem(file=file, line=mark.line, column=mark.column, path=dotted(path), message=message)


def _figures(node: Node, path: tuple[Step, ...], cover: _Cover) -> Iterator[Figure]:
    match node:
        case Leaf():
            if _is_figure(node, path):
                assert isinstance(node.value, int | float | str)  # noqa: S101 - what _is_figure says
                yield Figure(path=dotted(path), value=node.value, line=node.mark.line, kind=cover.kind, text=cover.text)
        case Listing():
            for i, item in enumerate(node.items):
                yield from _figures(item, (*path, _name(item, i)), cover)
        case Table():
            cover = _nearer(node) or cover
            for key, value in node.entries.items():
                if key not in EXPLAINING:
                    yield from _figures(value, path if _is_wrapped(node) else (*path, key), cover)


def _name(item: Node, position: int) -> Step:
    """How a person finds an entry of a list: by its id, else by its position."""
    named = item.entries.get("id") if isinstance(item, Table) else None
    return named.value if isinstance(named, Leaf) and isinstance(named.value, str) else position


def _nearer(table: Table) -> _Cover | None:
    for key in EXPLAINING:
        leaf = table.entries.get(key)
        if isinstance(leaf, Leaf) and isinstance(leaf.value, str):
            return _Cover(Provenance(key), leaf.value)
    return None


def _is_figure(leaf: Leaf, path: tuple[Step, ...]) -> bool:
    key = next((step for step in reversed(path) if isinstance(step, str)), None)
    if key is None or key in _DECISIONS or isinstance(leaf.value, bool):
        return False
    if isinstance(leaf.value, str):
        return key.endswith("_s") and CLOCK.match(leaf.value) is not None
    return isinstance(leaf.value, int | float)

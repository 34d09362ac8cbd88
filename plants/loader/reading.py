"""From the bytes of a YAML file to a tree with places, within bounds. Refuses what a plant file has no use for.

Used by `plants.loader.load`. The file is taken event by event, so nothing is built before it was bounded: at most
1 MiB, 32 levels, 200,000 values with aliases written out. Several documents, tags beyond the core schema, keys that are
not text and keys given twice are problems; a file that is not YAML at all is one problem with one clear message.
"""

from collections.abc import Iterator

import yaml

from plants.loader import core
from plants.loader.node import Leaf, Listing, Mark, Node, Scalar, Table
from plants.loader.problem import InvalidPlant, Problem

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_VALUES = 200_000


def read(data: bytes, file: str) -> tuple[Node, list[Problem]]:
    """The tree of a document, and the problems of its form.

    Raises:
        InvalidPlant: it cannot be read at all: too big, not UTF-8, not YAML, beyond the bounds, or empty.
    """
    if len(data) > MAX_BYTES:
        raise InvalidPlant([_problem(file, Mark(1, 1), f"the file has more than {MAX_BYTES} bytes")])
    return _Reader(file, _decoded(data, file)).read()


class _Reader:
    """Builds the tree from the parser's events; open collections are on a stack, never on the call stack."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        self._problems: list[Problem] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}
        self._values = 0
        self._root: Node | None = None

    def read(self) -> tuple[Node, list[Problem]]:
        documents = 0
        for event in self._events():
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                raise self._fatal(_mark(event), "a second document begins here; a plant file is one document")
            self._take(event)
        if self._root is None or (isinstance(self._root, Leaf) and self._root.value is None):
            raise self._fatal(Mark(1, 1), "the file is empty")
        return self._root, self._problems

    def _events(self) -> Iterator[yaml.Event]:
        try:
            yield from yaml.parse(self._text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            raise self._fatal(*_explained(error, self._text)) from None
        except yaml.reader.ReaderError as error:
            mark = _place(self._text, error.position)
            raise self._fatal(mark, f"YAML does not allow the character here: {error.reason}") from None

    def _take(self, event: yaml.Event) -> None:
        match event:
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.ScalarEvent():
                self._count(_mark(event), 1)
                self._add(Leaf(_mark(event), self._scalar(event)), event.anchor)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._count(_mark(event), 1)
                self._enter(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                done = self._open.pop()
                self._add(done.node, done.anchor)

    def _enter(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        mark = _mark(event)
        if len(self._open) >= MAX_DEPTH:
            raise self._fatal(mark, f"more than {MAX_DEPTH} levels, one inside the other")
        if event.tag is not None and event.tag not in core.TAGS and event.tag != "!":
            self._report(mark, f"the tag {event.tag[:60]} is not known here: leave it out")
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        node = Table(mark) if isinstance(event, yaml.MappingStartEvent) else Listing(mark)
        self._open.append(_Open(node, event.anchor))

    def _alias(self, event: yaml.AliasEvent) -> None:
        mark = _mark(event)
        name = event.anchor or ""
        if name not in self._anchors:
            raise self._fatal(mark, f"*{name[:60]} points to no earlier &{name[:60]}")
        node = self._anchors[name]
        if node is None:
            raise self._fatal(mark, f"*{name[:60]} points to what it stands in")
        self._count(mark, node.size)
        self._add(node, None)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        text: str = event.value
        if self._open and self._open[-1].awaits_key:
            return text
        try:
            if event.tag is None or event.tag == "!":
                return core.untagged(text) if event.implicit[0] and event.tag is None else text
            if event.tag not in core.TAGS:
                raise ValueError(f"the tag {event.tag[:60]} is not known here: leave it out")
            return core.tagged(text, event.tag)
        except ValueError as error:
            self._report(_mark(event), str(error))
            return None

    def _count(self, mark: Mark, values: int) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            raise self._fatal(mark, f"more than {MAX_VALUES} values, aliases written out")

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self._root = node
            return
        for mark, message in self._open[-1].add(node):
            self._report(mark, message)

    def _report(self, mark: Mark, message: str) -> None:
        self._problems.append(_problem(self._file, mark, message))

    def _fatal(self, mark: Mark, message: str) -> InvalidPlant:
        return InvalidPlant([*self._problems, _problem(self._file, mark, message)])


class _Open:
    """A list or mapping that has begun and not ended."""

    def __init__(self, node: Listing | Table, anchor: str | None) -> None:
        self.node = node
        self.anchor = anchor
        self.awaits_key = isinstance(node, Table)
        self._key: Leaf | None = None

    def add(self, node: Node) -> Iterator[tuple[Mark, str]]:
        """Take the next value, or key; yields what is wrong with it."""
        if isinstance(self.node, Listing):
            self.node.items.append(node)
            self.node.size += node.size
        elif self.awaits_key:
            self.awaits_key, self._key = False, node if isinstance(node, Leaf) else None
            if self._key is None:
                yield node.mark, "a key must be text"
        else:
            self.awaits_key = True
            yield from self._pair(self.node, node)

    def _pair(self, table: Table, node: Node) -> Iterator[tuple[Mark, str]]:
        if self._key is None:
            return
        key, mark = str(self._key.value), self._key.mark
        if key in table.entries:
            yield mark, f"key '{key[:60]}' is given twice, first in line {table.keys[key].line}"
            return
        table.entries[key], table.keys[key] = node, mark
        table.size += 1 + node.size


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        mark = _place(before, len(before))
        raise InvalidPlant([_problem(file, mark, "the file is not UTF-8 text here: save it as UTF-8")]) from None


def _explained(error: yaml.MarkedYAMLError, text: str) -> tuple[Mark, str]:
    """Where YAML could not be read, and why in words."""
    at = error.problem_mark or error.context_mark
    mark = Mark(1, 1) if at is None else Mark(at.line + 1, at.column + 1)
    lines = text.splitlines()
    line = lines[mark.line - 1] if 0 < mark.line <= len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return mark, "a tab indents this line; YAML takes spaces only"
    return mark, f"this is not YAML: {error.problem or error.context or 'it ends too early'}"


def _place(text: str, position: int) -> Mark:
    before = text[:position]
    return Mark(before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)


def _mark(event: yaml.Event) -> Mark:
    at = event.start_mark
    return Mark(1, 1) if at is None else Mark(at.line + 1, at.column + 1)


def _problem(file: str, mark: Mark, message: str) -> Problem:
    return Problem(file=file, line=mark.line, column=mark.column, path="", message=message)

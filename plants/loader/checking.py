"""From a tree to a `Plant`, or to every problem in it, each at its place and in plain words.

Validation is strict (a number in quotes is text, `true` is no number) and goes through JSON, where lists are lists.
"""

import json
import re
from collections.abc import Iterator, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from plants.loader.node import Leaf, Listing, Mark, Node, Plain, Step, Table, dotted, plain
from plants.loader.problem import MAX_PROBLEMS, InvalidPlant, Problem, closest
from plants.loader.vocabulary import keys_at, kinds_of, shapes_at
from plants.model.consistency import Fault, Inconsistent, name_faults
from plants.model.parameter import curve_factor
from plants.model.plant import Plant
from plants.model.rules import StateRule
from plants.model.tags import StopReason, tags_of

_NAME = r"^[a-z][a-z0-9_]{0,47}$"
_NEAR_ONE = 1e-6
_GUESSES = 2 * MAX_PROBLEMS
_EXPECTED = {
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text",
    "tuple_type": "a list",
    "list_type": "a list",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "finite_number": "a finite number",
}


def checked(root: Node, file: str, known: Sequence[Problem]) -> Plant:
    """The plant that a tree (explanations taken out) describes.

    Raises:
        InvalidPlant: with all its problems, and those already `known`.
    """
    described = plain(root)
    try:
        plant = Plant.model_validate_json(json.dumps(described), strict=True)
    except ValidationError as error:
        raise InvalidPlant([*known, *_Teller(root, file).tell(error.errors(include_url=False), described)]) from None
    teller = _Teller(root, file)
    problems = [*known, *teller.unknown_tags(plant), *teller.unknown_in_rules(plant), *teller.off_nominal(plant)]
    if problems:
        raise InvalidPlant(problems)
    return plant


class _Teller:
    """Puts errors of the model at their places in one file."""

    def __init__(self, root: Node, file: str) -> None:
        self._root = root
        self._file = file
        self._guesses_left = _GUESSES

    def tell(self, errors: Sequence[ErrorDetails], described: Plain) -> list[Problem]:
        problems: list[Problem] = []
        meant: set[tuple[Step, ...]] = set()
        for error in errors:
            if error["type"] == "extra_forbidden":
                problem, key = self._unknown_key(error)
                problems.append(problem)
                meant.add(key)
        for error in errors:
            told = (
                error["type"] == "extra_forbidden" or self._path(error["loc"]) in meant or self._follows(error, errors)
            )
            if not told:
                problems += self._tell(error)
        if isinstance(described, dict) and not any(_inconsistent(error) for error in errors):
            problems += [self._fault(fault) for fault in name_faults(described) if _stands_alone(fault)]
        return problems

    def unknown_tags(self, plant: Plant) -> Iterator[Problem]:
        """Tags that the description places and does not have."""
        known = {tag.alias: tag for tag in tags_of(plant)} if plant.tags else {}
        seen: set[str] = set()
        for i, tag in enumerate(plant.tags):
            if tag.alias in seen:
                yield self._problem(("tags", i, "alias"), f"'{tag.alias}' is declared twice: make one entry of both")
            seen.add(tag.alias)
            if tag.alias not in known:
                message = f"the plant has no tag '{tag.alias}'"
                yield self._fault(Fault(("tags", i, "alias"), message, tag.alias, tuple(known)))
            elif tag.write is not None and not known[tag.alias].writable:
                yield self._problem(("tags", i, "write"), f"'{tag.alias}' is no setpoint and is never written")

    def unknown_in_rules(self, plant: Plant) -> Iterator[Problem]:
        """Stations and meanings that rules name and the plant does not have; two rules for one station."""
        seen: set[str] = set()
        for i, rule in enumerate(plant.state_rules):
            if rule.station not in plant.station_index:
                message, known = f"the plant has no station '{rule.station}'", tuple(plant.station_index)
                yield self._fault(Fault(("state_rules", i, "station"), message, rule.station, known))
                continue
            if rule.station in seen:
                yield self._problem(("state_rules", i, "station"), f"'{rule.station}' has a rule already")
            seen.add(rule.station)
            for path, word, known in _meanings(plant, rule):
                if word not in known:
                    message = f"'{word}' is neither a condition nor a failure mode of '{rule.station}'"
                    yield self._fault(Fault(("state_rules", i, *path), message, word, known))

    def off_nominal(self, plant: Plant) -> Iterator[Problem]:
        """Tables whose factor at nominal is not 1, although the figures of the station hold there."""
        for i, station in enumerate(plant.stations):
            for j, p in enumerate(station.parameters):
                for k, effect in enumerate(p.effects):
                    factor = curve_factor(effect.curve, p.nominal, p.nominal)
                    if abs(factor - 1.0) > _NEAR_ONE:
                        path = ("stations", i, "parameters", j, "effects", k, "curve")
                        message = f"the factor at nominal ({p.nominal:g}) is {factor:g} and must be 1"
                        yield self._problem(path, message)

    def _follows(self, error: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
        """Whether a list is told to be too short only because entries of it were refused."""
        loc = error["loc"]
        return error["type"] == "too_short" and any(e["loc"][: len(loc)] == loc and e is not error for e in errors)

    def _tell(self, error: ErrorDetails) -> Iterator[Problem]:
        found = _inconsistent(error)
        if found is not None:
            yield from (self._fault(fault) for fault in found.faults)
            return
        path = self._path(error["loc"])
        message, suggestion = self._words(error, path)
        if error["type"] == "union_tag_invalid":
            path = (*path, "kind")
        yield self._problem(path, message, suggestion)

    def _unknown_key(self, error: ErrorDetails) -> tuple[Problem, tuple[Step, ...]]:
        path = self._path(error["loc"])
        *above, key = path
        table = self._at(above)
        given = set(table.entries) if isinstance(table, Table) else set()
        suggestion = closest(key, [k for k in keys_at(self._root, above) if k not in given])
        hint = "; merge keys are not YAML 1.2, write the values out" if key == "<<" else ""
        mark = table.keys.get(str(key), table.mark) if isinstance(table, Table) else table.mark
        problem = self._at_mark(mark, path, f"unknown key '{str(key)[:60]}'{hint}", suggestion)
        return problem, (*above, suggestion) if suggestion else ()

    def _fault(self, fault: Fault) -> Problem:
        return self._problem(self._written(fault.path), fault.message, self._meant(fault))

    def _written(self, path: tuple[Step, ...]) -> tuple[Step, ...]:
        """A path as the file has it: a single name that stands for a list of one has no position."""
        alone = path and isinstance(path[-1], int) and isinstance(self._at(path[:-1]), Leaf)
        return path[:-1] if alone else path

    def _meant(self, fault: Fault) -> str | None:
        """A near name. Looking for one takes time; more than can be shown are not looked for."""
        if fault.word is None or self._guesses_left == 0:
            return None
        self._guesses_left -= 1
        return closest(fault.word, fault.known)

    def _words(self, error: ErrorDetails, path: tuple[Step, ...]) -> tuple[str, str | None]:
        context = error.get("ctx", {})
        match error["type"]:
            case "missing":
                return f"'{path[-1] if path else ''}' is missing", None
            case "union_tag_not_found":
                kinds = kinds_of(shapes_at(self._root, path))
                return f"'kind' is missing: give one of {', '.join(kinds)}", None
            case "union_tag_invalid":
                return _not_one_of(context["tag"], kinds_of(shapes_at(self._root, path)))
            case "enum" | "literal_error":
                return _not_one_of(error["input"], re.findall(r"'([^']*)'", str(context["expected"])))
            case "string_pattern_mismatch" if context["pattern"] == _NAME:
                name = _shown(error["input"])
                return f"{name} is no name: begin with a-z, then a-z, 0-9 and _, at most 48 characters", None
            case "too_short":
                return f"too few entries: at least {context['min_length']} must be given", None
            case "too_long":
                return f"too many entries: at most {context['max_length']} may be given", None
            case "value_error":
                return str(context["error"]), None
            case kind if kind in _EXPECTED:
                return f"{_EXPECTED[kind]} is expected here, not {_shown(error['input'])}", None
            case _:
                return _lower(error["msg"]), None

    def _problem(self, path: Sequence[Step], message: str, suggestion: str | None = None) -> Problem:
        node = self._at(path)
        return self._at_mark(node.mark, path, message, suggestion)

    def _at_mark(self, mark: Mark, path: Sequence[Step], message: str, suggestion: str | None) -> Problem:
        return Problem(
            file=self._file,
            line=mark.line,
            column=mark.column,
            path=dotted(path),
            message=message,
            suggestion=suggestion,
        )

    def _at(self, path: Sequence[Step]) -> Node:
        """The node at a path, or the nearest one above where the path goes beyond the file."""
        node = self._root
        for step in path:
            below = _child(node, step)
            if below is None:
                return node
            node = below
        return node

    def _path(self, loc: Sequence[Step]) -> tuple[Step, ...]:
        """An error's place without the names of shapes, which pydantic puts between the steps."""
        path: list[Step] = []
        node: Node | None = self._root
        for n, step in enumerate(loc):
            below = None if node is None else _child(node, step)
            if below is None and n < len(loc) - 1 and isinstance(step, str):
                continue
            if below is None and _names_shape(node, step):
                continue
            path.append(step)
            node = below
        return tuple(path)


def _meanings(plant: Plant, rule: StateRule) -> Iterator[tuple[tuple[Step, ...], str, tuple[str, ...]]]:
    """Each word of a rule that means a condition or a failure mode: its place, the word, and what it may be."""
    modes = [mode.id for mode in plant.station(rule.station).failures]
    reasons = [*(reason.value for reason in StopReason if reason is not StopReason.NONE), *modes]
    for n, bit in enumerate(rule.bits):
        yield ("bits", n, "means"), bit.means, ("executing", *reasons)
    for n, code in enumerate(rule.codes):
        yield ("codes", n, "means"), code.means, tuple(reasons)


def _child(node: Node, step: Step) -> Node | None:
    match node:
        case Table() if isinstance(step, str):
            return node.entries.get(step)
        case Listing() if isinstance(step, int) and step < len(node.items):
            return node.items[step]
        case _:
            return None


def _names_shape(node: Node | None, step: Step) -> bool:
    """Whether a last step is the kind of the mapping it stands in, as for an error of the whole mapping."""
    kind = node.entries.get("kind") if isinstance(node, Table) else None
    return isinstance(kind, Leaf) and kind.value == step


def _inconsistent(error: ErrorDetails) -> Inconsistent | None:
    found = error.get("ctx", {}).get("error")
    return found if isinstance(found, Inconsistent) else None


def _stands_alone(fault: Fault) -> bool:
    """Whether a fault is sure to be one although other things are wrong: where no name is known, a list was refused."""
    return fault.word is None or bool(fault.known)


def _not_one_of(given: object, allowed: Sequence[str]) -> tuple[str, str | None]:
    return f"{_shown(given)} is not one of {', '.join(allowed)}", closest(given, allowed)


def _shown(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value[:40]}'"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return str(value)[:40]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]

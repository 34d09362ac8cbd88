"""Which keys the model knows at a place of a description; for "did you mean"."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from plants.loader.node import Listing, Node, Step, Table, by_kind
from plants.model.plant import Plant


def keys_at(root: Node, path: Sequence[Step]) -> tuple[str, ...]:
    """Keys that a mapping at `path` may have; of several shapes, those of its `kind` or else of all."""
    annotation, node = _walk(root, path)
    models = _shapes(annotation, node)
    return tuple(dict.fromkeys(key for model in models for key in model.model_fields))


def kinds_of(models: Sequence[type[BaseModel]]) -> tuple[str, ...]:
    """The `kind` of each shape."""
    return tuple(str(value) for model in models for value in get_args(model.model_fields["kind"].annotation))


def shapes_at(root: Node, path: Sequence[Step]) -> list[type[BaseModel]]:
    """All shapes that a mapping at `path` may have."""
    return list(_models(_walk(root, path)[0]))


def _walk(root: Node, path: Sequence[Step]) -> tuple[Any, Node]:
    """The annotation and the node at a path."""
    annotation: Any = Plant
    node = root
    for step in path:
        annotation = _below(annotation, step, node)
        node = _child(node, step)
    return annotation, node


def _below(annotation: Any, step: Step, node: Node) -> Any:  # noqa: ANN401 - annotations are of any type
    """The annotation of one step further down."""
    if isinstance(step, int):
        return next((item for item in _items(annotation)), None)
    for model in _shapes(annotation, node):
        if step in model.model_fields:
            return model.model_fields[step].annotation
    return None


def _child(node: Node, step: Step) -> Node:
    match node:
        case Table() if step in node.entries:
            return node.entries[str(step)]
        case Listing() if isinstance(step, int) and step < len(node.items):
            return node.items[step]
        case _:
            return node


def _shapes(annotation: Any, node: Node) -> list[type[BaseModel]]:  # noqa: ANN401 - annotations are of any type
    models = list(_models(annotation))
    kind = by_kind(node.entries) if isinstance(node, Table) else None
    exact = [m for m in models if kind is not None and "kind" in m.model_fields and kind in kinds_of([m])]
    return exact or models


def _models(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - annotations are of any type
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from _models(get_args(annotation)[0])
    elif get_origin(annotation) is not tuple:
        for part in get_args(annotation):
            yield from _models(part)


def _items(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 - annotations are of any type
    if get_origin(annotation) is tuple:
        yield get_args(annotation)[0]
    else:
        for part in get_args(annotation):
            yield from _items(part)

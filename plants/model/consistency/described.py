"""Reading a plain description, as in the file; what has not the right form is passed over."""

from collections.abc import Iterator, Mapping

from plants.model.consistency.fault import Path

Described = Mapping[str, object]


def items(within: Described, key: str) -> Iterator[tuple[Path, Described]]:
    """(path, mapping) of the mappings in a list; nothing where there is no list."""
    listed = within.get(key)
    if isinstance(listed, list | tuple):
        yield from (((key, i), item) for i, item in enumerate(listed) if isinstance(item, Mapping))


def section(within: Described, key: str) -> Described:
    """The mapping under a key; an empty one where there is none."""
    found = within.get(key)
    return found if isinstance(found, Mapping) else {}


def word(within: Described, key: str) -> str | None:
    """The text under a key."""
    found = within.get(key)
    return str(found) if isinstance(found, str) else None


def named(within: Described, key: str, by: str = "id") -> list[tuple[Path, str]]:
    """(path, name) of the items of a list that have one."""
    found = [((*path, by), word(item, by)) for path, item in items(within, key)]
    return [(path, name) for path, name in found if name is not None]


def words(within: Described, key: str) -> list[tuple[Path, str]]:
    """(path, word) of a list of words, or of the single word that stands for one."""
    found = within.get(key)
    if isinstance(found, str):
        return [((key,), str(found))]
    listed = found if isinstance(found, list | tuple) else ()
    return [((key, i), str(item)) for i, item in enumerate(listed) if isinstance(item, str)]

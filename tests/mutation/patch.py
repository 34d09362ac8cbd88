"""A mutant in place of the code that is loaded: functions keep their identity and get another body.

Works for whatever lies inside a function. A change outside (a constant, a default, a table) needs the module to be
loaded anew, see `tests.mutation.whole`.
"""

import gc
from collections.abc import Iterable, Iterator, Sequence
from types import CodeType, FunctionType


def bodies(code: CodeType) -> Iterator[CodeType]:
    """Code of the functions of a module, not of those within functions: these come along."""
    for part in code.co_consts:
        if isinstance(part, CodeType):
            if part.co_flags & 0x2:  # CO_NEWLOCALS: a function, and not the body of a class
                yield part
            else:
                yield from bodies(part)


def functions_of(modules: Iterable[str]) -> dict[str, list[FunctionType]]:
    """Functions that are loaded, by module."""
    found: dict[str, list[FunctionType]] = {module: [] for module in modules}
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__module__ in found:
            found[thing.__module__].append(thing)
    return found


def put_in_place(functions: Sequence[FunctionType], was: CodeType, mutant: CodeType) -> bool:
    """Give the loaded functions of a module the bodies of a mutant.

    Args:
        functions: all that are loaded of the module.
        was: the module's code.
        mutant: the same, changed in one place.

    Returns:
        whether that makes the mutant whole: False when it differs outside of functions, or in what one closes over.
    """
    before, after = list(bodies(was)), list(bodies(mutant))
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    if len(changed) != 1:
        return False
    found = [
        function
        for function in functions
        if function.__code__.co_qualname == changed[0].co_qualname
        and function.__code__.co_firstlineno == changed[0].co_firstlineno
    ]
    for function in found:
        if len(function.__code__.co_freevars) != len(changed[0].co_freevars):
            return False
        function.__code__ = changed[0]
    return bool(found)

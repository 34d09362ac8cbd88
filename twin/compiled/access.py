"""Access by address: a record of an array as a pointer, so that a kernel is handed one pointer and no arrays.

Used by the kernels. Numba hands an array on as seven words with a reference count; a run has a dozen arrays, and
handing them from function to function cost ten times what the simulation itself did. Here the RUN record holds their
addresses, and `station(run, i)` and its like turn one into the record, which is a pointer. Nothing checks bounds; the
arrays are kept alive by `twin.compiled.layout.World`.
"""

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from twin.compiled.jit import numba
from twin.compiled.layout import LOG, MODE, NUMBER, ORDER, PART, STATION, TIME, WHOLE

_types: Any = numba.types
_extending: Any = importlib.import_module("numba.extending")


def record_at(dtype: "np.dtype[np.void]") -> Callable[[int, int], Any]:
    """A function (address of the first, position) -> record, for kernels."""
    record = numba.from_dtype(dtype)

    def at(_: Any, address: Any, position: Any) -> Any:  # noqa: ANN401, ARG001 - Numba's types
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401, ARG001
            # a pointer and a position, not a sum of addresses: so that LLVM sees rows and makes vector instructions
            first = builder.inttoptr(args[0], context.get_value_type(record))
            return builder.gep(first, [args[1]])

        return record(_types.int64, _types.int64), generate

    made: Callable[[int, int], Any] = _extending.intrinsic(at)
    return made


station_at = record_at(STATION)
mode_at = record_at(MODE)
order_at = record_at(ORDER)
part_at = record_at(PART)
time_at = record_at(TIME)
log_row_at = record_at(LOG)
number_at = record_at(NUMBER)
whole_at = record_at(WHOLE)

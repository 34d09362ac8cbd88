"""A kernel that gives single figures of the compiled engine, to be compared with the reference engine's.

Used by `twin.compiled.ready` and by the tests.
"""

import numpy as np

from twin.compiled.draws import uniform
from twin.compiled.jit import jit
from twin.compiled.layout import Floats, Records
from twin.compiled.sampling import ppf, residual
from twin.draws import Purpose

_UPTIME = int(Purpose.UPTIME)
_ENTITY, _SLOT = np.uint64(0xCAFEBABE), np.uint64(0x1234567)


@jit
def compiled_figures(times: Records, table_address: int, key0: np.uint64, key1: np.uint64, draws: int) -> Floats:
    """Rows of (uniform number, its time, what is left after 4 n / draws seconds), shape (draws, 3).

    The table must stay alive while its address is used.
    """
    out = np.zeros((draws, 3))
    for n in range(draws):
        u = uniform(key0, key1, np.uint64(n), _ENTITY, _SLOT, _UPTIME)
        elapsed = 4.0 * n / draws
        out[n, 0] = u
        out[n, 1] = ppf(times[0], table_address, u)
        out[n, 2] = residual(times[0], table_address, elapsed, u)
    return out

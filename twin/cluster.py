"""A cluster: replications on many machines, by Dask, behind the standard `concurrent.futures.Executor`.

Used by `jayul simulate --scheduler` and whoever passes `workers=executor`. Needs the extra `dask`, here and on the
machines of the cluster, which run their own scheduler and workers. A worker that is lost costs its unfinished batches,
which others make again, with the same results. Workers must have this very code: one that has other code is refused,
for its figures might differ. A Dask scheduler trusts whoever reaches it: keep it in a network of its own, or use
`tls://` addresses.
"""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from plants.errors import LinkError, RunFailed
from twin.extras import optional

_ROOMS = ("plants", "twin")
_CONNECT_S = 10.0


class ClusterUnreachable(LinkError):
    """The scheduler cannot be reached, has no workers, or has some with other code."""

    code = "cluster_unreachable"


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """An executor that leads to a Dask cluster, for the length of the `with` block.

    Args:
        address: Of the scheduler: `tcp://host:8786` or `tls://host:8786`.

    Raises:
        MissingExtra: Dask is not installed here.
        ClusterUnreachable: there is no scheduler, it has no workers, or one of them has other code.
        RunFailed: a batch was lost with four workers in a row.
    """
    distributed = optional("distributed", "--scheduler", extra="dask")
    try:
        client = distributed.Client(address, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterUnreachable(
            f"no Dask scheduler answers at {address} ({error}): start one with `dask scheduler`, or correct --scheduler"
        ) from None
    try:
        _check_code(client, address)
        yield client.get_executor()
    except distributed.scheduler.KilledWorker as error:
        raise RunFailed(
            f"workers of the cluster ended again and again in the middle of a batch ({error}): look at their logs; "
            "too little memory is the usual reason"
        ) from None
    finally:
        client.close()


def _check_code(client: Any, address: str) -> None:  # noqa: ANN401 - a client of Dask
    ours, theirs = code_digest(), client.run(code_digest, on_error="return")
    if not theirs:
        raise ClusterUnreachable(f"the scheduler at {address} has no workers: start some with `dask worker {address}`")
    for worker, digest in theirs.items():
        if digest != ours:
            told = f"it cannot run it: {digest!r}" if isinstance(digest, Exception) else "it has another version"
            raise ClusterUnreachable(f"worker {worker} does not have this very jayul ({told}): install the same there")


def code_digest() -> str:
    """Twelve digits that stand for all code that a run depends on, on the machine that is asked."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    for file in sorted(f for room in _ROOMS for f in (root / room).rglob("*.py")):
        digest.update(str(file.relative_to(root)).encode() + file.read_bytes())
    return digest.hexdigest()[:12]

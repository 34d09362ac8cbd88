"""`--log FILE`: what happened in a run, as a Parquet file."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.output import err

if TYPE_CHECKING:
    from plants.model.plant import Plant
    from twin.recording import Recording

LogOption = Annotated[Path | None, typer.Option("--log", help="Write what happened to this Parquet file.")]
LogDetail = Annotated[
    str, typer.Option("--log-detail", help="full: every event; summary: stations in 48 parts of the horizon.")
]
LogReplications = Annotated[
    int, typer.Option("--log-replications", min=1, max=100_000, help="How many of the first replications.")
]


def open_log(
    path: Path | None, plant: "Plant", detail: str, replications: int
) -> "contextlib.AbstractContextManager[Recording | None]":
    """The recording that was asked for, if one was.

    Raises:
        InvalidInput: no such detail.
    """
    if path is None:
        return contextlib.nullcontext()
    from twin.recording import Recording

    return Recording(path, plant, detail, replications=replications)


def tell_log(recorded: "Recording | None") -> None:
    """Say what was written."""
    if recorded is not None:
        made = f"{recorded.recorded} replication{'' if recorded.recorded == 1 else 's'}"
        err.print(f"log: {recorded.rows:,} rows of {made} in {recorded.path}", markup=False, soft_wrap=True)

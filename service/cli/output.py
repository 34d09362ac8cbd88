"""How the command line speaks: results on stdout, everything else on stderr, `--json` for machines.

A command calls `present` once, with the value for `--json` and a function that draws it for a person.
"""

import json
import sys
from collections.abc import Callable, Iterable
from typing import Annotated, Literal, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)


def present(value: object, as_json: bool, draw: Callable[[Console], None]) -> None:
    """Print a result: as JSON, or drawn for a person."""
    if as_json:
        sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")
    else:
        draw(out)


def table(columns: Iterable[str], rows: Iterable[Iterable[str]], right: Iterable[str] = ()) -> Table:
    """A plain table; the columns named in `right` are aligned to the right."""
    drawn = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    right = set(right)
    for number, column in enumerate(columns):
        justify: Literal["left", "right"] = "right" if column in right else "left"
        drawn.add_column(column, justify=justify, overflow="fold", no_wrap=number == 0)
    for row in rows:
        drawn.add_row(*row)
    return drawn


class Bar:
    """A progress bar on stderr; a line every tenth when stderr is not a terminal; nothing with `--json`."""

    def __init__(self, what: str, quiet: bool = False) -> None:
        self._what = what
        self._quiet = quiet
        self._told = -1
        self._progress: Progress | None = None

    def __enter__(self) -> Self:
        if err.is_terminal and not self._quiet:
            self._progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.completed:.0f}/{task.total:.0f}"),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                console=err,
                transient=True,
            )
            self._progress.start()
            self._task = self._progress.add_task(self._what, total=1)
        return self

    def __call__(self, done: int, total: int) -> None:
        """`done` of `total` are done."""
        if self._progress is not None:
            self._progress.update(self._task, completed=done, total=total)
        elif not self._quiet and total and done * 10 // total > self._told:
            self._told = done * 10 // total
            err.print(f"{self._what}: {done}/{total}")

    def note(self, text: str) -> None:
        """Tell `text` beside the bar from now on, or on a line of its own when stderr is not a terminal."""
        if self._progress is not None:
            self._progress.update(self._task, description=f"{self._what} ({text})")
        elif not self._quiet:
            self._told = -1
            err.print(f"{self._what}: {text}")

    def __exit__(self, *_: object) -> None:
        if self._progress is not None:
            self._progress.stop()

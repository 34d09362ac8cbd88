"""`jayul audit verify|export`: the record, read straight from the ledger file, whether or not a service is running."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from plants.errors import RunFailed, UnknownName
from service.cli.output import Json, present

if TYPE_CHECKING:
    from ledger.book import Book

DataOption = Annotated[Path, typer.Option("--data", envvar="JAYUL_DIRECTORY", help="The service's data folder.")]

PAGE = 1_000
group = typer.Typer(help="The audit chain.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.add_typer(group, name="audit")


@group.command()
def verify(data: DataOption = Path("data"), as_json: Json = False) -> None:
    """Check the chain from its first row to its head, and against its anchor; code 1 when it does not hold."""
    with _book(data) as book, book.read() as conn:
        report = book.verify(conn)

    def draw(console: Console) -> None:
        verdict = "holds" if report.ok else "DOES NOT HOLD"
        console.print(f"the chain of {report.rows} rows {verdict}; head {report.head}", soft_wrap=True)

    present(report.model_dump(mode="json"), as_json, draw)
    if not report.ok:
        raise RunFailed(report.problem)


@group.command()
def export(data: DataOption = Path("data"), as_json: Json = False) -> None:  # noqa: ARG001 - the export is JSON either way
    """Print the whole chain, one JSON object a line."""
    with _book(data) as book:
        since = 0
        while True:
            with book.read() as conn:
                rows = book.rows(conn, None, since, PAGE)
            if not rows:
                return
            for row in rows:
                sys.stdout.write(row.model_dump_json() + "\n")
            since = rows[-1].seq


@contextmanager
def _book(data: Path) -> "Iterator[Book]":
    """The ledger's book of a data folder.

    Raises:
        UnknownName: there is none.
    """
    from ledger.book import Book
    from ledger.policy import Policy
    from service.clock import SystemClock

    path = data / "ledger.db"
    if not path.is_file():
        raise UnknownName(f"There is no ledger at {path}; give the service's folder with --data.")
    book = Book(path, SystemClock(), Policy())
    try:
        yield book
    finally:
        book.close()

"""`jayul audit verify|export|key`: the record, read straight from the ledger file, with or without a service."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from plants.errors import InvalidInput, RunFailed, UnknownName
from service.cli.output import Json, present

if TYPE_CHECKING:
    from ledger.audit import AuditReport
    from ledger.book import Book

DataOption = Annotated[Path, typer.Option("--data", envvar="JAYUL_DIRECTORY", help="The service's data folder.")]

group = typer.Typer(help="The audit chain.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.add_typer(group, name="audit")


@group.command()
def verify(
    data: DataOption = Path("data"),
    file: Annotated[Path | None, typer.Option(help="Check an export instead of the ledger.")] = None,
    key: Annotated[Path | None, typer.Option(help="Public key that was kept elsewhere, for --file.")] = None,
    as_json: Json = False,
) -> None:
    """Check the chain from its first row to its head, and against its anchor; code 1 when it does not hold."""
    report = _exported(file, key) if file is not None else _stored(data)

    def draw(console: Console) -> None:
        verdict = "holds" if report.ok else "DOES NOT HOLD"
        console.print(f"the chain of {report.rows} rows {verdict}; head {report.head}", soft_wrap=True)

    present(report.model_dump(mode="json"), as_json, draw)
    if not report.ok:
        raise RunFailed(report.problem)


@group.command()
def export(data: DataOption = Path("data"), as_json: Json = False) -> None:  # noqa: ARG001 - the export is JSON either way
    """Print the whole chain, one JSON object a line, and at its end the signed head."""
    from ledger.export import export as lines

    with _book(data) as book:
        for line in lines(book):
            sys.stdout.write(line + "\n")


@group.command()
def key(data: DataOption = Path("data"), as_json: Json = False) -> None:
    """Print the public key that exports are verified with; keep it elsewhere."""
    with _book(data) as book:
        pem = book.key.public_pem
    present({"public_key": pem}, as_json, lambda console: console.print(pem.strip(), markup=False))


def _stored(data: Path) -> "AuditReport":
    with _book(data) as book, book.read() as conn:
        return book.verify(conn)


def _exported(file: Path, key: Path | None) -> "AuditReport":
    """What is found of an export.

    Raises:
        InvalidInput: no key is given, or a file cannot be read.
    """
    from ledger.export import verify_export

    if key is None:
        raise InvalidInput("Give the public key that was kept elsewhere: --key ledger.pub")
    try:
        with file.open(encoding="utf-8") as lines:
            return verify_export(lines, key.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"The export or its key cannot be read ({error}).") from error


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

"""`jayul audit verify|export`: the record, read straight from the ledger file, whether or not a service is running."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from plants.errors import RunFailed, UnknownName
from service.cli.output import Json, err, present

DataOption = Annotated[Path, typer.Option("--data", envvar="JAYUL_DIRECTORY", help="The service's data folder.")]

group = typer.Typer(help="The audit chain.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.add_typer(group, name="audit")


def ledger_file(data: Path) -> Path:
    """The ledger in a data folder.

    Raises:
        UnknownName: there is none.
    """
    path = data / "ledger.db"
    if not path.is_file():
        raise UnknownName(f"There is no ledger at {path}; give the service's folder with --data.")
    return path

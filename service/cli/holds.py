"""`jayul hold` and `jayul release`: stop writing or proposing, and go on."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from service.cli.audit import DataOption
from service.cli.output import Json, present

ReasonOption = Annotated[str, typer.Option(help="Why; kept in the record.")]


class Scope(StrEnum):
    """What is held."""

    ALL = "all"
    AGENTS = "agents"


ScopeArgument = Annotated[Scope, typer.Argument(help="all: every write; agents: only proposing.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.command()(hold)
    app.command()(release)


def hold(scope: ScopeArgument, reason: ReasonOption, data: DataOption = Path("data"), as_json: Json = False) -> None:
    """Stop every write (all), or only proposing (agents), until released."""
    _change("hold", scope, reason, data, as_json)


def release(scope: ScopeArgument, reason: ReasonOption, data: DataOption = Path("data"), as_json: Json = False) -> None:
    """End a hold."""
    _change("release", scope, reason, data, as_json)


def _change(what: str, scope: Scope, reason: str, data: Path, as_json: bool) -> None:
    from service.cli.client import Client

    held = Client(data).post(f"/api/{what}", {"scope": scope.value, "reason": reason})

    def draw(console: Console) -> None:
        for line in held or ["Nothing is held."]:
            console.print(line, markup=False, soft_wrap=True)

    present({"holds": held}, as_json, draw)

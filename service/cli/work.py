"""`jayul work list|acknowledge|decline`: what people are to carry out."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from service.cli.audit import DataOption
from service.cli.output import Json, present, table

group = typer.Typer(help="What people are to carry out.", no_args_is_help=True)
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="Proposal id.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.add_typer(group, name="work")


@group.command("list")
def list_work(data: DataOption = Path("data"), as_json: Json = False) -> None:
    """List what waits for somebody, and what was taken on."""
    from service.cli.client import Client

    rows = Client(data).get("/api/work")

    def draw(console: Console) -> None:
        if not rows:
            console.print("Nothing to do.")
            return
        body = [[r["proposal_id"], r["status"], r["acknowledged_by"] or "nobody yet", r["text"]] for r in rows]
        console.print(table(["id", "status", "taken on by", "what"], body))

    present(rows, as_json, draw)


@group.command()
def acknowledge(proposal_id: IdArgument, data: DataOption = Path("data"), as_json: Json = False) -> None:
    """Take something on. It counts as done when it is seen in the data."""
    from service.cli.client import Client

    proposal = Client(data).post(f"/api/work/{proposal_id}/acknowledge", {})
    present(proposal, as_json, lambda console: console.print(f"{proposal['id']} is {proposal['status']}"))


@group.command()
def decline(
    proposal_id: IdArgument,
    reason: Annotated[str, typer.Option(help="Why; kept.")],
    data: DataOption = Path("data"),
    as_json: Json = False,
) -> None:
    """Say that something was not and will not be done."""
    from service.cli.client import Client

    proposal = Client(data).post(f"/api/work/{proposal_id}/decline", {"reason": reason})
    present(proposal, as_json, lambda console: console.print(f"{proposal['id']} is {proposal['status']}"))

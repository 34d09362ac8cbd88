"""`jayul alarms`: what needs a person now."""

from pathlib import Path

import typer
from rich.console import Console

from service.cli.audit import DataOption
from service.cli.output import Json, present, table


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command()(alarms)


def alarms(data: DataOption = Path("data"), as_json: Json = False) -> None:
    """List what needs a person now, and what to do about it."""
    from service.cli.client import Client

    rows = Client(data).get("/api/alarms")

    def draw(console: Console) -> None:
        if not rows:
            console.print("No alarm.")
            return
        body = [[r["kind"], r["subject"], (r["since"] or "")[:19], f"{r['text']} {r['do']}"] for r in rows]
        console.print(table(["alarm", "of", "since (UTC)", "what, and what to do"], body))

    present(rows, as_json, draw)

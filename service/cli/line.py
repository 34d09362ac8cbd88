"""`jayul line show|count`: the line as the mirror sees it, and what a person has counted on it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from service.cli.audit import DataOption
from service.cli.figures import clock
from service.cli.output import Json, present, table

group = typer.Typer(help="The line as it is seen now.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.add_typer(group, name="line")


@group.command()
def show(data: DataOption = Path("data"), as_json: Json = False) -> None:
    """What each station does and what is in each buffer, with how well that is known."""
    from service.cli.client import Client

    seen = Client(data).get("/api/line")
    present(seen, as_json, lambda console: _draw(console, seen))


@group.command()
def count(
    buffer: Annotated[str, typer.Argument(help="Which buffer.")],
    units: Annotated[int, typer.Argument(min=0, help="Units of flow that are in it now.")],
    reason: Annotated[str, typer.Option(help="What was found; kept in the history.")] = "",
    data: DataOption = Path("data"),
    as_json: Json = False,
) -> None:
    """Correct what the mirror takes to be in a buffer; forecasts and verdicts go on from there."""
    from service.cli.client import Client

    seen = Client(data).post(f"/api/line/buffers/{buffer}/count", {"units": units, "reason": reason})
    present(seen, as_json, lambda console: console.print(f"{buffer} holds {units}, counted by a person"))


def _draw(console: Console, seen: dict[str, object]) -> None:
    time_s, stations, buffers = seen.get("plant_time_s"), seen["stations"], seen["buffers"]
    assert isinstance(stations, list)  # noqa: S101 - the API's contract
    assert isinstance(buffers, list)  # noqa: S101 - the API's contract
    if isinstance(time_s, int | float):
        console.print(f"Plant time {clock(time_s)}\n")
    rows = [
        [s["id"], str(s["condition"]).replace("_", " "), s["order"] or "", str(s["processed"]), str(s["scrapped"])]
        for s in stations
    ]
    console.print(table(["station", "does", "order", "processed", "scrapped"], rows, right=["processed", "scrapped"]))
    console.print()
    held = [[b["id"], f"{b['level']} ± {b['level_sd']:.1f}", str(b["capacity"])] for b in buffers]
    console.print(table(["buffer", "holds", "room for"], held, right=["holds", "room for"]))

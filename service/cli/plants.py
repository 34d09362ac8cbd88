"""`jayul plants list`, `jayul check`, `jayul schema`."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from plants.errors import InvalidInput
from service.cli.output import Json, present, table

if TYPE_CHECKING:
    from plants.model.workload import Workload

PlantArgument = Annotated[str, typer.Argument(metavar="PLANT", help="A plant file, or the name of a library plant.")]

group = typer.Typer(help="The plants that come with Jayul.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.add_typer(group, name="plants")
    app.command()(check)
    app.command()(schema)


@group.command("list")
def list_plants(as_json: Json = False) -> None:
    """List the library plants."""
    from plants.loader.library import library_names

    rows = [_summary(name) for name in library_names()]

    def draw(console: Console) -> None:
        columns = ["name", "title", "stations", "orders"]
        body = [[r["name"], f"{r['title']} ({r['title_ko']})", str(r["stations"]), str(r["orders"])] for r in rows]
        console.print(table(columns, body, right=["stations", "orders"]))
        console.print("\nTry: jayul simulate bottling --horizon 8h")

    present(rows, as_json, draw)


def _summary(name: str) -> dict[str, Any]:
    from plants.loader.load import load_plant

    plant = load_plant(name)
    return {
        "name": name,
        "title": plant.name.en,
        "title_ko": plant.name.ko,
        "stations": len(plant.stations),
        "orders": len(plant.orders),
        "flow_unit": plant.flow_unit.name.en,
        "revision": plant.revision,
    }


def check(
    plant: PlantArgument,
    sources: Annotated[
        bool, typer.Option("--sources", help="List every figure with its source or assumption.")
    ] = False,
    load: Annotated[
        bool, typer.Option("--load", help="Show how much of each station's time orders and arrivals ask for.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check a plant file with the same loader that runs it, and its names too; all problems at once, with places."""
    from plants.loader.load import figures, load_plant
    from plants.model.workload import workloads
    from twin.keys import check_keys

    loaded = load_plant(plant)
    check_keys(loaded)
    listed = figures(plant) if sources else ()
    asked = workloads(loaded) if load else ()
    bare = [figure for figure in listed if figure.kind == "none"]
    result = {
        "plant": loaded.plant,
        "revision": loaded.revision,
        "stations": [s.id for s in loaded.stations],
        "products": [p.id for p in loaded.products],
        "orders": len(loaded.orders),
        "parameters": list(loaded.parameters),
        "breadth": list(loaded.breadth),
        "load": [{**asdict(w), "share": w.share} for w in asked],
        "figures": [figure.model_dump(mode="json") for figure in listed],
    }

    def draw(console: Console) -> None:
        console.print(
            f"{loaded.plant} is valid: {len(loaded.stations)} stations, {len(loaded.buffers)} buffers, "
            f"{len(loaded.products)} products, {len(loaded.orders)} orders, {len(loaded.parameters)} parameters.",
            soft_wrap=True,
        )
        if loaded.breadth:
            console.print(f"beyond a serial line: {', '.join(loaded.breadth)}", soft_wrap=True)
        console.print(f"revision {loaded.revision[:12]}")
        if asked:
            console.print(_load_table(asked))
        if listed:
            body = [
                [
                    str(f.line),
                    f.path,
                    f"{f.value:g}" if isinstance(f.value, float | int) else str(f.value),
                    f.kind,
                    f.text,
                ]
                for f in listed
            ]
            console.print(table(["line", "figure", "value", "kind", "from"], body, right=["line", "value"]))

    present(result, as_json, draw)
    if bare:
        raise InvalidInput(
            f"{len(bare)} of {len(listed)} figures have neither a source nor an assumption; the first: "
            f"{bare[0].path} on line {bare[0].line}. Add `source:` or `assumed:` to it or to the block around it."
        )


def _load_table(asked: Sequence["Workload"]) -> Table:
    body = [
        [w.station, f"{w.visits:.0f}", f"{w.work_s / 3600:.1f}", f"{w.time_s / 3600:.1f}", f"{w.share:.0%}"]
        for w in asked
    ]
    columns = ["station", "units", "work, h", "time, h", "load"]
    return table(columns, body, right=columns[1:])


def schema(as_json: Json = True) -> None:  # noqa: ARG001 - the schema is JSON either way
    """Print the JSON Schema of plant files, for editors."""
    import json

    from plants.loader.schema import plant_schema

    sys.stdout.write(json.dumps(plant_schema(), indent=2, ensure_ascii=False) + "\n")

"""`jayul snapshot`, and `--state FILE`: states of a plant as files, to start from."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plants.errors import InvalidInput
from service.cli.output import Json, err
from service.cli.plants import PlantArgument

if TYPE_CHECKING:
    from plants.flow.state import LineState
    from plants.model.plant import Plant

StateOption = Annotated[
    Path | None,
    typer.Option("--state", help="Start from this state (JSON, `jayul snapshot`), not from empty."),
]
_MOST_BYTES = 64 * 1024 * 1024


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command()(snapshot)


def snapshot(
    plant: PlantArgument,
    at: Annotated[str, typer.Option(help="Plant time to run to: 7h, 90m, 2d, or seconds.")],
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of all draws.")] = 1,
    replication: Annotated[int, typer.Option(min=0, help="Number of the run.")] = 0,
    state: StateOption = None,
    out: Annotated[Path | None, typer.Option(help="File to write; standard output without.")] = None,
    as_json: Json = False,  # noqa: ARG001 - a state is JSON anyway
) -> None:
    """Run a plant to a moment and write its whole state as JSON: a run can go on from it (`--state`)."""
    from plants.loader.load import load_plant
    from service.durations import parse_duration
    from twin.engines import reference

    loaded = load_plant(plant)
    sim = reference(loaded, seed=seed, replication=replication, state=read_state(state, loaded))
    sim.run_until(parse_duration(at))
    text = sim.snapshot().model_dump_json(indent=1, exclude_defaults=True)
    if out is None:
        typer.echo(text)
        return
    try:
        out.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{out} cannot be written: {error.strerror}") from None
    err.print(f"{loaded.plant} at {at}: {len(text):,} bytes in {out}", markup=False, soft_wrap=True)


def read_state(path: Path | None, plant: "Plant") -> "LineState | None":
    """The state in a file, which must be of this plant; None without a file.

    Raises:
        InvalidInput: the file cannot be read, is no state, or is one of another plant.
    """
    from pydantic import ValidationError

    from plants.flow.state import LineState

    if path is None:
        return None
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidInput(f"{path} is larger than {_MOST_BYTES >> 20} MiB: that is no state of a plant")
        found = LineState.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "the file"
        raise InvalidInput(
            f"{path} is no state: {where}: {first['msg']} ({error.error_count()} faults in all)"
        ) from None
    if found.plant_revision != plant.revision:
        raise InvalidInput(
            f"{path} was made with '{found.plant}' revision {found.plant_revision[:12]}, this is '{plant.plant}' "
            f"revision {plant.revision[:12]}: make it anew with 'jayul snapshot {plant.plant} --at …'"
        )
    return found

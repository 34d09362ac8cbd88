"""`jayul forecast`: what a plant will do from where it stands, asked of a running service or read from a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from plants.errors import InvalidInput
from service.cli.audit import DataOption
from service.cli.figures import clock, draw_result, parse_precision, spell_made, spell_precision, tell_precision
from service.cli.output import Bar, Json, err, present
from service.cli.partial import end_partial
from service.cli.simulate import (
    EngineName,
    Horizon,
    MaxReplications,
    PrecisionKpi,
    PrecisionOption,
    Replications,
    Seed,
    Workers,
)
from service.cli.states import StateOption, read_state

if TYPE_CHECKING:
    from plants.flow.state import LineState
    from plants.model.plant import Plant
    from twin.forecast import Forecast


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command()(forecast)


def forecast(
    plant: Annotated[
        str | None, typer.Argument(help="Plant of the state in --state; without it, a running service is asked.")
    ] = None,
    state: StateOption = None,
    data: DataOption = Path("data"),
    horizon: Horizon = "8h",
    replications: Replications = 30,
    seed: Seed = 1,
    precision: PrecisionOption = None,
    precision_kpi: PrecisionKpi = None,
    max_replications: MaxReplications = 2000,
    workers: Workers = 1,
    engine: EngineName = "auto",
    as_json: Json = False,
) -> None:
    """Forecast from the live state of a running service, or from a state in a file: KPIs and orders with intervals."""
    from service.durations import parse_duration
    from twin.forecast import forecast as run

    horizon_s, narrow = parse_duration(horizon), parse_precision(precision)
    described, begin = _from_file(plant, state) if plant or state else _from_service(data)
    with Bar(f"forecasting {described.plant}", quiet=as_json) as bar:
        found = run(
            described,
            begin,
            horizon_s=horizon_s,
            replications=replications,
            seed=seed,
            precision=narrow,
            precision_kpi=precision_kpi,
            max_replications=max_replications,
            workers=workers,
            engine=engine,
            progress=bar,
            look=lambda look: bar.note(spell_precision(look)),
            keep_partial=True,
        )
    for doubt in found.doubts:
        err.print(f"warning: the live state is not trustworthy: {doubt}", markup=False, soft_wrap=True)
    present(found.as_dict(), as_json, lambda console: _draw(console, found))
    end_partial(found.result)


def _from_service(data: Path) -> "tuple[Plant, LineState]":
    from service.cli.client import Client

    client = Client(data)
    return read_line(client.get("/api/plant"), client.get("/api/state"))


def _from_file(plant: str | None, state: Path | None) -> "tuple[Plant, LineState]":
    from plants.loader.load import load_plant

    if plant is None or state is None:
        raise InvalidInput("give both: jayul forecast PLANT --state FILE, or neither, to ask a running service")
    loaded = load_plant(plant)
    found = read_state(state, loaded)
    assert found is not None  # noqa: S101 - there is a file
    return loaded, found


def read_line(plant: Any, state: Any) -> "tuple[Plant, LineState]":  # noqa: ANN401 - JSON
    """The plant and the state that the service told.

    Raises:
        InvalidInput: it told something else; it may be of another version.
    """
    from pydantic import ValidationError

    from plants.flow.state import LineState
    from plants.model.plant import Plant

    try:
        return Plant.model_validate(plant), LineState.model_validate(state)
    except ValidationError as error:
        raise InvalidInput(
            f"the service told a plant or state that cannot be read ({error.error_count()} faults): "
            "is it of the same version as this command?"
        ) from None


def _draw(console: Console, found: "Forecast") -> None:
    from service.durations import spell_duration

    result, state = found.result, found.state
    console.print(
        f"{result.plant} from {clock(state.plant_time_s)} for {spell_duration(result.horizon_s)}, "
        f"{spell_made(result)} replications, seed {result.seed}, engine {result.engine}; "
        "intervals are 95 % confidence intervals of the mean.",
        soft_wrap=True,
    )
    if not found.trustworthy:
        console.print("The live state is NOT trustworthy: decide nothing on these figures.")
    for told in (*found.doubts, *found.caveats):
        console.print(f"- {told}", markup=False, soft_wrap=True)
    console.print()
    tell_precision(console, result.precision)
    draw_result(console, result)

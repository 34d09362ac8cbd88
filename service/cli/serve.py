"""`jayul serve` and `jayul virtual-plant`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.output import Json, err, present


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.command()(serve)
    app.command("virtual-plant")(virtual_plant)
    app.command("virtual-fault")(virtual_fault)


def serve(
    plant: Annotated[str, typer.Option(metavar="PLANT", help="A plant file, or the name of a library plant.")],
    data: Annotated[Path, typer.Option(help="Folder for ledger, history and token.")] = Path("data"),
    endpoint: Annotated[str | None, typer.Option(help="OPC UA endpoint; the plant file's own when not given.")] = None,
    port: Annotated[int, typer.Option(help="Port of the API on 127.0.0.1; 0 takes a free one.")] = 8470,
    brain: Annotated[
        str | None, typer.Option(help="solver, scripted-llm, or a chat model such as ollama:qwen3.")
    ] = None,
    operator: Annotated[str | None, typer.Option(help="Person to whom the API token belongs.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Log as JSON; print the address as JSON.")] = False,
) -> None:
    """Run mirror, twin, agents, ledger and API for one line, until Ctrl-C."""
    given = {"endpoint": endpoint, "brain": brain, "operator": operator}
    run_service(
        {"plant": plant, "directory": data, "port": port, "log_format": "json" if as_json else "text"}
        | {k: v for k, v in given.items() if v is not None},
        as_json=as_json,
    )


def run_service(given: dict[str, Any], *, as_json: bool) -> None:
    """Run the service in this process."""
    import asyncio
    import json
    import sys

    from plants.loader.load import load_plant
    from service.logs import set_up_logs
    from service.parts import real_parts
    from service.serve import serve as run
    from service.settings import load_settings

    settings = load_settings(given)
    set_up_logs(settings.log_format)
    parts = real_parts(settings, load_plant(settings.plant))

    def ready(address: str) -> None:
        if as_json:
            sys.stdout.write(json.dumps({"address": address, "data": str(settings.directory)}) + "\n")
        else:
            sys.stdout.write(f"Jayul serves {parts.plant.plant} at {address} (token in {settings.directory}/token)\n")
        sys.stdout.flush()

    asyncio.run(run(settings, parts, ready))


def virtual_plant(
    plant: Annotated[list[str], typer.Argument(metavar="PLANT...", help="Plant files or library plants, each a line.")],
    endpoint: Annotated[str, typer.Option(help="Where to serve OPC UA; loopback only.")] = "opc.tcp://127.0.0.1:4840",
    speed: Annotated[float, typer.Option(help="Plant seconds per wall second.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Seed of the hidden truth and its luck.")] = 1,
    script: Annotated[str, typer.Option(help="Disturbances: demo, none, or a YAML file.")] = "none",
    certs: Annotated[Path | None, typer.Option(help="Folder of its certificates: offers encrypted endpoints.")] = None,
    only_encrypted: Annotated[bool, typer.Option("--only-encrypted", help="Shut the plain endpoint.")] = False,
    accounts: Annotated[Path | None, typer.Option(help="YAML file of accounts in place of the practice ones.")] = None,
    standards: Annotated[bool, typer.Option(help="Serve Machinery, PackML and ISA-95 types as well.")] = True,
    for_s: Annotated[float | None, typer.Option("--for", help="Plant seconds after which plant time stands.")] = None,
    log: Annotated[Path | None, typer.Option(help="File for the first plant's own log, JSON lines.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the ready line as JSON.")] = False,
) -> None:
    """Run a practice plant: an OPC UA server whose hidden truth differs from the plant file."""
    import math

    from service.logs import set_up_logs
    from virtual.accounts import load_accounts
    from virtual.process import run, say_ready
    from virtual.protection import protection_of
    from virtual.script import load_script

    err.print(
        f"virtual plant of {', '.join(plant)}, {speed:g} plant seconds a second, seed {seed}; Ctrl-C ends it",
        soft_wrap=True,
    )
    set_up_logs("json" if as_json else "text")
    run(
        *plant,
        endpoint=endpoint,
        speed=speed,
        seed=seed,
        script=load_script(script),
        accounts=load_accounts(accounts),
        protection=protection_of(certs, only=only_encrypted),
        standards=standards,
        for_s=math.inf if for_s is None else for_s,
        log_to=log,
        on_ready=_say_ready_as_json if as_json else say_ready,
    )


def virtual_fault(
    event: Annotated[str | None, typer.Argument(help="One event as in a script: '{kind: quality, alias: …}'.")] = None,
    line: Annotated[str, typer.Option(help="Root object of the line, as in its plant file.")] = "Bottling",
    endpoint: Annotated[str, typer.Option(help="Where the practice plant listens.")] = "opc.tcp://127.0.0.1:4840",
    clear: Annotated[bool, typer.Option("--clear", help="End everything that was called.")] = False,
    as_json: Json = False,
) -> None:
    """Call a fault or disturbance of a practice plant that runs; docs/opcua.md lists them."""
    import asyncio

    from plants.errors import InvalidInput
    from virtual.trainer import call_fault

    if (event is None) != clear:
        raise InvalidInput("give an event such as '{kind: quality, alias: filler.state, quality: bad}', or --clear")
    standing = asyncio.run(call_fault(endpoint, line, event))
    present(
        {"standing": standing},
        as_json,
        lambda console: console.print("\n".join(standing) or "no fault stands", markup=False, soft_wrap=True),
    )


def _say_ready_as_json(endpoint: str) -> None:
    import json
    import sys

    sys.stdout.write(json.dumps({"ready": endpoint}) + "\n")
    sys.stdout.flush()

"""`jayul demo`: the whole loop on a virtual plant."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from service.cli.output import Json


class DemoBrain(StrEnum):
    """Brains that need no network."""

    SOLVER = "solver"
    SCRIPTED_LLM = "scripted-llm"


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command()(demo)


def demo(
    once: Annotated[bool, typer.Option("--once", help="End after one loop: 0, or 1 and the reason.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the virtual plant's hidden truth and luck.")] = 1,
    brain: Annotated[DemoBrain, typer.Option(help="Who proposes.")] = DemoBrain.SOLVER,
    data: Annotated[Path | None, typer.Option(help="Keep the data here instead of in a temporary folder.")] = None,
    as_json: Json = False,
) -> None:
    """Start a virtual plant, the service and the agents, and tell one whole loop in plain words with figures."""
    import json
    import sys
    import time

    from service.demo.stage import Script, play, tell

    started = time.monotonic()

    def say(heading: str, sentence: str) -> None:
        if as_json:
            line = {"at_wall_s": round(time.monotonic() - started, 1), "what": heading, "text": sentence}
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            tell(heading, sentence, started=started)

    raise typer.Exit(play(Script(seed=seed, brain=brain.value, once=once, directory=data), say))

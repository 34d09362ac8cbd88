"""How a command ends that a Ctrl-C has cut short: its result is told, and its exit code says that it is not whole."""

from typing import TYPE_CHECKING

import typer

from service.cli.output import err

if TYPE_CHECKING:
    from twin.compare import Comparison
    from twin.simulate import SimulationResult

INTERRUPTED = 130


def end_partial(result: "SimulationResult | Comparison") -> None:
    """End with code 130 where a result is partial.

    Raises:
        typer.Exit: it is.
    """
    if result.partial:
        err.print(
            f"interrupted: the result is that of the first {result.replications} of {result.planned} replications",
            soft_wrap=True,
        )
        raise typer.Exit(INTERRUPTED)

"""How a person proves anew who he is on the command line: asked for without echo, or from the environment."""

from typing import Annotated

import typer

PassphraseOption = Annotated[
    str | None,
    typer.Option(
        "--passphrase", envvar="JAYUL_PASSPHRASE", help="Proves who you are; asked for when needed.", show_envvar=True
    ),
]


def passphrase(given: str | None) -> str:
    """The passphrase as given, else asked for."""
    return given if given is not None else str(typer.prompt("Passphrase", hide_input=True, err=True))

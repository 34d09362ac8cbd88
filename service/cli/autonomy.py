"""`jayul autonomy`: how far Jayul may go on the line, shown or set."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ledger.policy import Autonomy
from service.cli.audit import DataOption
from service.cli.output import Json, present
from service.cli.passphrase import PassphraseOption, passphrase

LevelArgument = Annotated[Autonomy | None, typer.Argument(help="What to set; shown when left out.")]


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command()(autonomy)


def autonomy(
    level: LevelArgument = None,
    reason: Annotated[str, typer.Option(help="Why; kept in the record.")] = "",
    data: DataOption = Path("data"),
    given: PassphraseOption = None,
    as_json: Json = False,
) -> None:
    """Show or set how far Jayul may go: observe, advise, approve, bounded_auto. Doing more asks for your passphrase."""
    from service.cli.client import Client

    client = Client(data)
    now = client.get("/api/autonomy")
    if level is not None:
        if not reason:
            raise typer.BadParameter("say why with --reason", param_hint="--reason")
        body: dict[str, object] = {"level": level.value, "reason": reason}
        if list(Autonomy).index(level) > list(Autonomy).index(Autonomy(now["level"])):
            body["passphrase"] = passphrase(given)
        now = client.post("/api/autonomy", body)

    def draw(console: Console) -> None:
        console.print(f"{now['level']}: {_MEANING[Autonomy(now['level'])]}", soft_wrap=True)

    present(now, as_json, draw)


_MEANING = {
    Autonomy.OBSERVE: "agents look and hand in nothing",
    Autonomy.ADVISE: "proposals are shown, nothing is written",
    Autonomy.APPROVE: "what people approve is written",
    Autonomy.BOUNDED_AUTO: "what people approve is written, and what a standing authorisation covers",
}

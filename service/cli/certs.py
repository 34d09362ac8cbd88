"""`jayul certs create|list|trust|distrust`: who we are to OPC UA servers, and which of them we trust."""

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from service.cli.output import Json, present, table

if TYPE_CHECKING:
    from connectors.opcua.certificates import KnownCertificate

Certs = Annotated[Path, typer.Option("--certs", help="Folder of certificates; that of the service is data/certs.")]
DEFAULT_CERTS = Path("data/certs")

group = typer.Typer(help="Certificates of OPC UA: our own, and those that are trusted.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.add_typer(group, name="certs")


@group.command()
def create(
    certs: Certs = DEFAULT_CERTS,
    host: Annotated[list[str] | None, typer.Option("--host", help="Name or address of this machine.")] = None,
    days: Annotated[int, typer.Option(min=1, max=7300, help="How long it is valid.")] = 1825,
    replace: Annotated[bool, typer.Option("--replace", help="Make a new one although there is one.")] = False,
    as_json: Json = False,
) -> None:
    """Make our own certificate and its key; servers that should let Jayul in must trust it."""
    from connectors.opcua.certificates import CertificateStore

    store = CertificateStore(certs)
    made = store.create(hosts=tuple(host or [socket.gethostname()]), days=days, replace=replace)

    def draw(console: Console) -> None:
        console.print(f"made {store.own_certificate}", soft_wrap=True)
        console.print(f"application {made.application_uri}, valid until {made.not_after:%Y-%m-%d}", soft_wrap=True)
        console.print(f"SHA-256 {made.thumbprint}", soft_wrap=True)
        console.print("Let the server trust this file; its key stays here.", soft_wrap=True)

    present(made.model_dump(mode="json"), as_json, draw)


@group.command("list")
def list_certificates(certs: Certs = DEFAULT_CERTS, as_json: Json = False) -> None:
    """List certificates: own, trusted, and those that were met and wait for consent."""
    from connectors.opcua.certificates import CertificateStore

    known = CertificateStore(certs).all()

    def draw(console: Console) -> None:
        if not known:
            console.print(f"no certificates in {certs}; make our own with: jayul certs create", soft_wrap=True)
            return
        rows = [
            [k.standing, k.thumbprint[:16], f"{k.not_after:%Y-%m-%d}", ", ".join(k.hosts), k.subject] for k in known
        ]
        console.print(table(["standing", "SHA-256", "until", "hosts", "subject"], rows))

    present([k.model_dump(mode="json") for k in known], as_json, draw)


@group.command()
def trust(
    which: Annotated[str, typer.Argument(help="Thumbprint (or its beginning) of a waiting certificate, or a file.")],
    certs: Certs = DEFAULT_CERTS,
    as_json: Json = False,
) -> None:
    """Trust a server, or an issuer whose servers are all trusted."""
    from connectors.opcua.certificates import CertificateStore

    _tell("trusted", CertificateStore(certs).trust(which), as_json)


@group.command()
def distrust(
    which: Annotated[str, typer.Argument(help="Thumbprint (or its beginning) of a trusted certificate.")],
    certs: Certs = DEFAULT_CERTS,
    as_json: Json = False,
) -> None:
    """Take trust back; sessions that are open stay open until they reconnect."""
    from connectors.opcua.certificates import CertificateStore

    _tell("no longer trusted", CertificateStore(certs).distrust(which), as_json)


def _tell(what: str, known: "KnownCertificate", as_json: bool) -> None:
    def draw(console: Console) -> None:
        console.print(f"{what}: {known.subject}", soft_wrap=True)
        console.print(f"SHA-256 {known.thumbprint}, valid until {known.not_after:%Y-%m-%d}", soft_wrap=True)

    present(known.model_dump(mode="json"), as_json, draw)

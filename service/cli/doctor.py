"""`jayul doctor`: whether this installation can do its work, one line for each thing that may be wrong."""

import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from plants.errors import JayulError, RunFailed
from service.cli.output import Json, present, table

_LEAST_FREE_BYTES = 1_000_000_000
_SOON = timedelta(days=60)
_EXTRAS = {"numba": "compiled engine", "matplotlib": "plots"}


@dataclass(frozen=True)
class Diagnosis:
    """One thing that was looked at."""

    what: str
    state: str
    """ok, note or wrong."""
    told: str


def register(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command()(doctor)


def doctor(
    plant: Annotated[str | None, typer.Option(metavar="PLANT", help="Also look at this plant file.")] = None,
    data: Annotated[Path, typer.Option(help="Data folder of the service.")] = Path("data"),
    port: Annotated[int, typer.Option(help="Port of the API.")] = 8470,
    as_json: Json = False,
) -> None:
    """See whether Python, rooms, disk, certificates, port and plant file are as they should be."""
    found = [_looked(what, look) for what, look in _looks(plant, data, port)]

    def draw(console: Console) -> None:
        console.print(table(["what", "", "found"], ([d.what, d.state, d.told] for d in found)))

    present([asdict(d) for d in found], as_json, draw)
    wrong = [d.what for d in found if d.state == "wrong"]
    if wrong:
        raise RunFailed(f"not as it should be: {', '.join(wrong)}")


Look = Callable[[], tuple[str, str]]


def _looks(plant: str | None, data: Path, port: int) -> Iterator[tuple[str, Look]]:
    yield "python", _python
    yield "rooms", _rooms
    yield "extras", _extras
    yield "data folder", lambda: _folder(data)
    yield "certificates", lambda: _certificates(data / "certs")
    yield "port", lambda: _port(port)
    if plant is not None:
        yield "plant", lambda: _plant(plant)


def _looked(what: str, look: Look) -> Diagnosis:
    try:
        return Diagnosis(what, *look())
    except JayulError as fault:
        return Diagnosis(what, "wrong", fault.message)


def _python() -> tuple[str, str]:
    version = ".".join(map(str, sys.version_info[:3]))
    return ("ok", version) if sys.version_info >= (3, 11) else ("wrong", f"{version}; 3.11 or newer is needed")


def _rooms() -> tuple[str, str]:
    from service.guard import ROOMS, check_rooms

    check_rooms()
    return "ok", f"{len(ROOMS)} rooms, each from this installation"


def _extras() -> tuple[str, str]:
    missing = [f"{name} ({what})" for name, what in _EXTRAS.items() if importlib.util.find_spec(name) is None]
    return ("note", f"not installed: {', '.join(missing)}") if missing else ("ok", "all installed")


def _folder(data: Path) -> tuple[str, str]:
    existing = next(path for path in (data, *data.absolute().parents) if path.exists())
    if not os.access(existing, os.W_OK):
        return "wrong", f"{existing} may not be written; give another folder with --data, or the right to write there"
    free = shutil.disk_usage(existing).free
    if free < _LEAST_FREE_BYTES:
        return "wrong", f"only {free / 1e9:.1f} GB are free; the ledger stops writing to equipment on a full disk"
    return "ok", f"{data} can be written, {free / 1e9:.0f} GB are free"


def _certificates(folder: Path) -> tuple[str, str]:
    from connectors.opcua.certificates import CertificateStore, Standing

    known = CertificateStore(folder).all()
    if not any(k.standing is Standing.OWN for k in known):
        return "note", "none of our own; an encrypted channel needs one: jayul certs create"
    late = [k for k in known if k.not_after - datetime.now(UTC) < _SOON and k.standing is not Standing.WAITING]
    if late:
        return "wrong", "; ".join(f"{k.subject} ends on {k.not_after:%Y-%m-%d}" for k in late)
    waiting = sum(k.standing is Standing.WAITING for k in known)
    if waiting:
        return "note", f"{waiting} wait for consent: jayul certs list"
    return "ok", f"our own and {sum(k.standing is Standing.TRUSTED for k in known)} trusted"


def _port(port: int) -> tuple[str, str]:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as fault:
            return "note", f"127.0.0.1:{port} is taken ({fault.strerror}): a service runs, or give another port"
    return "ok", f"127.0.0.1:{port} is free"


def _plant(plant: str) -> tuple[str, str]:
    from plants.loader.load import load_plant

    loaded = load_plant(plant)
    if loaded.opcua is None:
        return "note", f"{loaded.plant} is valid, and says nowhere how it is reached (section opcua)"
    return "ok", f"{loaded.plant} is valid; reached at {loaded.opcua.endpoint}, policy {loaded.opcua.policy}"

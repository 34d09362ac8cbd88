"""The stage of the demo: starts a virtual plant and the service as processes, narrates, and ends them all together.

The demo's operator is a standing authorisation in the ledger, given by the service at its start because it was asked to
(`standing_after_wall_s`): it approves a better verdict by itself after ten seconds unless a person decides first.
"""

import shutil
import signal
import socket
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.audit import AuditRow
from plants.errors import LinkDown, RunFailed
from plants.flow.outcome import Outcome
from plants.flow.proposal import Proposal, Status
from service.cli.client import Client, address_of
from service.demo.children import Child, Children
from service.demo.narrator import Narrator, Say
from service.settings import Settings

SPEED = 200.0
"""Plant seconds per wall second."""
APPROVE_AFTER_WALL_S = 10.0
HORIZON_S = 5400.0
"""Plant seconds that the demo's proposals are judged over: decision, settling and watch window, and a little more."""
OBSERVE_S = 900.0
"""Plant seconds the agents watch before they speak."""
START_WALL_S = 60.0
LOOP_WALL_S = 240.0
"""`--once` gives up after this."""
POLL_WALL_S = 0.25
RESTART_WALL_S = 3.0


@dataclass(frozen=True)
class Script:
    """What the demo is asked to do."""

    seed: int
    brain: str
    once: bool
    directory: Path | None = None


def play(script: Script, say: Say) -> int:
    """Run the demo until Ctrl-C, or until one loop has ended with `once`.

    Returns:
        0 when the loop ended as it should (verified, or rolled back by the rules), else 1.

    Raises:
        RunFailed: a process did not start, or no loop ended in time.
    """
    with _folder(script) as folder, Children() as children, _sigterm_as_interrupt():
        endpoint = f"opc.tcp://127.0.0.1:{_free_port()}"
        plant = children.start(_virtual_plant(script, endpoint, folder))
        plant.wait_for("ready", START_WALL_S)
        say(
            "plant",
            f"a virtual bottling line runs at {endpoint}, {SPEED:.0f} plant seconds a second (seed {script.seed})",
        )
        service = children.start(_service(script, endpoint, folder))
        service.wait_for("Jayul serves", START_WALL_S)
        say("service", f"mirror, twin, agents ({script.brain}), ledger and API run at {address_of(folder)}")
        say("", f"look around: jayul proposals list --data {folder}")
        return _narrate(script, say, Client(folder), plant, service)


def _narrate(script: Script, say: Say, client: Client, plant: Child, service: Child) -> int:
    narrator = Narrator(say, APPROVE_AFTER_WALL_S)
    until = time.monotonic() + LOOP_WALL_S
    while True:
        if service.exit_code is not None:
            raise RunFailed(f"The service ended with code {service.exit_code}; its log is {service.log}.")
        _revive(plant, say)
        _watch(client, narrator)
        if script.once and narrator.ended:
            return 0 if narrator.ended[0].status in {Status.VERIFIED, Status.ROLLED_BACK} else 1
        if script.once and time.monotonic() > until:
            raise RunFailed(f"No loop ended within {LOOP_WALL_S:.0f} s; the service's log is {service.log}.")
        time.sleep(POLL_WALL_S)


def _watch(client: Client, narrator: Narrator) -> None:
    try:
        narrator.line(client.get("/api/line"))
        ended = {o["proposal_id"]: Outcome.model_validate(o) for o in client.get("/api/outcomes")}
        for found in reversed(client.get("/api/proposals")):
            proposal = Proposal.model_validate(found)
            rows = [AuditRow.model_validate(row) for row in client.get("/api/events", proposal_id=proposal.id)]
            narrator.proposal(proposal, rows, ended.get(proposal.id))
    except LinkDown:
        pass  # the service is busy or ending; `_narrate` looks at its exit code


def _revive(plant: Child, say: Say) -> None:
    """Start the virtual plant again when somebody has killed it."""
    if plant.exit_code is None:
        return
    say(
        "plant",
        f"the virtual plant has stopped (code {plant.exit_code}); it is started again in {RESTART_WALL_S:.0f} s",
    )
    time.sleep(RESTART_WALL_S)
    plant.start()


def _virtual_plant(script: Script, endpoint: str, folder: Path) -> Child:
    arguments = ["service", "virtual-plant", "bottling", "--endpoint", endpoint, "--speed", f"{SPEED:g}"]
    return Child(
        "virtual plant", [*arguments, "--seed", str(script.seed), "--script", "demo"], folder / "virtual-plant.log"
    )


def service_settings(brain: str, seed: int) -> Settings:
    """Settings of the demo's service; the accelerated loop uses the same."""
    return Settings(
        plant="bottling",
        brain=brain,
        seed=seed,
        horizon_s=HORIZON_S,
        observe_s=OBSERVE_S,
        decision_delay_s=(APPROVE_AFTER_WALL_S + 1) * SPEED,
        standing_after_wall_s=APPROVE_AFTER_WALL_S,
    )


def _service(script: Script, endpoint: str, folder: Path) -> Child:
    settings = service_settings(script.brain, script.seed)
    told = settings.model_dump(
        mode="json", include={"seed", "horizon_s", "observe_s", "decision_delay_s", "standing_after_wall_s"}
    )
    environment = {f"JAYUL_{name.upper()}": str(value) for name, value in told.items()}
    arguments = [
        "service",
        "serve",
        "--plant",
        "bottling",
        "--data",
        str(folder),
        "--endpoint",
        endpoint,
        "--port",
        "0",
    ]
    return Child("service", [*arguments, "--brain", script.brain], folder / "service.log", environment)


@contextmanager
def _folder(script: Script) -> Iterator[Path]:
    if script.directory is not None:
        script.directory.mkdir(parents=True, exist_ok=True)
        yield script.directory
        return
    with tempfile.TemporaryDirectory(prefix="jayul-demo-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def _sigterm_as_interrupt() -> Iterator[None]:
    """End on SIGTERM as on Ctrl-C, so that no child is left behind."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def tell(heading: str, sentence: str, *, started: float) -> None:
    """Print one sentence with the wall seconds since the start."""
    first = f"{time.monotonic() - started:6.1f} s  {heading:<13} "
    width = max(60, min(shutil.get_terminal_size((100, 24)).columns, 120))
    sys.stdout.write(textwrap.fill(sentence, width, initial_indent=first, subsequent_indent=" " * len(first)) + "\n")
    sys.stdout.flush()

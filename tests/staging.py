"""A real virtual plant and a real service, as processes of their own, and the command line as a user runs it."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service.cli.client import Client, address_of
from service.demo.children import Child, Children
from service.demo.stage import service_settings

START_WALL_S = 60.0
SPEED = 500.0
"""Plant seconds a wall second: faster than the demo, so that a watch window takes five seconds."""


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(what: Callable[[], Any], wall_s: float, told: str) -> Any:  # noqa: ANN401 - whatever is waited for
    """Wait until `what()` is truthy and return it; fail with `told` after `wall_s`."""
    end = time.monotonic() + wall_s
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.1)
    pytest.fail(f"{told} within {wall_s:g} s")


@dataclass
class Stage:
    """Processes of one test, ended with it."""

    folder: Path
    children: Children
    endpoint: str

    def plant(self, *, speed: float = SPEED, seed: int = 1, script: str = "demo") -> Child:
        """Start the virtual plant."""
        arguments = ["service", "virtual-plant", "bottling", "--endpoint", self.endpoint, "--speed", f"{speed:g}"]
        child = Child("virtual plant", [*arguments, "--seed", str(seed), "--script", script], self.folder / "plant.log")
        self.children.start(child)
        child.wait_for("ready", START_WALL_S)
        return child

    def service(self, *, standing: bool = False, brain: str = "solver", **environment: str) -> Child:
        """Start the service with the demo's settings; wait until its API answers."""
        told = service_settings(brain, 1).model_dump(mode="json", include={"horizon_s", "observe_s"})
        told |= {"decision_delay_s": 2 * SPEED, "replications": 12, "workers": 1}
        variables = {f"JAYUL_{name.upper()}": str(value) for name, value in told.items()} | environment
        if standing:
            variables["JAYUL_STANDING_AFTER_WALL_S"] = "1"
        arguments = ["service", "serve", "--plant", "bottling", "--data", str(self.folder / "data"), "--port", "0"]
        log = self.folder / f"service-{time.monotonic_ns()}.log"
        child = Child("service", [*arguments, "--endpoint", self.endpoint, "--brain", brain], log, variables)
        self.children.start(child)
        child.wait_for("Jayul serves", START_WALL_S)
        return child

    @property
    def client(self) -> Client:
        """A client of the running service."""
        return Client(self.folder / "data")

    @property
    def address(self) -> str:
        """Where the API listens."""
        return address_of(self.folder / "data")

    def first_proposal(self, status: str, wall_s: float = 60.0) -> dict[str, Any]:
        """The first proposal, once it has the status."""

        def found() -> dict[str, Any] | None:
            rows = self.client.get("/api/proposals")
            return rows[-1] if rows and rows[-1]["status"] == status else None

        row: dict[str, Any] = until(found, wall_s, f"no proposal became {status}")
        return row


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        """Its stdout as JSON."""
        return json.loads(self.out)


def jayul(*arguments: str, wall_s: float = 100.0, cwd: Path | None = None, **environment: str) -> Ran:
    """Run the command line as a user would."""
    run = subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        capture_output=True,
        text=True,
        timeout=wall_s,
        check=False,
        cwd=cwd,
        env={**os.environ, **environment},
    )
    return Ran(run.returncode, run.stdout, run.stderr)

"""The processes of the demo: started in their own sessions, ended together, whatever happens to the narrator."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from plants.errors import RunFailed

GRACE_WALL_S = 8.0
POLL_WALL_S = 0.05


class Child:
    """One process with its log file."""

    def __init__(
        self, name: str, arguments: Sequence[str], log: Path, environment: dict[str, str] | None = None
    ) -> None:
        self.name = name
        self.log = log
        self._arguments = [sys.executable, "-m", *arguments]
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it (again)."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own modules
                self._arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                start_new_session=True,
            )

    @property
    def exit_code(self) -> int | None:
        """Its exit code, or None while it runs."""
        return None if self._process is None else self._process.poll()

    @property
    def pid(self) -> int:
        """Its process id; 0 before the start."""
        return 0 if self._process is None else self._process.pid

    def wait_for(self, text: str, deadline_wall_s: float) -> None:
        """Wait until its log holds `text`.

        Raises:
            RunFailed: it ended or took too long; the end of its log is in the message.
        """
        until = time.monotonic() + deadline_wall_s
        while text not in self.log.read_text(encoding="utf-8", errors="replace"):
            if self.exit_code is not None or time.monotonic() > until:
                state = "took too long to start" if self.exit_code is None else f"ended with code {self.exit_code}"
                raise RunFailed(f"The {self.name} {state}. The end of its log ({self.log}):\n{self._tail()}")
            time.sleep(POLL_WALL_S)

    def _tail(self) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:])

    def ask_to_end(self) -> None:
        """SIGTERM, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Wait a little, then SIGKILL the whole session."""
        if self._process is None:
            return
        try:
            self._process.wait(GRACE_WALL_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class Children:
    """All processes of the demo; leaving the block ends them in reverse order of their start."""

    def __init__(self) -> None:
        self._all: list[Child] = []

    def start(self, child: Child) -> Child:
        """Start a process that ends with the block."""
        self._all.append(child)
        child.start()
        return child

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in reversed(self._all):
            child.ask_to_end()
        for child in reversed(self._all):
            child.end()

"""node-opcua as a process: a server of another make, with the machines of a plant of ours behind it.

What is served and what a write does is decided here, by the same `Equipment` as behind the virtual plant; the wire, the
types, the sessions and the encryption are node-opcua's. Installed from its lock on first use.
"""

import fcntl
import json
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.opcua import CertificateStore
from plants.flow.sample import Quality, Value
from plants.model.plant import Plant
from plants.model.tags import tags_of
from tests.staging import free_port
from virtual.equipment import Equipment, Refusal, WriteRefused
from virtual.script import NO_SCRIPT, AccessDenied, BadQuality, FrozenTag, Script

FOLDER = Path(__file__).parent
USERS = {
    "reader": {"password": "practice", "role": "Observer"},
    "writer": {"password": "practice", "role": "Operator"},
}
_START_WALL_S = 60.0
_STATUS = {Quality.GOOD: "Good", Quality.UNCERTAIN: "UncertainLastUsableValue", Quality.BAD: "BadSensorFailure"}
_REFUSALS = {
    Refusal.NOT_WRITABLE: "BadNotWritable",
    Refusal.WRONG_TYPE: "BadTypeMismatch",
    Refusal.OUT_OF_RANGE: "BadOutOfRange",
    Refusal.LOCAL: "BadInvalidState",
}


def installed() -> Path:
    """The folder with node-opcua in it; installed from the lock by whoever comes first."""
    with (FOLDER / ".installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = FOLDER / "node_modules" / ".package-lock.json"
        if not done.exists() or done.stat().st_mtime < (FOLDER / "package-lock.json").stat().st_mtime:
            command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
            subprocess.run(command, cwd=FOLDER, check=True, timeout=300)
            done.touch()
    return FOLDER


def served_tags(plant: Plant, values: Mapping[str, Value]) -> list[dict[str, Any]]:
    """A plant's tags as the server wants them described."""
    return [
        {
            "alias": tag.alias,
            "path": list(tag.path),
            "type": tag.data_type.removesuffix("[]"),
            "array": tag.data_type.endswith("[]"),
            "writable": tag.writable,
            "value": values[tag.alias],
        }
        for tag in tags_of(plant)
    ]


@dataclass
class NodeServer:
    """One server process for as many tests as like to share it."""

    folder: Path
    plant: Plant
    tags: list[dict[str, Any]]
    methods: list[dict[str, Any]] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    every: bool = True
    """Whether it tells every change; otherwise it folds those of 50 ms into one, as it does of itself."""
    namespaces: tuple[str, ...] = ("urn:other:one", "urn:other:two")
    port: int = field(default_factory=free_port)
    on_write: Callable[[str, Value], tuple[str, Value | None]] = field(default=lambda *_: ("BadNotSupported", None))
    """What becomes of a write: status name, and the value held when it was taken."""
    on_call: Callable[[str, list[Any]], str] = field(default=lambda *_: "BadNotSupported")
    """What becomes of a method call: status name."""
    said: list[dict[str, Any]] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"opc.tcp://127.0.0.1:{self.port}"

    @property
    def certificates(self) -> CertificateStore:
        """Its certificate, and the clients it trusts."""
        return CertificateStore(self.folder / "certs")

    def start(self) -> None:
        """Start it and wait until it accepts."""
        store = self.certificates
        made = store.all() or (store.create(name="Peer", hosts=("127.0.0.1",)),)
        place = self.plant.opcua
        assert place is not None
        description = {
            "port": self.port,
            "pki": str(self.folder / "pki"),
            "certificate": str(store.own_certificate),
            "key": str(store.own_key),
            "trusted": [str(store.folder / known.file) for known in made if known.standing == "trusted"],
            "applicationUri": made[0].application_uri,
            "users": USERS,
            "namespaces": self.namespaces,
            "uri": place.namespace_uri,
            "root": place.root,
            "tags": self.tags,
            "methods": self.methods,
            "limits": self.limits,
            "every": self.every,
        }
        self._log = (self.folder / "server.log").open("ab")
        self._process = subprocess.Popen(
            ["node", str(installed() / "server.js")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self._ready = threading.Event()
        self._streamed = threading.Event()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        self.tell(description)
        assert self._ready.wait(_START_WALL_S), (self.folder / "server.log").read_text(encoding="utf-8")

    def end(self) -> None:
        """SIGKILL, as a power cut would."""
        self._process.kill()
        self._process.wait(10)
        self._reader.join(10)
        for pipe in (self._process.stdin, self._process.stdout, self._log):
            assert pipe is not None
            pipe.close()

    def pause(self) -> None:
        """SIGSTOP: the process stands still, its sockets stay open."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._process.send_signal(signal.SIGCONT)

    def put(self, values: Sequence[tuple[str, Any, str, float | None]]) -> None:
        """Show values: alias, value, status name, source time in milliseconds since 1970 (None: now)."""
        self.tell({"set": values})

    def stream(self, aliases: list[str], rate: int, total: int) -> None:
        """Change tags in turn, so many times a second, until it was so many in all."""
        self._streamed.clear()
        self.tell({"stream": {"aliases": aliases, "rate": rate, "total": total}})

    def streamed(self, wall_s: float) -> bool:
        """Wait for the end of `stream`; whether it came."""
        return self._streamed.wait(wall_s)

    def tell(self, what: Mapping[str, Any]) -> None:
        """One line to the process."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                self._hear(json.loads(line))

    def _hear(self, said: dict[str, Any]) -> None:
        self.said.append(said)
        if "ready" in said:
            self._ready.set()
        elif "streamed" in said:
            self._streamed.set()
        elif "write" in said:
            value = tuple(said["value"]) if said["array"] else said["value"][0]
            status, held = self.on_write(said["write"], value)
            self.tell({"answer": said["id"], "status": status} | ({} if held is None else {"held": held}))
        elif "call" in said:
            self.tell({"answer": said["id"], "status": self.on_call(said["call"], said["value"])})


class Machines:
    """A plant's machines behind a `NodeServer`: shows what they show, and lets them judge each write."""

    def __init__(self, server: NodeServer, equipment: Equipment, script: Script = NO_SCRIPT) -> None:
        self._server = server
        self._equipment = equipment
        self._script = script
        self._shown: dict[str, tuple[Value, Quality]] = {}
        self._times: dict[str, float] = {}
        self._turn = threading.Lock()
        server.on_write = self.write

    def show(self, clock_ms: float) -> None:
        """Put what has changed since the last call on the server's nodes."""
        with self._turn:
            changed = [
                row for alias, value in self._equipment.values().items() if (row := self._row(alias, value, clock_ms))
            ]
        if changed:
            self._server.put(changed)

    def write(self, alias: str, value: Value) -> tuple[str, Value | None]:
        """A client's write, judged by the machine."""
        with self._turn:
            if self._script.acting(AccessDenied, alias, self._equipment.shown_s):
                return "BadUserAccessDenied", None
            try:
                held = self._equipment.write(alias, value)
            except WriteRefused as refused:
                return _REFUSALS[refused.refusal], None
            self._shown.pop(alias, None)
            return "Good", held

    def _row(self, alias: str, value: Value, clock_ms: float) -> tuple[str, Any, str, float] | None:
        shown_s = self._equipment.shown_s
        bad = self._script.acting(BadQuality, alias, shown_s)
        quality = bad.quality if bad is not None else Quality.GOOD
        frozen = self._script.acting(FrozenTag, alias, shown_s)
        if self._shown.get(alias) == (value, quality) or (frozen is not None and not frozen.only_time):
            return None
        self._shown[alias] = (value, quality)
        if frozen is None:
            self._times[alias] = clock_ms
        return alias, value, _STATUS[quality], self._times[alias]

"""docs/connect-a-plant.md, followed literally against a server of another make: from zero to a live mirror."""

import re
import shlex
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from connectors.opcua import CertificateStore
from plants.loader.load import load_plant
from plants.model.connection import OpcUa
from plants.model.plant import Plant
from service.cli.app import run
from service.cli.client import address_of
from service.demo.children import Child, Children
from tests.peers.peer import NodeServer
from tests.staging import until

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "connect-a-plant.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "plant-file.md").read_text(encoding="utf-8"), re.DOTALL)[0]
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.strip().splitlines()]
BY_HAND = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0])

NODES: tuple[tuple[str, str, Any, bool], ...] = (
    ("FolderUnit/Status/Fault", "Boolean", False, False),
    ("FolderUnit/Status/StopCode", "Int16", 0, False),
    ("FolderUnit/Data/PartCounter", "UInt16", 65_530, False),
    ("FolderUnit/Data/RejectCount", "UInt16", 0, False),
    ("FolderUnit/Data/ActivePower", "Float", 5.5, False),
    ("FolderUnit/Setpoints/Speed", "Float", 90.0, True),
    ("FolderUnit/Actual/Speed", "Float", 90.0, False),
    ("TaperUnit/Data/PartCounter", "UInt32", 7, False),
    ("Belt/FillLevel", "Int16", 3, False),
)


class Site:
    """A folder with a plant file, and a machine whose counters run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        without = EXAMPLE[: EXAMPLE.index("\nopcua:")] + "\n"
        (folder / "boxes.yaml").write_text(without, encoding="utf-8")
        plant = load_plant(folder / "boxes.yaml")
        place = OpcUa(endpoint="opc.tcp://127.0.0.1:1", namespace_uri="urn:maker:plc", root="Line2")
        self.server = NodeServer(folder / "machine", plant.model_copy(update={"opcua": place}), _tags())
        (folder / "machine").mkdir()
        self.made = 0
        self._ended = threading.Event()
        self._counting = threading.Thread(target=self._count)

    def start(self) -> None:
        """Start the machine, and let it count a piece of each kind twice a second."""
        self.server.start()
        self._counting.start()

    def trust_us(self) -> None:
        """What the machine's own tool does when somebody trusts our certificate there."""
        self._pause(lambda: self.server.certificates.trust(str(self.folder / "data/certs/own/jayul.der")))

    def end(self) -> None:
        """End everything."""
        self._ended.set()
        self._counting.join()
        self.server.end()

    def _pause(self, meanwhile: Any) -> None:  # noqa: ANN401 - something to do
        with self._lock:
            self.server.end()
            meanwhile()
            self.server.start()

    _lock = threading.Lock()

    def _count(self) -> None:
        while not self._ended.wait(0.5):
            self.made += 1
            with self._lock:
                self.server.put(
                    [
                        ("FolderUnit/Data/PartCounter", (65_530 + self.made) % 65_536, "Good", time.time() * 1000),
                        ("TaperUnit/Data/PartCounter", 7 + self.made, "Good", time.time() * 1000),
                    ]
                )


def _tags() -> list[dict[str, Any]]:
    return [
        {"alias": path, "path": path.split("/"), "type": type_, "array": False, "writable": writable, "value": value}
        for path, type_, value, writable in NODES
    ]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A machine that nobody has talked to yet."""
    site = Site(tmp_path)
    site.start()
    yield site
    site.end()


Typed = Callable[[str], str]


@pytest.fixture
def typed(site: Site, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Typed:
    """Types a command of the page in the site's folder; its exit code must be the page's. Returns what it says."""
    monkeypatch.chdir(site.folder)

    def type_(command: str) -> str:
        expected = int(found[1]) if (found := re.search(r"# exit code (\d)", command)) else 0
        waiting = [known.thumbprint[:12] for known in CertificateStore(site.folder / "data/certs").all()]
        line = command.split("  #", maxsplit=1)[0].replace("opc.tcp://127.0.0.1:4840", site.server.endpoint)
        line = line.replace("THUMBPRINT", waiting[-1] if waiting else "-")
        capfd.readouterr()
        words = shlex.split(line)
        code = run(words[1:]) if words[0] == "jayul" else subprocess.run(["bash", "-ec", line], check=False).returncode
        said = "".join(capfd.readouterr())
        assert code == expected, f"{line}\n{said}"
        return said

    return type_


def edit_by_hand(file: Path) -> None:
    """Add the page's lines to the plant file, each section to the one that is there."""
    described = yaml.safe_load(file.read_text(encoding="utf-8"))
    for tag in described["tags"]:
        if tag["alias"] == "folder.processed":
            tag["rolls_over_at"] = 65_536
    described["opcua"] |= BY_HAND["opcua"]
    described["tags"] += BY_HAND["tags"]
    described["state_rules"] = BY_HAND["state_rules"]
    file.write_text(yaml.safe_dump(described, allow_unicode=True, sort_keys=False), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_page_leads_from_zero_to_a_live_mirror(site: Site, typed: Typed) -> None:
    """Every command in its order; then the mirror is good, its states are derived, its counter has rolled over."""
    said: dict[str, str] = {}
    serve = next(c for c in COMMANDS if c.startswith("jayul serve"))
    before, after = COMMANDS[: COMMANDS.index(serve)], COMMANDS[COMMANDS.index(serve) + 1 :]

    for command in before:
        said[command] = typed(command)
        if command.startswith("jayul certs create"):
            site.trust_us()
        if command.startswith("cat mapping"):
            edit_by_hand(site.folder / "boxes.yaml")
    with Children() as children:
        line = live(site, children)
        for command in after:
            said[command] = typed(command)

    assert "FolderUnit" in said[next(c for c in before if "browse" in c)]
    assert "wait" in said[before[0]] or "certificates" in said[before[0]]
    assert "folder.processed" in said["jayul history list"]
    states = {s["id"]: s["condition"] for s in line["stations"]}
    assert states == {"folder": "executing", "taper": "executing"}
    assert line["stale"] == []
    export = (site.folder / "boxes.csv").read_text(encoding="utf-8-sig")
    counted = [int(row.split(",")[6]) for row in export.splitlines() if ",folder.processed," in row]
    rolled = [count for count in counted if count >= 65_530]
    assert rolled == sorted(rolled)
    assert rolled[-1] > 65_536


def live(site: Site, children: Children) -> dict[str, Any]:
    """Serve the plant until the mirror is good; returns the line as the API shows it."""
    data = site.folder / "data"
    arguments = ["service", "serve", "--plant", str(site.folder / "boxes.yaml"), "--data", str(data), "--port", "0"]
    child = Child("service", arguments, site.folder / "service.log")
    children.start(child)
    child.wait_for("Jayul serves", 60)
    site.made = 0  # the counter is about to roll over
    token = (data / "token").read_text(encoding="utf-8").strip()
    headers = {"Authorization": f"Bearer {token}"}

    def good() -> dict[str, Any] | None:
        answer = httpx.get(f"{address_of(data)}/api/line", headers=headers).json()
        rolled = site.made > 10
        executing = rolled and all(s["condition"] == "executing" for s in answer["stations"])
        return answer if answer["trustworthy"] and executing else None

    line: dict[str, Any] = until(
        good, 60, f"the mirror is not good: {(site.folder / 'service.log').read_text()[-2000:]}"
    )
    return line


def test_the_plant_of_the_page_is_the_example_of_the_plant_file() -> None:
    """What the page starts from is what docs/plant-file.md shows."""
    assert isinstance(Plant.model_fields["state_rules"].default, tuple)
    assert "\nopcua:" in EXAMPLE
    assert set(BY_HAND) == {"opcua", "tags", "state_rules"}

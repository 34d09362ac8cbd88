"""Replications on a Dask cluster: a scheduler and workers as processes on loopback, one of them killed in mid-run."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from plants.errors import RunFailed
from plants.loader.load import load_plant
from service.cli.app import run as run_command
from tests.staging import until
from twin import simulate
from twin.cluster import ClusterUnreachable, cluster

distributed: Any = pytest.importorskip("distributed")
OPTIONS = ["--host", "127.0.0.1", "--no-dashboard"]
QUESTION = ["simulate", "bottling", "--horizon", "20m", "--replications", "3", "--engine", "simpy", "--json"]
pytestmark = pytest.mark.timeout(300)


class Cluster:
    """A scheduler and workers of one thread each, ended with the test."""

    def __init__(self, folder: Path, processes: ExitStack) -> None:
        self._folder, self._processes = folder, processes
        told = folder / "scheduler.json"
        self._start("dask_scheduler", "--port", "0", "--scheduler-file", str(told))
        self.address: str = json.loads(until(lambda: _whole(told), 90, "no scheduler"))["address"]

    def workers(self, number: int) -> list["subprocess.Popen[bytes]"]:
        """Start so many, and wait until the scheduler has them."""
        made = [self._start("dask_worker", self.address, "--no-nanny", "--nthreads", "1") for _ in range(number)]
        with distributed.Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(number, timeout=120)
        return made

    def _start(self, module: str, *arguments: str) -> "subprocess.Popen[bytes]":
        log = self._processes.enter_context((self._folder / f"{module}.log").open("ab"))
        command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, *OPTIONS]
        child = subprocess.Popen(command, stdout=log, stderr=log, cwd=Path(__file__).parents[3])
        self._processes.callback(child.wait)
        self._processes.callback(child.kill)
        return child


def _whole(path: Path) -> str:
    """What is in a file, once it is whole."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return text if text.rstrip().endswith("}") else ""


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers."""
    with ExitStack() as processes:
        yield Cluster(tmp_path, processes)


def test_a_worker_killed_in_mid_run_changes_nothing(started: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    """The batches that it had are made again by the other; the result is that of this process, to the last bit."""
    plant = load_plant("bottling")
    killed: list[int] = []
    victim, _ = started.workers(2)

    def kill(done: int, _: int) -> None:
        if done >= 4 and not killed:
            victim.kill()
            killed.append(done)

    with cluster(started.address) as executor:
        found = simulate(plant, horizon_s=1800, replications=60, engine="simpy", workers=executor, progress=kill)

    assert killed == [4]
    assert victim.wait(10) == -9
    assert found == simulate(plant, horizon_s=1800, replications=60, engine="simpy")
    # the command line, on the worker that is left and on this machine
    answers = []
    for more in (["--scheduler", started.address], []):
        assert run_command(QUESTION + more) == 0
        answers.append(json.loads(capsys.readouterr().out))
    assert answers[0] == answers[1]


@pytest.mark.slow
def test_a_cluster_that_cannot_be_used_is_told_with_what_to_do(
    started: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody there; no workers; workers here and there at once; a worker with other code, whose figures may differ."""
    with pytest.raises(ClusterUnreachable, match=re.escape("no Dask scheduler answers at tcp://127.0.0.1:9")):
        cluster("tcp://127.0.0.1:9").__enter__()
    codes = [run_command([*QUESTION, "--scheduler", started.address, *more]) for more in ([], ["--workers", "2"])]
    told = capsys.readouterr().err
    started.workers(1)
    with pytest.raises(RunFailed, match="given up"), cluster(started.address) as executor:
        executor.submit(give_up).result()
    monkeypatch.setattr("twin.cluster._ROOMS", ("plants",))
    with pytest.raises(ClusterUnreachable, match="does not have this very jayul"):
        cluster(started.address).__enter__()

    assert codes == [5, 3]
    assert "has no workers: start some with `dask worker" in told
    assert "leave out --workers" in told


def give_up() -> None:
    """A run that does not come forward."""
    raise RunFailed("the run was given up after 3 events")

"""Who makes replications: batches in sequence, workers that end with their parent, and a lost worker told in words."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest

from plants.errors import InvalidInput, RunFailed
from tests.staging import until
from tests.twin_lines import line, mode, station
from twin.batches import in_batches
from twin.crew import Crew, play_all
from twin.processes import EndablePool
from twin.replications import Scenario, pack, play, play_packed


def nap(seconds: float) -> float:
    """A job that takes so long."""
    time.sleep(seconds)
    return seconds


def die(_: int) -> None:
    """A worker that is killed from outside, out of memory perhaps."""
    os.kill(os.getpid(), signal.SIGKILL)


def fail(number: int) -> int:
    """A job that cannot be done."""
    raise InvalidInput(f"job {number} cannot be done")


def whoami(_: int) -> int:
    """The process that a job is done in."""
    return os.getpid()


def test_results_come_in_the_sequence_of_the_jobs_whatever_each_takes() -> None:
    """Jobs that take longer do not come later; batches grow with what was seen, and few are under way."""
    handed: list[int] = []
    jobs = [0.02, 0.0, 0.01, 0.0, 0.0] * 40

    def place(batch: Sequence[float]) -> tuple[Executor, Callable[[float], float], Sequence[float]]:
        handed.append(len(batch))
        return pool, nap, batch

    with ThreadPoolExecutor(3) as pool:
        found = list(in_batches(jobs, place, batch_s=0.05, width=3, under_way=4))

    assert found == jobs
    assert handed[:4] == [1, 1, 1, 1]
    assert sum(handed) == len(jobs)
    assert 1 < max(handed) <= len(jobs) // 6


def test_a_job_that_fails_ends_the_work_with_its_own_words() -> None:
    """In this process and in others; what was under way is not waited for."""
    began = time.monotonic()
    for workers in (1, 2):
        with pytest.raises(InvalidInput, match="job 0 cannot"), Crew(workers) as crew:
            crew.map(fail, range(50))
    assert time.monotonic() - began < 60


def test_a_worker_that_is_killed_is_told_with_what_to_do() -> None:
    """Not as a broken pool."""
    with pytest.raises(RunFailed, match="ask for fewer workers"), Crew(2) as crew:
        crew.map(die, range(4))


def test_two_processes_share_the_work() -> None:
    """Neither is this one."""
    with Crew(2) as crew:
        made_by = set(crew.map(whoami, range(40)))

    assert os.getpid() not in made_by
    assert 1 <= len(made_by) <= 2


def test_a_pool_can_be_ended_in_the_middle_of_its_work() -> None:
    """A job of minutes is not waited for."""
    pool = EndablePool(1)
    assert pool.submit(nap, 0.0).result(60) == 0.0
    running = pool.submit(nap, 600.0)
    until(running.running, 30, "the job does not begin")

    threading.Timer(0.2, pool.end).start()

    assert running.exception(30) is not None
    pool.shutdown()


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    """Nobody is left to simulate for nobody."""
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, time\n"
        "from twin.processes import EndablePool\n"
        "if __name__ == '__main__':\n"
        "    pool = EndablePool(1)\n"
        "    print(pool.submit(os.getpid).result(), flush=True)\n"
        "    pool.submit(time.sleep, 600)\n"
        "    time.sleep(600)\n",
        encoding="utf-8",
    )
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())

    parent.kill()
    parent.wait(10)
    parent.stdout.close()

    until(lambda: not _alive(worker), 20, "the worker lives on")


def _alive(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_scenario_that_travels_as_bytes_gives_the_same_run() -> None:
    """And any executor may be lent; it is left open."""
    plant = line([station(failures=[mode()]), station()], 2)
    scenarios = [Scenario(plant, 200.0, engine="simpy"), Scenario(plant, 300.0, engine="simpy")]
    jobs = [(s, r) for r in range(6) for s in scenarios]
    expected = [play(job) for job in jobs]

    with ThreadPoolExecutor(2) as lent:
        assert play_all(jobs, workers=lent) == expected
        assert lent.submit(nap, 0.0).result() == 0.0
    assert [play_packed((pack(s), r)) for s, r in jobs] == expected
    assert play_all(jobs, workers=2) == expected


def test_fewer_than_one_worker_is_refused() -> None:
    """With the number that was given."""
    with pytest.raises(InvalidInput, match="at least 1, 0 was given"):
        play_all([], workers=0)

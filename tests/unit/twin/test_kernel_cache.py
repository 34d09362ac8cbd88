"""Compiled kernels are kept under a name that changes with all they are compiled from, and with nothing else."""

import multiprocessing
import shutil
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

import twin
from twin.compiled.cache import compiling_alone, kernels_digest

SOURCE = Path(twin.__file__).parent


def changed_by(edited: str, before: str, after: str, tmp_path: Path) -> set[str]:
    """Which kernels take another name when a file is edited: those for lines, for passage times, for networks."""
    copy = Path(shutil.copytree(SOURCE, tmp_path / "twin", ignore=shutil.ignore_patterns("__pycache__")))
    text = (copy / edited).read_text(encoding="utf-8")
    assert before in text
    (copy / edited).write_text(text.replace(before, after, 1), encoding="utf-8")
    kernels = ("events", "passage/units", "network/events")
    digests = [[kernels_digest(root / f"compiled/{k}.py", root) for k in kernels] for root in (SOURCE, copy)]
    return {k for k, one, two in zip(kernels, *digests, strict=True) if one != two}


@pytest.mark.parametrize(
    ("edited", "before", "after", "changed"),
    [
        ("compiled/movement.py", "\nfrom ", "\n# moved\nfrom ", set()),
        ("compiled/movement.py", '    """', '    """Indeed. ', set()),
        ("compiled/simulation.py", "_LOG_ROWS = 4096", "_LOG_ROWS = 8192", set()),
        ("compiled/ready.py", "_DRAWS = 200", "_DRAWS = 300", set()),
        ("log.py", "self.time = array", "self.times = array", set()),
        ("log.py", "START = 2", "START = 99", {"events", "network/events"}),
        ("compiled/layout.py", "BLOCK = ", "BLOCK = 2 * ", {"events", "passage/units"}),
        ("compiled/events.py", "ROWS_PER_STATION = 8", "ROWS_PER_STATION = 9", {"events"}),
        ("compiled/jit.py", "nogil=True", "nogil=False", {"events", "passage/units", "network/events"}),
        ("compiled/network/stops.py", "@inner", "@jit", {"network/events"}),
        ("compiled/passage/simulation.py", "MAX_PLACES = 1_000_000", "MAX_PLACES = 2", set()),
        ("draws.py", "PROCESSING = ", "PROCESSING = 77 + ", {"events", "passage/units", "network/events"}),
    ],
)
def test_an_edit_changes_the_names_of_what_is_compiled_from_it(
    tmp_path: Path, edited: str, before: str, after: str, changed: set[str]
) -> None:
    """Constants, layouts, other functions and the compiler's options; not comments, docstrings or Python beside it."""
    assert changed_by(edited, before, after, tmp_path) == changed


def hold_lock(pipe: Connection) -> None:
    """Hold the lock of the cache until told, in a process of its own."""
    with compiling_alone():
        pipe.send("held")
        pipe.recv()


def test_one_process_compiles_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits until the first has put its kernels on the disk."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    context = multiprocessing.get_context("spawn")
    pairs = [context.Pipe() for _ in range(2)]
    processes = [context.Process(target=hold_lock, args=(theirs,)) for _, theirs in pairs]
    (first, _), (second, _) = pairs
    processes[0].start()
    assert first.recv() == "held"
    processes[1].start()

    early = second.poll(2.0)
    first.send("go on")
    late = second.poll(60.0)

    second.send("go on")
    for process in processes:
        process.join(30)
    assert (early, late) == (False, True)

"""Which engine runs: asked for by name, chosen, refused, missing; and the same figures from each."""

import json
import os
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from plants.errors import InvalidInput
from plants.flow.change import SetParameter
from plants.loader.load import load_plant
from plants.model.plant import Plant
from tests.twin_lines import LABEL, line, mode, speed, station
from twin import LineSimulation, compare, run, simulate
from twin.crew import play_all
from twin.engines import KERNELS, NETWORK_KERNELS, WHOLE_KERNELS, EngineRefused, kernels_of, names_of, numba_fault
from twin.replications import Scenario

HAS_NUMBA = numba_fault() is None
needs_numba = pytest.mark.skipif(not HAS_NUMBA, reason="Numba is not installed")

WITHOUT_NUMBA = """
import sys

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("numba", "llvmlite"):
            raise ModuleNotFoundError(f"No module named {name!r}")

sys.meta_path.insert(0, Blocker())
from plants.loader.load import load_plant
from twin import run, simulate
from twin.engines import EngineRefused

plant = load_plant("bottling")
print(simulate(plant, horizon_s=1200, replications=2).engine)
print(run(plant, horizon_s=600, engine="simpy").engine)
try:
    run(plant, horizon_s=600, engine="compiled")
except EngineRefused as error:
    print(error)
"""


def a_line() -> Plant:
    """Three stations with failures and a parameter."""
    stations = [station(failures=[mode("calendar")], parameters=[speed()]), station(scrap=0.1), station()]
    return line(stations, [2, (3, 1.5)])


def test_without_numba_everything_runs_with_simpy_and_says_so() -> None:
    """In a process that cannot import it."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(WITHOUT_NUMBA)], capture_output=True, text=True, timeout=60, check=True
    )

    simulated, asked, refused = done.stdout.splitlines()
    assert (simulated, asked) == ("simpy", "simpy")
    assert "Numba" in refused
    assert "jayul[compiled]" in refused


def test_an_unknown_engine_is_refused_with_the_names_of_all() -> None:
    """A typing error must not fall back to anything."""
    with pytest.raises(InvalidInput, match="auto, simpy, compiled"):
        run(a_line(), horizon_s=10, engine="numba")


@needs_numba
@pytest.mark.parametrize("delay_s", [0.0, 40.0])
def test_both_engines_give_the_same_result_of_a_run(delay_s: float) -> None:
    """KPIs, windows, conditions, energy and counters, to the last bit; each says which it is."""
    change = SetParameter(alias="s0.speed", value=15)
    results = [
        run(
            a_line(),
            horizon_s=400,
            seed=5,
            warmup_s=50,
            changes=[change],
            delay_s=delay_s,
            window_s=(100, 300),
            engine=engine,
        )
        for engine in ("simpy", "compiled")
    ]

    assert results[0] == results[1]
    assert [r.engine for r in results] == ["simpy", "compiled"]


@needs_numba
def test_a_run_goes_on_from_a_live_state_the_same() -> None:
    """The library's plant, from the middle of a shift."""
    plant = load_plant("bottling")
    sim = LineSimulation(plant, seed=2)
    sim.run_until(5_000)
    state = sim.snapshot()

    one, two = (run(plant, horizon_s=3_600, state=state, engine=e) for e in ("simpy", "compiled"))

    assert one == two


@needs_numba
def test_a_plain_line_has_the_same_result_by_departure_times() -> None:
    """`run` takes the recursion where it holds; only the speed shows."""
    plant = line([station(), station(), station()], [1, 0])

    one, two = (run(plant, horizon_s=500, warmup_s=100, window_s=(120, 300), engine=e) for e in ("simpy", "compiled"))

    assert one == two


@needs_numba
def test_results_do_not_depend_on_the_number_of_threads() -> None:
    """Kernels run without the GIL, each on arrays of its own."""
    jobs = [(Scenario(a_line(), 300.0, engine="compiled"), r) for r in range(12)]

    assert play_all(jobs, workers=3) == play_all(jobs, workers=1)


@needs_numba
def test_auto_goes_over_to_the_compiled_engine_once_it_is_ready() -> None:
    """Visibly, and with the same figures."""
    assert KERNELS.wait(60)

    chosen = simulate(a_line(), horizon_s=200, replications=3)
    asked = simulate(a_line(), horizon_s=200, replications=3, engine="simpy")

    assert (chosen.engine, asked.engine) == ("compiled", "simpy")
    assert replace(chosen, engine="") == replace(asked, engine="")
    assert chosen.as_dict()["engine"] == "compiled"


@needs_numba
def test_a_comparison_says_which_engine_ran() -> None:
    """In its plain form too."""
    found = compare(
        a_line(),
        changes=[SetParameter(alias="s0.speed", value=12)],
        horizon_s=100,
        replications=2,
        engine="compiled",
    )

    assert found.as_dict()["engine"] == "compiled"


def _with_large_tables(servers: int) -> Plant:
    """A plant whose tables of setups would fill the memory."""
    products = [{"id": f"p{i}", "name": LABEL} for i in range(500)]
    pair = {"before": "p0", "after": "p1", "time": {"kind": "constant", "mean_s": 3.0}}
    return line([station(setups={"pairs": [pair]}, servers=servers)] * 20, 1, products=products)


@needs_numba
def test_what_the_compiled_engine_does_not_cover_is_refused_by_name_and_left_to_simpy_by_auto() -> None:
    """A line."""
    plant = _with_large_tables(servers=1)
    assert KERNELS.wait(60)

    with pytest.raises(EngineRefused, match="setup tables"):
        run(plant, horizon_s=10, engine="compiled")
    assert run(plant, horizon_s=10).engine == "simpy"


def test_a_plant_beyond_what_is_covered_is_refused_by_name_at_once_and_left_to_simpy_by_auto() -> None:
    """Machines side by side; nothing is compiled to find that out."""
    plant = _with_large_tables(servers=2)

    with pytest.raises(EngineRefused, match="setup tables"):
        run(plant, horizon_s=10, engine="compiled")
    assert run(plant, horizon_s=10).engine == "simpy"


@needs_numba
@pytest.mark.timeout(900)  # on a busy machine the kernels take minutes to compile, once
def test_a_plant_with_people_and_maintenance_runs_by_kernels_of_its_own() -> None:
    """The mini-fab: the same result by name, by choice once they are ready, and from SimPy."""
    plant = load_plant("minifab")
    assert kernels_of(plant) is WHOLE_KERNELS
    assert WHOLE_KERNELS.wait(800), WHOLE_KERNELS.fault

    asked, chosen, other = (run(plant, horizon_s=86_400, seed=5, engine=e) for e in ("compiled", "auto", "simpy"))

    assert asked == chosen == other
    assert [r.engine for r in (asked, chosen, other)] == ["compiled", "compiled", "simpy"]


@needs_numba
def test_the_record_of_one_set_of_kernels_is_not_taken_for_that_of_the_other() -> None:
    """Numba would call what was compiled for the shorter one, were that the beginning of the longer one."""
    from twin.compiled.jit import numba
    from twin.compiled.network.layout import RUN
    from twin.compiled.network.resources import RUN_WHOLE

    whole, short = numba.from_dtype(RUN_WHOLE), numba.from_dtype(RUN)

    assert whole.can_convert_to(None, short) is None
    assert set(short.fields) < set(whole.fields)


@needs_numba
@pytest.mark.timeout(900)  # on a busy machine the kernels take minutes to compile, once
def test_a_network_runs_by_kernels_of_its_own() -> None:
    """The same result by name, by choice once they are ready, and from SimPy."""
    from twin.compiled.probe_plants import probe_network

    plant = probe_network()
    assert NETWORK_KERNELS.wait(800), NETWORK_KERNELS.fault

    asked, chosen, other = (run(plant, horizon_s=200, seed=5, engine=e) for e in ("compiled", "auto", "simpy"))

    assert asked == chosen == other
    assert [r.engine for r in (asked, chosen, other)] == ["compiled", "compiled", "simpy"]


@needs_numba
@pytest.mark.timeout(900)
def test_replications_of_a_network_by_threads_are_those_of_simpy() -> None:
    """Kernels run without the GIL, each on arrays of its own."""
    from twin.compiled.probe_plants import probe_network

    plant = probe_network()
    jobs = [(Scenario(plant, 100.0, engine="compiled"), r) for r in range(4)]

    assert play_all(jobs, workers=2) == [run(plant, horizon_s=100.0, replication=r, engine="simpy") for r in range(4)]


def test_engines_that_took_part_are_named_once() -> None:
    """A scenario may begin in one and end in the other."""
    assert names_of(["simpy", "compiled", "simpy"]) == "compiled+simpy"


COLD = """
import json, os, sys
from pathlib import Path

from plants.loader.load import load_plant
from twin import simulate

if __name__ == "__main__":
    plant = load_plant("bottling")
    result = simulate(plant, horizon_s=3600, replications=int(sys.argv[1]), workers=2)
    cache = Path(os.environ["XDG_CACHE_HOME"])
    compiled = sorted(str(p.relative_to(cache)) for p in cache.rglob("*.nbc"))
    body = result.as_dict()
    print(json.dumps([body.pop("engine"), body, compiled]))
"""


@needs_numba
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_on_a_cold_start_workers_begin_with_simpy_and_go_over(tmp_path: Path) -> None:
    """From an empty cache: SimPy first, then kernels, compiled by one process only; the figures are SimPy's."""
    script = tmp_path / "cold.py"
    script.write_text(COLD, encoding="utf-8")
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(Path.cwd())}

    def once() -> tuple[str, dict[str, object], list[str]]:
        done = subprocess.run([sys.executable, str(script), "800"], env=environment, stdout=subprocess.PIPE, check=True)
        engine, body, compiled = json.loads(done.stdout)
        return engine, body, compiled

    (engine, body, compiled), (_, again, same) = once(), once()

    asked = simulate(load_plant("bottling"), horizon_s=3600, replications=800, engine="compiled").as_dict()
    asked.pop("engine")
    assert engine == "compiled+simpy"
    assert body == again == json.loads(json.dumps(asked))
    assert same == compiled  # nothing was compiled twice


ASKED = """
import os
from tests.unit.twin.test_compiled_engines import a_line
from twin import simulate
from twin.engines import KERNELS

def stop(done, total):
    raise KeyboardInterrupt

if __name__ == "__main__":
    for replications in (4, 400):
        try:
            simulate(a_line(), horizon_s=2000, replications=replications, workers=2, progress=stop)
        except KeyboardInterrupt:
            print(KERNELS.loading or KERNELS.ready, flush=True)
    os._exit(0)
"""


@needs_numba
def test_with_several_workers_auto_asks_for_the_kernels_itself() -> None:
    """In a fresh process, where nobody has: for much work, and before it is done."""
    done = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, timeout=100, check=True)

    assert done.stdout.split() == ["False", "True"]

"""A dispatch rule that a package brings by entry point is used like a built-in one, and its faults are told by name."""

from collections.abc import Callable
from pathlib import Path

import pytest

from plants.errors import InvalidInput, RunFailed
from plants.loader.load import load_plant
from plants.model.plant import Plant
from tests.twin_networks import history, machine, network, product, step, store, told
from twin import simulate
from twin.log import EventKind
from twin.network.engine import NetworkSimulation

Install = Callable[[str, str], None]

FILE = """
plant: shop
name: {en: x, ko: x}
flow_unit: {name: {en: part, ko: x}, piece: {en: part, ko: x}}
stations:
  - {id: m, name: {en: m, ko: m}, cycle: {kind: constant, mean_s: 1}, dispatch: {rule: RULE}}
products: [{id: red, name: {en: r, ko: r}, route: [{step: work, stations: m}]}]
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a package with a module, and its rule as a wheel would leave it."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def put(rule: str, code: str) -> None:
        (tmp_path / f"{rule}_rules.py").write_text(code, encoding="utf-8")
        info = tmp_path / f"{rule}_rules-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {rule}-rules\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[jayul.dispatch]\n{rule} = {rule}_rules:figure\n", encoding="utf-8")

    return put


def shop(rule: str) -> Plant:
    """A feeder of 1 s a unit, and a machine with a rule at which three products take 10, 2 and 6 s."""
    times = {"red": 10.0, "green": 2.0, "blue": 6.0}
    return network(
        [machine("feed", 1.0), machine("m", dispatch={"rule": rule})],
        [product(p, step("feed", "feed"), step("work", "m", t)) for p, t in times.items()],
        [store("b", "m", ["feed"])],
        orders=[{"id": p, "product": p, "quantity": 1, "due_s": 0.0} for p in times],
    )


def test_a_rule_of_a_package_decides_what_is_taken_next(install: Install) -> None:
    """The longest work first, as in docs/network.md; by FIFO green would come before blue."""
    install("heavy_first", "def figure(unit):\n    return -unit.work_left_s\n")

    sim, log = history(shop("heavy_first"), 100)

    assert told(sim, log, EventKind.START, "m") == [(1, "red"), (11, "blue"), (17, "green")]


def test_a_plant_file_may_name_it_and_no_run_begins_without_the_package(install: Install, tmp_path: Path) -> None:
    """A file may be read where the package is not; a run is refused before its first event."""
    named, unknown = tmp_path / "named.yaml", tmp_path / "unknown.yaml"
    named.write_text(FILE.replace("RULE", "my_own"), encoding="utf-8")
    unknown.write_text(FILE.replace("RULE", "not_installed"), encoding="utf-8")
    install("my_own", "def figure(unit):\n    return unit.due_s\n")

    assert load_plant(str(named)).stations[0].dispatch.rule == "my_own"
    with pytest.raises(InvalidInput, match=r"no dispatch rule 'not_installed': use one of .*, or install the package"):
        NetworkSimulation(load_plant(str(unknown)))


@pytest.mark.parametrize(
    ("rule", "code", "error", "told"),
    [
        (
            "raises",
            "def figure(unit):\n    return 1 / 0\n",
            RunFailed,
            r"failed at unit 0 of order green: ZeroDivision",
        ),
        ("no_number", "def figure(unit):\n    return float('nan')\n", RunFailed, "gave no number for unit 0 of order"),
        ("nothing", "def figure(unit):\n    return None\n", RunFailed, "failed at unit 0 of order green: TypeError"),
        ("broken", "import no_such_module\n", InvalidInput, "cannot be loaded: ModuleNotFoundError"),
        ("constant", "figure = 3.0\n", InvalidInput, "is no function"),
    ],
)
def test_a_faulty_rule_is_told_by_name(
    install: Install, rule: str, code: str, error: type[Exception], told: str
) -> None:
    """Whatever it does wrong; nothing is chosen silently."""
    install(rule, code)

    with pytest.raises(error, match=rf"the dispatch rule '{rule}' \({rule}_rules:figure\) {told}"):
        simulate(shop(rule), horizon_s=100, replications=2)

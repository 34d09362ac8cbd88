"""Nothing that agents hold or import leads to equipment, and nothing leaves the machine."""

import dataclasses
import gc
import os
import subprocess
import sys
import types
from pathlib import Path

from agents.deps import AgentDeps
from agents.llm.schema import Tool
from agents.runner import AgentRunner
from agents.solver import SolverBrain
from tests.unit.agents.paper import MakeState

ROOT = Path(__file__).parents[3]


def test_importing_the_agents_does_not_import_the_writing_port() -> None:
    """In a fresh process: neither the port nor a connector nor the ledger's executor is loaded."""
    code = (
        "import sys, agents.runner, agents.solver, agents.llm.brain, agents.llm.connect\n"
        "rooms = ('plants.ports.actuator', 'connectors', 'ledger', 'asyncua', 'virtual', 'service')\n"
        "print([m for m in sys.modules if m.startswith(rooms)])"
    )

    process = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert process.stdout.strip() == "[]"


async def test_no_object_reachable_from_the_runner_can_write(deps: AgentDeps, make_state: MakeState) -> None:
    """What can write has a `write`; the brain with a smuggled one shows that the search would find it."""
    runner = AgentRunner(deps)
    await runner.start()
    await runner.step(make_state())
    smuggling = AgentRunner(dataclasses.replace(deps, brain=_Smuggler()))
    await smuggling.start()

    names = [type(o).__name__ for o in _reachable(runner)]
    writers = [type(o).__name__ for o in _reachable(runner) if _writes(o)]
    smuggled = {type(o).__name__ for o in _reachable(smuggling) if _writes(o)}

    await runner.close()
    await smuggling.close()
    assert {"PaperLedger", "SolverBrain", "Memory", "Threads", "Plant"} <= set(names)
    assert writers == []
    assert smuggled == {"_Writer"}


class _Writer:
    """Something that could write."""

    async def write(self, alias: str, value: float) -> str:
        """Not called."""
        return f"{alias} {value}"


class _Smuggler(SolverBrain):
    """A brain that was handed more than it may have."""

    def __init__(self) -> None:
        self._kept = {"tools": [_Writer()]}


def _writes(thing: object) -> bool:
    return callable(getattr(thing, "write", None))


def _reachable(root: object) -> list[object]:
    """All objects of our own classes that can be reached through attributes, containers and closures."""
    found: list[object] = []
    seen: set[int] = set()
    left: list[object] = [root]
    while left:
        here = left.pop()
        if id(here) in seen or isinstance(here, type | types.ModuleType):
            continue
        seen.add(id(here))
        module = type(here).__module__ or ""
        if module.startswith(("agents", "planning", "twin", "plants", "tests")):
            found.append(here)
        if module.startswith(("agents", "planning", "twin", "plants", "tests", "langgraph", "builtins", "collections")):
            left += [o for o in gc.get_referents(here) if not _is_globals(o)]
    return found


def _is_globals(thing: object) -> bool:
    """Module namespaces lead everywhere and belong to nobody."""
    return isinstance(thing, dict) and "__builtins__" in thing


def test_the_tools_of_a_model_look_things_up_or_answer() -> None:
    """A new tool is a decision: this list is what a model can do."""
    assert {t.value for t in Tool} == {
        "line_state",
        "bottleneck",
        "candidates",
        "what_if",
        "outcomes",
        "propose",
        "nothing_to_do",
    }


def test_deps_hold_nothing_that_writes(deps: AgentDeps) -> None:
    """Handing in is the only thing an agent can do about the plant."""
    names = {f.name for f in dataclasses.fields(deps)}

    assert "actuator" not in names
    assert {n for n in names if hasattr(getattr(deps, n), "write")} == set()


def test_tracing_is_off_and_checkpoints_are_strict_unless_the_site_says_otherwise() -> None:
    """Set before LangGraph and LangSmith are imported; a value of the site is kept."""
    code = "import agents, os; print(os.environ['LANGSMITH_TRACING'], os.environ['LANGGRAPH_STRICT_MSGPACK'])"
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LANGSMITH", "LANGGRAPH", "LANGCHAIN"))}

    said = [
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
        for env in (clean, {**clean, "LANGSMITH_TRACING": "true"})
    ]

    assert [p.stdout.split() for p in said] == [["false", "true"], ["true", "true"]]

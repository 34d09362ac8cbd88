"""The graph: observe, diagnose, propose, judge, submit, wait, learn.

Built by `agents.runner`. It is the runner and never the record: what was decided is in the ledger. A run may be cut off
anywhere and go on in another process; every node may run twice.
"""

from collections.abc import Callable

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import RetryPolicy

from agents.deps import AgentDeps
from agents.memory import Memory
from agents.nodes.diagnose import make_diagnose
from agents.nodes.judge import make_judge
from agents.nodes.learn import make_learn
from agents.nodes.observe import make_observe
from agents.nodes.propose import make_propose
from agents.nodes.submit import make_submit
from agents.nodes.wait import make_wait
from agents.state import RunState

AgentGraph = CompiledStateGraph[RunState, None, RunState, RunState]

ONCE = RetryPolicy(max_attempts=1, retry_on=())
"""Not repeated here: the runner continues a run that was cut off, and gives it up after a few failures."""
SAFE_TO_REPEAT = RetryPolicy(initial_interval=0.2, max_interval=2.0, max_attempts=3, jitter=False, retry_on=(OSError,))
"""For handing in, which is keyed by the draft's id. The storage may be busy for a moment."""


def build_graph(deps: AgentDeps, memory: Memory, checkpointer: BaseCheckpointSaver[str]) -> AgentGraph:
    """The compiled graph over one plant."""
    graph: StateGraph[RunState, None, RunState, RunState] = StateGraph(RunState)
    graph.add_node("observe", make_observe(deps.plant, memory), retry_policy=ONCE)
    graph.add_node("diagnose", make_diagnose(deps, memory), retry_policy=ONCE)
    graph.add_node("propose", make_propose(deps, memory), retry_policy=ONCE)
    graph.add_node("judge", make_judge(deps, memory), retry_policy=ONCE)
    graph.add_node("submit", make_submit(deps), retry_policy=SAFE_TO_REPEAT)
    graph.add_node("wait", make_wait(), retry_policy=ONCE)
    graph.add_node("learn", make_learn(deps, memory), retry_policy=ONCE)
    graph.add_edge(START, "observe")
    graph.add_conditional_edges("observe", _unless_ended("diagnose", END), ["diagnose", END])
    graph.add_conditional_edges("diagnose", _unless_ended("propose", END), ["propose", END])
    graph.add_conditional_edges("propose", _unless_ended("judge", END), ["judge", END])
    graph.add_conditional_edges("judge", _unless_ended("submit", "learn"), ["submit", "learn"])
    graph.add_conditional_edges("submit", _unless_ended("wait", "learn"), ["wait", "learn"])
    graph.add_edge("wait", "learn")
    graph.add_edge("learn", END)
    return graph.compile(checkpointer=checkpointer)


def _unless_ended(then: str, otherwise: str) -> Callable[[RunState], str]:
    """Where to go: on, or to `otherwise` when a node has ended the run."""

    def route(state: RunState) -> str:
        return otherwise if state.get("end") else then

    return route

"""What a node is: an async function from the run's state to the part of it that changes."""

from collections.abc import Callable, Coroutine
from typing import Any

from agents.state import RunState

Node = Callable[[RunState], Coroutine[Any, Any, RunState]]

"""What LangGraph and LangSmith read from the environment when they are imported, set before that.

Imported by `agents/__init__.py`, and therefore before any module of this room. A value set by the site is kept.
"""

import os

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
"""Checkpoints revive only types that the state names: plain JSON."""
os.environ.setdefault("LANGSMITH_TRACING", "false")
"""Nothing about a plant leaves the machine unless the site says so."""
os.environ.setdefault("LANGCHAIN_TRACING_V2", "false")
"""The older name of the same switch."""

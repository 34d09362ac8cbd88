"""Jayul: who proposes it. The LangGraph graph, its nodes, the brains."""

from agents import environment as environment

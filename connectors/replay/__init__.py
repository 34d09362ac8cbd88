"""Replay: a recording played through the same port as a plant, at any speed."""

from connectors.replay.recording import read_recording
from connectors.replay.source import ReplaySource

__all__ = ["ReplaySource", "read_recording"]

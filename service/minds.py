"""Which brain proposes: the solver, the scripted model, or a chat model by name; models fall back to the solver visibly."""

from agents.brain import Brain
from plants.ports.clock import Clock
from service.settings import Settings

"""Which brain proposes: the solver, the scripted model, or a chat model by name; models fall back visibly."""

from agents.brain import Brain
from plants.ports.clock import Clock
from service.settings import SCRIPTED_LLM, SOLVER, Settings


def make_brain(settings: Settings, clock: Clock) -> Brain:
    """The brain that the settings ask for. Language models are imported only when one is wanted.

    Raises:
        InvalidInput: the model cannot be built; the message says what is missing.
    """
    from agents.solver import SolverBrain

    solver = SolverBrain()
    if settings.brain == SOLVER:
        return solver
    from agents.fallback import WithFallback
    from agents.llm.brain import LlmBrain
    from agents.llm.connect import connect
    from agents.llm.settings import SCRIPTED, ModelSettings

    model = ModelSettings(
        model=SCRIPTED if settings.brain == SCRIPTED_LLM else settings.brain,
        base_url=settings.model_base_url,
        api_key=settings.model_api_key,
    )
    return WithFallback(LlmBrain(connect(model), model, clock), solver)

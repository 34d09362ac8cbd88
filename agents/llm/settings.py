"""Which model is asked, and how."""

from typing import Annotated

from pydantic import Field, SecretStr

from agents.llm.limits import Limits
from plants.frozen import Frozen

SCRIPTED = "scripted"
"""The model that plays by a script (`agents.scripted`); it needs no network and no key."""


class ModelSettings(Frozen):
    """One chat model by one string; keys and addresses come from here or from the provider's environment variables."""

    model: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_.:/@-]+$")]
    """`provider:model`, such as `openai:gpt-5` or `ollama:qwen3`; `scripted` for the scripted one."""
    base_url: Annotated[str, Field(max_length=300)] | None = None
    """Address of the service, if it is not the provider's own."""
    api_key: SecretStr | None = None
    """Key, if it is not in the provider's environment variable."""
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    """Sampling temperature; the provider's default without one."""
    max_output_tokens: Annotated[int, Field(ge=64, le=100_000)] = 4_000
    """Tokens of one answer."""
    retries: Annotated[int, Field(ge=0, le=5)] = 1
    """Retries of a request by the provider's package: the only layer that retries."""
    limits: Limits = Limits()
    """Bounds on one conversation."""

    @property
    def author(self) -> str:
        """Who a draft of this model is by: `agent:llm:<model>`, without the provider."""
        return f"agent:llm:{self.model.split(':', 1)[-1]}"[:80]

"""The chat model of the settings.

Used by the composition root. Refuses a model whose provider package is not installed, and says which one is needed.
"""

from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.language_models import BaseChatModel

from agents.llm.settings import SCRIPTED, ModelSettings
from agents.scripted import ScriptedChatModel
from plants.errors import InvalidInput

_RETRIES = {"openai": "max_retries", "azure_openai": "max_retries", "anthropic": "max_retries"}
"""Providers whose package retries by itself, and the name of that setting. Others do not retry."""
_LENGTH = {"ollama": "num_predict"}
"""Name of the output limit where it is not `max_tokens`."""
EXTRAS = ("openai", "anthropic", "ollama")
"""Extras of this package that bring a provider."""


class ModelNotUsable(InvalidInput):
    """The model of the settings cannot be built; the message says what is missing."""

    code = "model_not_usable"


def connect(settings: ModelSettings) -> BaseChatModel:
    """The chat model; nothing is sent yet.

    Raises:
        ModelNotUsable: unknown provider, a missing package, or settings that the package refuses.
    """
    if settings.model == SCRIPTED:
        return ScriptedChatModel()
    provider = settings.model.partition(":")[0]
    if ":" not in settings.model:
        raise ModelNotUsable(f"Give the model as 'provider:model', such as 'openai:{settings.model}'.")
    try:
        model: BaseChatModel = init_chat_model(settings.model, **_arguments(settings, provider))
    except ImportError as error:
        raise ModelNotUsable(_missing(settings.model, provider)) from error
    except Exception as error:  # each package refuses in its own way: missing key, unknown provider, bad address
        why = type(error).__name__
        raise ModelNotUsable(
            f"The model '{settings.model}' cannot be used ({why}): check the provider's name and its key and address."
        ) from error
    return model


async def disconnect(model: BaseChatModel) -> None:
    """Close the connections that a provider's package keeps open, where it offers a way. May be called twice."""
    client = getattr(model, "root_async_client", None)
    if client is not None:
        await client.close()


def _own_client() -> Any:  # noqa: ANN401  (its class is the provider package's own)
    """A client of our own: the package shares one between all models and event loops, and nobody closes it."""
    from openai import DefaultAsyncHttpxClient

    return DefaultAsyncHttpxClient()


def _arguments(settings: ModelSettings, provider: str) -> dict[str, Any]:
    arguments: dict[str, Any] = {_LENGTH.get(provider, "max_tokens"): settings.max_output_tokens}
    if provider in _RETRIES:
        arguments[_RETRIES[provider]] = settings.retries
    if provider == "openai":
        arguments["http_async_client"] = _own_client()
    if settings.base_url is not None:
        arguments["base_url"] = settings.base_url
    if settings.api_key is not None:
        arguments["api_key"] = settings.api_key.get_secret_value()
    if settings.temperature is not None:
        arguments["temperature"] = settings.temperature
    return arguments


def _missing(model: str, provider: str) -> str:
    package = f"langchain-{provider.replace('_', '-')}"
    how = f"pip install 'jayul[{provider}]'" if provider in EXTRAS else f"pip install {package}"
    return f"The model '{model}' needs the package {package}, which is not installed: {how}."

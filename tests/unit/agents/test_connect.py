"""One setting string, one chat model; and what is said when that cannot be."""

import pytest
from langchain_openai import ChatOpenAI
from pydantic import SecretStr, ValidationError

from agents.llm.connect import ModelNotUsable, connect, disconnect
from agents.llm.settings import ModelSettings
from agents.scripted import ScriptedChatModel


async def test_a_model_of_an_installed_provider_is_built_without_sending_anything() -> None:
    """Address, key and the one layer of retries come from the settings."""
    settings = ModelSettings(
        model="openai:some-model", base_url="http://127.0.0.1:9/v1", api_key=SecretStr("k"), retries=2
    )

    model = connect(settings)

    assert isinstance(model, ChatOpenAI)
    assert model.max_retries == 2
    assert model.openai_api_base == "http://127.0.0.1:9/v1"
    await disconnect(model)


def test_the_scripted_model_needs_nothing() -> None:
    """No key, no address, no package."""
    assert isinstance(connect(ModelSettings(model="scripted")), ScriptedChatModel)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("anthropic:some-model", "pip install 'jayul[anthropic]'"),
        ("ollama:some-model", "pip install 'jayul[ollama]'"),
        ("some-model", "Give the model as 'provider:model'"),
        ("nobody:some-model", "check the provider's name"),
    ],
)
def test_a_model_that_cannot_be_used_says_what_is_missing(model: str, says: str) -> None:
    """The message tells what to install or to correct."""
    with pytest.raises(ModelNotUsable, match=r"\w") as refused:
        connect(ModelSettings(model=model))

    assert says in refused.value.message


def test_a_missing_key_is_told_without_showing_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key in the settings, none in the environment."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    with pytest.raises(ModelNotUsable) as refused:
        connect(ModelSettings(model="openai:some-model"))

    assert "key" in refused.value.message


def test_a_key_is_not_shown_where_settings_are() -> None:
    """Settings end up in logs."""
    settings = ModelSettings(model="openai:x", api_key=SecretStr("sk-very-secret"))

    assert "very-secret" not in repr(settings) + settings.model_dump_json()


@pytest.mark.parametrize("model", ["", "openai:x\nwith a second line", "openai:x; drop table"])
def test_a_setting_that_is_no_model_name_is_refused(model: str) -> None:
    """It ends up as the author of drafts."""
    with pytest.raises(ValidationError):
        ModelSettings(model=model)


def test_a_draft_is_by_the_model_without_its_provider() -> None:
    """agent:llm:<model>."""
    assert ModelSettings(model="ollama:qwen3:8b").author == "agent:llm:qwen3:8b"

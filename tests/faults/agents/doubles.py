"""Models that fail, over real HTTP: `llmock` wrapped in a surface of our own, and a server that sends raw bytes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from agents.llm.connect import connect, disconnect
from agents.llm.limits import Limits
from agents.llm.settings import ModelSettings

KEY = "sk-secret-of-this-test"
LIMITS = Limits(deadline_wall_s=5.0, model_calls=4, tool_calls=8, tokens=200_000, wrong_answers=1)


class Server(Protocol):
    """What is used of the `llmock` fixture; it is young, so its surface is named in one place."""

    requests: list[Any]

    def base_url(self, provider: str = "openai") -> str: ...  # noqa: D102
    def call_tool(self, name: str, arguments: dict[str, Any] | None = None, *, times: int | None = 1) -> object: ...  # noqa: D102
    def break_tool_call(self, kind: str, *, times: int | None = 1) -> object: ...  # noqa: D102
    def reply(self, text: str, *, times: int | None = 1) -> object: ...  # noqa: D102
    def fail(self, status: int, *, times: int | None = 1, retry_after: float | None = None) -> object: ...  # noqa: D102
    def context_overflow(self, *, times: int | None = 1) -> object: ...  # noqa: D102
    def delay(self, seconds: float, *, times: int | None = 1) -> object: ...  # noqa: D102
    def stall(self, *, after_chunks: int = 1, seconds: float = 30.0, times: int | None = 1) -> object: ...  # noqa: D102
    def truncate(self, *, after_chunks: int = 1, times: int | None = 1) -> object: ...  # noqa: D102
    def disconnect(self, *, after_chunks: int = 1, times: int | None = 1) -> object: ...  # noqa: D102
    def corrupt(self, *, after_chunks: int = 1, times: int | None = 1) -> object: ...  # noqa: D102


class ModelDouble:
    """An OpenAI-compatible server on a real socket that says what the test wants."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._models: list[BaseChatModel] = []

    def settings(self, limits: Limits = LIMITS) -> ModelSettings:
        """Settings that point at it."""
        return settings_for(self.server.base_url("openai"), limits)

    def model(self, *, streaming: bool = False) -> BaseChatModel:
        """The chat model, connected as the service would; or one that streams, which the service's does not."""
        model = connect(self.settings())
        self._models.append(model)
        return model.model_copy(update={"streaming": True}) if streaming else model

    async def close(self) -> None:
        """Close the connections of its models."""
        for model in self._models:
            await disconnect(model)

    def says(self, tool: str, **arguments: object) -> None:
        """The next answer calls a tool."""
        self.server.call_tool(tool, arguments)

    def always_says(self, tool: str, **arguments: object) -> None:
        """Every further answer calls a tool."""
        self.server.call_tool(tool, arguments, times=None)

    def seen(self) -> list[dict[str, Any]]:
        """Bodies of all requests that reached it."""
        return [r.body for r in self.server.requests]


def settings_for(url: str, limits: Limits = LIMITS) -> ModelSettings:
    """Settings of an OpenAI-compatible service at a local address."""
    return ModelSettings(
        model="openai:test-model", base_url=url, api_key=SecretStr(KEY), retries=1, limits=limits, temperature=0.0
    )


@asynccontextmanager
async def raw_server(answer: bytes, *, hang: bool = False) -> AsyncIterator[str]:
    """Address of a server that answers every request with the same bytes, and then closes or hangs."""
    released = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        if hang:
            await released.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        released.set()
        server.close()
        await server.wait_closed()

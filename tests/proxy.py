"""A TCP proxy that spoils a connection on command: cut, one-way blackhole, delay, truncate, reset.

It stands between a client and a server on this machine and knows nothing of what it carries.
"""

import asyncio
import socket
import struct
from contextlib import suppress
from enum import StrEnum
from urllib.parse import urlparse

_CHUNK_BYTES = 65_536
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER on with 0 seconds: closing sends RST."""


class Way(StrEnum):
    """Direction of a stream of bytes."""

    TO_SERVER = "to_server"
    TO_CLIENT = "to_client"


class FaultProxy:
    """Forwards connections to one server until it is told to spoil them."""

    def __init__(self, target: str) -> None:
        place = urlparse(target)
        self._target = (place.hostname or "127.0.0.1", place.port or 0)
        self._listener: asyncio.Server | None = None
        self._port = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._swallowed: set[Way] = set()
        self._left: dict[Way, int] = {}
        self._delay_wall_s = 0.0
        self.carried = dict.fromkeys(Way, 0)

    @property
    def endpoint(self) -> str:
        """Where clients connect to."""
        return f"opc.tcp://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        if self._listener is None:
            self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
            self._port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """End everything."""
        await self.cut()
        for task in list(self._tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def cut(self) -> None:
        """Close all connections and refuse new ones until `start`."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()
        self._close_all()

    def reset(self) -> None:
        """End all connections with RST; new ones are taken."""
        for writer in self._writers:
            raw: socket.socket | None = writer.get_extra_info("socket")
            if raw is not None:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._close_all()

    def blackhole(self, way: Way) -> None:
        """Swallow everything in one direction; connections stay open, the other direction goes on."""
        self._swallowed.add(way)

    def truncate(self, way: Way, after_bytes: int) -> None:
        """Carry so many more bytes in that direction, then close in the middle of whatever it is."""
        self._left[way] = after_bytes

    def delay(self, wall_s: float) -> None:
        """Hold back each piece for so long, in both directions."""
        self._delay_wall_s = wall_s

    def heal(self) -> None:
        """Carry everything again, as it is."""
        self._swallowed.clear()
        self._left.clear()
        self._delay_wall_s = 0.0

    def _close_all(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            to_reader, to_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.close()
            return
        self._writers |= {writer, to_writer}
        for source, sink, way in ((reader, to_writer, Way.TO_SERVER), (to_reader, writer, Way.TO_CLIENT)):
            task = asyncio.create_task(self._carry(source, sink, way))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: Way) -> None:
        with suppress(OSError, ConnectionError):
            while data := await source.read(_CHUNK_BYTES):
                if self._delay_wall_s:
                    await asyncio.sleep(self._delay_wall_s)
                if way in self._swallowed:
                    continue
                if way in self._left:
                    data = data[: self._left[way]]
                    self._left[way] -= len(data)
                sink.write(data)
                self.carried[way] += len(data)
                await sink.drain()
                if self._left.get(way) == 0:
                    break
        sink.close()
        self._writers.discard(sink)

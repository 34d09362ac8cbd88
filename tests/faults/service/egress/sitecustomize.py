"""Put before everything on a process's path: writes down each address outside this machine that it wants to reach."""

import os
import sys

_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0", "::")


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        place = arguments[1]
    elif event == "socket.getaddrinfo":
        place = (arguments[0],)
    else:
        return
    host = place[0] if isinstance(place, tuple) else None
    if isinstance(host, bytes):
        host = host.decode()
    if isinstance(host, str) and not host.startswith(_LOOPBACK):
        with open(os.environ["JAYUL_EGRESS_LOG"], "a", encoding="utf-8") as log:  # noqa: PTH123 - as early as this
            log.write(f"{event} {place!r}\n")


sys.addaudithook(_watch)

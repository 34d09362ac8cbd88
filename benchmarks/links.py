"""Links to equipment on loopback: throughput, loss, latency, verified writes, data back after an outage.

    python -m benchmarks.links            # about two minutes; the load of the machine is printed with the figures

The foreign server is node-opcua (tests/peers). Whatever else this machine does at that moment is in the figures, so its
load stands beside each. A loss is reported when our queue counts it or the server's overflow bit tells of it.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from connectors.opcua import CertificateStore, OpcUaActuator, OpcUaSecurity, OpcUaSource, SourceOptions
from connectors.opcua.scrutiny import Trouble
from plants.loader.load import load_plant
from plants.model.connection import SecurityPolicy
from plants.model.plant import Plant
from plants.model.tags import DataType, tags_of
from plants.ports.sample_source import LinkState
from service.clock import SystemClock
from tests.conformance.links.test_large import long_line
from tests.faults.links.conftest import until
from tests.peers.peer import Machines, NodeServer, served_tags
from tests.proxy import FaultProxy
from virtual.still import StillPlant

SPEED = "labeller.speed_per_min"


def main() -> None:
    """Run all and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wall-s", type=float, default=20.0, help="length of each stream")
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    print(f"{'what':<44}{'target':>14}{'measured':>56}{'load':>7}")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_all(Path(folder), given.wall_s))


async def _all(folder: Path, wall_s: float) -> None:
    plant = long_line()
    for rate in (2_000, 10_000, 20_000):
        await _on(
            folder / f"stream-{rate}", plant, partial(_stream, plant=plant, wanted=1_000, rate=rate, wall_s=wall_s)
        )
    bottling = load_plant("bottling")
    ours = CertificateStore(folder / "ours")
    ours.create(hosts=("127.0.0.1",))
    await _on(folder / "writes", bottling, lambda server: _writes(server, bottling, ours), trusted=ours)
    await _on(folder / "outage", bottling, lambda server: _outages(server, bottling))


async def _on(
    folder: Path,
    plant: Plant,
    measure: Callable[[NodeServer], Awaitable[None]],
    trusted: CertificateStore | None = None,
) -> None:
    """Measure on a fresh server."""
    await asyncio.to_thread(folder.mkdir)
    tags = served_tags(plant, StillPlant(plant).values())
    for tag in tags:
        tag["plain"] = not tag["writable"] and tag["type"] in {"UInt32", "Int32", "Double"}
    server = NodeServer(folder, plant, tags)
    if trusted is not None:
        server.certificates.create(name="Peer", hosts=("127.0.0.1",))
        server.certificates.trust(str(trusted.own_certificate))
        trusted.trust(str(server.certificates.own_certificate))
    await asyncio.to_thread(server.start)
    try:
        await measure(server)
    finally:
        await asyncio.to_thread(server.end)


async def _stream(server: NodeServer, *, plant: Plant, wanted: int, rate: int, wall_s: float) -> None:
    """Counters that change in turn, `rate` a second: what arrives, how late, at what cost."""
    numbers = {DataType.UINT32, DataType.INT32, DataType.DOUBLE}
    counters = [t.alias for t in tags_of(plant) if t.data_type in numbers and t.subject != "line"][:wanted]
    options = SourceOptions(publishing_wall_s=0.05, refresh_wall_s=600.0, queue_limit=1_000_000)
    source = OpcUaSource(plant, SystemClock(), endpoint=server.endpoint, options=options)
    await source.open()
    await asyncio.sleep(1.0)
    await source.poll()
    total = int(rate * wall_s)
    late: list[float] = []
    seen: Counter[str] = Counter()
    cpu, began = time.process_time(), time.monotonic()
    server.stream(counters, rate, total)
    while time.monotonic() - began < wall_s + 30 and sum(seen.values()) + source.dropped < total:
        for sample in await source.poll():
            seen[sample.alias] += 1
            if sample.source_time is not None:
                late.append((sample.received_at - sample.source_time).total_seconds())
        await asyncio.sleep(0.02)
    took_s = time.monotonic() - began
    share = (time.process_time() - cpu) / took_s
    await source.close()
    made = max((said.get("streamed", said.get("streaming", 0)) for said in server.said), default=0)
    lost = made - sum(seen.values()) - source.dropped
    told_of = sum(kinds.get(Trouble.OVERFLOW, 0) for kinds in source.troubles.values())
    late.sort()
    p99 = late[int(0.99 * len(late))] * 1000 if late else float("nan")
    sampled = f", {len(source.sampled_wall_s)} sampled" if source.sampled_wall_s else ""
    told = f"{sum(seen.values())} of {made}, {lost} lost ({told_of} told{sampled}), p99 {p99:.0f} ms, {share:.0%} core"
    told += f", {made / took_s:.0f}/s"
    _tell(f"{len(counters)} variables, {rate} values/s, {wall_s:g} s", "all, or told", told)


async def _writes(server: NodeServer, plant: Plant, ours: CertificateStore, count: int = 300) -> None:
    """Encrypted writes, each verified by reading back."""
    Machines(server, StillPlant(plant)).show(time.time() * 1000)
    security = OpcUaSecurity(
        user="writer",
        password=SecretStr("practice"),
        policy=SecurityPolicy.BASIC256SHA256,
        certificates=ours.folder,
    )
    actuator = OpcUaActuator(plant, SystemClock(), endpoint=server.endpoint, security=security)
    await actuator.open()
    took: list[float] = []
    for n in range(count):
        began = time.perf_counter()
        await actuator.write(SPEED, 500.0 + n % 100)
        [back] = await actuator.read((SPEED,))
        took.append((time.perf_counter() - began) * 1000)
        if back.value != 500.0 + n % 100:
            raise SystemExit(f"read back {back.value} after {500.0 + n % 100}")
    await actuator.close()
    took.sort()
    told = f"p50 {statistics.median(took):.1f} ms, p99 {took[int(0.99 * count)]:.1f} ms"
    _tell(f"{count} encrypted writes, read back", "p99 <= 25 ms", told)


async def _outages(server: NodeServer, plant: Plant) -> None:
    """How long after an outage the first sample is there again."""
    for away_s, target in ((2.0, "<= 3 s"), (12.0, "<= 6 s")):
        proxy = FaultProxy(server.endpoint)
        await proxy.start()
        source = OpcUaSource(plant, SystemClock(), endpoint=proxy.endpoint)
        await source.open()
        await proxy.cut()
        await until(partial(_away, source))
        await asyncio.sleep(away_s)
        await source.poll()
        await proxy.start()
        back_at = time.monotonic()
        await until(partial(_some, source))
        _tell(f"data back after {away_s:g} s away", target, f"{time.monotonic() - back_at:.1f} s")
        await source.close()
        await proxy.stop()


def _away(source: OpcUaSource) -> bool:
    return source.link is LinkState.CONNECTING


async def _some(source: OpcUaSource) -> bool:
    return bool(await source.poll())


def _tell(what: str, target: str, measured: Any) -> None:  # noqa: ANN401 - text of a table
    print(f"{what:<44}{target:>14}{measured:>56}{os.getloadavg()[0]:>7.1f}", flush=True)


if __name__ == "__main__":
    main()

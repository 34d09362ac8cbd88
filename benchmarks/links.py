"""Links to equipment on loopback: throughput, loss, latency, verified writes, a frozen server, data after an outage.

    python -m benchmarks.links [streams|writes|frozen|outages …]     # all: four minutes; the load is printed with them

The foreign server is node-opcua (tests/peers). Source, shadow, and the cadence between them are as in the service; a
change is late by what passes from its source time until the shadow has it. Whatever else this machine does at that
moment is in the figures, so its load stands beside each. A loss is reported when our queue counts it or the server's
overflow bit tells of it. The share of a core is that of this process: reading, decoding, judging, and the shadow.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
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
from service.memory import set_aside_what_stays
from service.running import MIRROR_WALL_S
from tests.conformance.links.test_large import long_line
from tests.faults.links.conftest import until
from tests.peers.peer import Machines, NodeServer, served_tags
from tests.proxy import FaultProxy
from twin.shadow.shadow import Shadow
from virtual.still import StillPlant

SPEED = "labeller.speed_per_min"
VARIABLES = 1_000
PARTS = ("streams", "writes", "frozen", "outages")


def main() -> None:
    """Run all and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=PARTS, help=f"what to measure: {', '.join(PARTS)}")
    parser.add_argument("--wall-s", type=float, default=60.0, help="length of a stream of 1,000 variables at 10 Hz")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    print(f"{'what':<44}{'target':>18}{'measured':>72}{'load':>7}")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_all(Path(folder), frozenset(given.parts), given.wall_s))


async def _all(folder: Path, parts: frozenset[str], wall_s: float) -> None:
    if "streams" in parts:
        plant = long_line(130)
        for rate in (2_000, 10_000, 20_000):
            lasts_s = wall_s if rate == VARIABLES * 10 else wall_s / 3
            measure = partial(_stream, plant=plant, rate=rate, wall_s=lasts_s)
            await _on(folder / f"stream-{rate}", plant, measure)
    bottling = load_plant("bottling")
    if "writes" in parts:
        ours = CertificateStore(folder / "ours")
        ours.create(hosts=("127.0.0.1",))
        await _on(folder / "writes", bottling, lambda server: _writes(server, bottling, ours), trusted=ours)
    if "frozen" in parts:
        await _on(folder / "frozen", bottling, lambda server: _frozen(server, bottling))
    if "outages" in parts:
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


async def _stream(server: NodeServer, *, plant: Plant, rate: int, wall_s: float) -> None:
    """Counters that change in turn, `rate` a second: what arrives, how late, at what cost."""
    numbers = {DataType.UINT32, DataType.INT32, DataType.DOUBLE}
    counters = [t.alias for t in tags_of(plant) if t.data_type in numbers and t.subject != "line"][:VARIABLES]
    options = SourceOptions(refresh_wall_s=600.0)  # a full read would say again what is counted here
    source, shadow = OpcUaSource(plant, SystemClock(), endpoint=server.endpoint, options=options), Shadow(plant)
    await source.open()
    await asyncio.sleep(1.0)
    shadow.feed(await source.poll())
    set_aside_what_stays()
    total = int(rate * wall_s)
    late: list[float] = []
    seen: Counter[str] = Counter()
    cpu, began = time.process_time(), time.monotonic()
    server.stream(counters, rate, total)
    while time.monotonic() - began < wall_s + 30 and sum(seen.values()) + source.dropped < total:
        samples = await source.poll()
        shadow.feed(samples)
        now = datetime.now(UTC)
        seen.update(sample.alias for sample in samples)
        late.extend((now - sample.source_time).total_seconds() for sample in samples if sample.source_time is not None)
        await asyncio.sleep(MIRROR_WALL_S)
    took_s = time.monotonic() - began
    share = (time.process_time() - cpu) / took_s
    await source.close()
    made = max((said.get("streamed", said.get("streaming", 0)) for said in server.said), default=0)
    lost = made - sum(seen.values()) - source.dropped
    told_of = sum(kinds.get(Trouble.OVERFLOW, 0) for kinds in source.troubles.values())
    late.sort()
    p50, p99 = (late[int(q * len(late))] * 1000 if late else float("nan") for q in (0.5, 0.99))
    sampled = f", {len(source.sampled_wall_s)} sampled" if source.sampled_wall_s else ""
    told = f"{sum(seen.values())} of {made}, {lost} lost ({told_of} told{sampled}), p50 {p50:.0f}, p99 {p99:.0f} ms"
    told += f", {share:.0%} core"
    target = "p99 100 ms, 30 %" if rate == VARIABLES * 10 else "all, or told"
    _tell(f"{len(counters)} variables, {rate} values/s, {wall_s:g} s", target, told)


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


async def _frozen(server: NodeServer, plant: Plant) -> None:
    """How long after a server stands still (SIGSTOP) that is known, five times at other moments of the probe."""
    took = []
    for turn in range(5):
        source = OpcUaSource(plant, SystemClock(), endpoint=server.endpoint)
        await source.open()
        await asyncio.sleep(1.0 + turn / 10)
        server.pause()
        frozen_at = time.monotonic()
        await until(partial(_away, source))
        took.append(time.monotonic() - frozen_at)
        server.resume()
        await source.close()
    _tell("a frozen server is noticed", "<= 3 s", f"{min(took):.1f} to {max(took):.1f} s")


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
    print(f"{what:<44}{target:>18}{measured:>72}{os.getloadavg()[0]:>7.1f}", flush=True)


if __name__ == "__main__":
    main()

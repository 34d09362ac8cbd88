"""`jayul connect test|browse|read|watch|map`: from the network to a live mirror, one step at a time.

Accounts and passwords come from the same settings as the service's (`JAYUL_READER_USER`, `JAYUL_READER_PASSWORD`, …).
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from plants.errors import InvalidInput, LinkDown
from service.cli.output import Json, err, out, present, table

if TYPE_CHECKING:
    from connectors.opcua.security import OpcUaSecurity
    from plants.flow.sample import Sample
    from plants.model.plant import Plant
    from service.connect import WatchedSource

Target = Annotated[
    str, typer.Argument(metavar="TARGET", help="A plant (file or library name), or opc.tcp://host:port.")
]
Plants = Annotated[str, typer.Argument(metavar="PLANT", help="A plant file, or the name of a library plant.")]
Endpoint = Annotated[str | None, typer.Option(help="Another endpoint than the plant file's.")]
Certs = Annotated[Path, typer.Option("--certs", help="Folder of certificates.")]
Policy = Annotated[str | None, typer.Option(help="Security policy, when TARGET is an address: Basic256Sha256, …")]
DEFAULT_CERTS = Path("data/certs")

group = typer.Typer(help="Commissioning: test a server, look at it, map it, watch it.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.add_typer(group, name="connect")


@group.command("test")
def try_server(
    target: Target,
    endpoint: Endpoint = None,
    certs: Certs = DEFAULT_CERTS,
    policy: Policy = None,
    writer: Annotated[
        bool, typer.Option("--writer", help="As the writing account, which must be let to write.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Test a server step by step: network, endpoints, certificate, session, clock, tags."""
    from connectors.opcua.commissioning import Finding, probe

    place = _Place(target, endpoint, certs, policy, writer=writer)

    async def run() -> list[Finding]:
        findings = []
        steps = probe(place.endpoint, place.security, plant=place.plant, place=place.opcua, writing=writer)
        async for finding in steps:
            findings.append(finding)
            if not as_json:
                mark = "ok  " if finding.ok else "FAIL"
                out.print(f"{mark} {finding.step:<12}{finding.told}", soft_wrap=True, markup=False)
        return findings

    findings = asyncio.run(run())
    if as_json:
        present({"endpoint": place.endpoint, "steps": [f.model_dump() for f in findings]}, True, lambda _: None)
    failed = next((f for f in findings if not f.ok), None)
    if failed is not None:
        raise LinkDown(f"{place.endpoint}: {failed.step} is not as it should be; see above")


@group.command()
def browse(
    target: Target,
    path: Annotated[str, typer.Argument(help="Where to begin, browse names with slashes: Bottling/Filler.")] = "",
    depth: Annotated[int, typer.Option(min=1, max=20, help="Levels down.")] = 3,
    endpoint: Endpoint = None,
    certs: Certs = DEFAULT_CERTS,
    policy: Policy = None,
    as_json: Json = False,
) -> None:
    """Show what a server holds: names, types, values, rights, node ids."""
    from connectors.opcua.commissioning import survey

    place = _Place(target, endpoint, certs, policy)

    seen = asyncio.run(survey(place.endpoint, place.security, [name for name in path.split("/") if name], depth=depth))

    def draw(console: Console) -> None:
        rows = [
            [
                f"{'  ' * (len(f.path) - 1)}{f.path[-1]}",
                f.type_name or f.kind,
                "w" if f.writable else "",
                f.value,
                f.node,
            ]
            for f in seen.found
        ]
        console.print(table(["name", "type", "", "value", "node"], rows))
        if not seen.found:
            console.print("nothing is there; begin without a path, or see `jayul connect test`")
        if not seen.whole:
            console.print(f"only the first {len(seen.found)} nodes; give a path or a smaller depth")

    present([vars(f) for f in seen.found], as_json, draw)


@group.command()
def read(
    plant: Plants,
    alias: Annotated[list[str] | None, typer.Argument(help="Tags; all when none is given.")] = None,
    endpoint: Endpoint = None,
    certs: Certs = DEFAULT_CERTS,
    as_json: Json = False,
) -> None:
    """Read a plant's tags once: value, quality, age."""
    place = _Place(plant, endpoint, certs, None)
    wanted = place.aliases(alias)
    samples = {s.alias: s for s in asyncio.run(_first(place, set(wanted)))}
    now = datetime.now(UTC)

    def draw(console: Console) -> None:
        console.print(table(["tag", "value", "quality", "taken"], ([*_row(a, samples.get(a), now)] for a in wanted)))

    present([samples[a].model_dump(mode="json") for a in wanted if a in samples], as_json, draw)


@group.command()
def watch(
    plant: Plants,
    alias: Annotated[list[str] | None, typer.Argument(help="Tags; all when none is given.")] = None,
    endpoint: Endpoint = None,
    certs: Certs = DEFAULT_CERTS,
    wall_s: Annotated[float | None, typer.Option("--for", help="Wall seconds; until Ctrl-C when not given.")] = None,
    as_json: Json = False,
) -> None:
    """Watch a plant's tags change; at the end, what was wrong with them."""
    place = _Place(plant, endpoint, certs, None)
    asyncio.run(_watch(place, set(place.aliases(alias)), wall_s, as_json=as_json))


@group.command("map")
def map_tags(
    plant: Plants,
    url: Annotated[str, typer.Argument(help="The server, opc.tcp://host:port.")],
    certs: Certs = DEFAULT_CERTS,
    policy: Policy = None,
    to: Annotated[Path | None, typer.Option(help="Write the YAML to this file.")] = None,
    as_json: Json = False,
) -> None:
    """Propose which node is which tag, as YAML for a person to check."""
    from connectors.opcua.commissioning import propose, survey
    from plants.loader.load import load_plant

    described = load_plant(plant)
    place = _Place(url, None, certs, policy)
    seen = asyncio.run(survey(place.endpoint, place.security, depth=10))
    mapping = propose(described, seen.found)
    text = mapping.yaml(place.endpoint, place.security.policy)
    rows = [
        {"alias": p.tag.alias, "node": p.found.node if p.found else None, "score": round(p.score, 3)}
        for p in mapping.proposals
    ]
    if to is not None:
        to.write_text(text, encoding="utf-8")
    found = sum(p.found is not None for p in mapping.proposals)
    err.print(f"{found} of {len(rows)} tags found" + (f"; written to {to}" if to else ""), soft_wrap=True)
    present(rows, as_json, lambda console: None if to else console.print(text, markup=False, soft_wrap=True, end=""))


class _Place:
    """Where a command connects to, and as whom."""

    def __init__(
        self, target: str, endpoint: str | None, certs: Path, policy: str | None, *, writer: bool = False
    ) -> None:
        from plants.loader.load import load_plant
        from plants.model.connection import OpcUa
        from service.settings import load_settings

        self.settings = load_settings({"certificates": certs})
        self.plant: Plant | None = None
        if target.startswith("opc.tcp://"):
            self.opcua: OpcUa | None = None
            self.endpoint = target
            self.security = self._bare(policy)
            return
        self.plant = load_plant(target)
        if self.plant.opcua is None:
            raise InvalidInput(f"plant '{self.plant.plant}' has no 'opcua' section; give an address in place of it")
        self.endpoint = endpoint or self.plant.opcua.endpoint
        self.opcua = self.plant.opcua.model_copy(update={"endpoint": self.endpoint})
        self.security = self._of_plant(self.plant, writer=writer)

    def aliases(self, asked: Iterable[str] | None) -> list[str]:
        """The tags asked for, or all.

        Raises:
            InvalidInput: the plant does not have one.
        """
        from plants.model.tags import tags_of

        known = [tag.alias for tag in tags_of(self.plant)] if self.plant is not None else []
        unknown = [alias for alias in asked or [] if alias not in known]
        if unknown:
            raise InvalidInput(f"the plant has no tag {', '.join(unknown)}; it has {', '.join(known)}")
        return list(asked or known)

    def _bare(self, policy: str | None) -> "OpcUaSecurity":
        from plants.model.connection import OpcUa, SecurityPolicy
        from service.connect import security_at

        known = [p.value for p in SecurityPolicy]
        if policy is not None and policy not in known:
            raise InvalidInput(f"'{policy}' is no security policy; give one of {', '.join(known)}")
        place = OpcUa(endpoint=self.endpoint, namespace_uri="-", root="-", policy=SecurityPolicy(policy or "None"))
        return security_at(self.settings, place)

    def _of_plant(self, plant: "Plant", *, writer: bool) -> "OpcUaSecurity":
        from service.connect import reading_security, writing_security

        return (writing_security if writer else reading_security)(self.settings, plant)


async def _first(place: _Place, wanted: set[str]) -> "list[Sample]":
    """The first sample of each tag; what does not come within the deadline is left out."""
    source = _source(place)
    await source.open()
    seen: dict[str, Sample] = {}
    try:
        async with asyncio.timeout(10):
            while wanted - set(seen):
                seen.update((s.alias, s) for s in await source.poll() if s.alias in wanted)
                await asyncio.sleep(0.05)
    except TimeoutError:
        pass
    finally:
        await source.close()
    return list(seen.values())


async def _watch(place: _Place, wanted: set[str], wall_s: float | None, *, as_json: bool) -> None:
    source = _source(place)
    await source.open()
    try:
        async with asyncio.timeout(wall_s):
            while True:
                for sample in await source.poll():
                    if sample.alias in wanted:
                        _tell(sample, as_json=as_json)
                await asyncio.sleep(0.1)
    except TimeoutError:
        pass
    finally:
        await source.close()
        _tell_troubles(source)


def _tell_troubles(source: "WatchedSource") -> None:
    for alias, kinds in sorted(source.troubles.items()):
        err.print(f"{alias}: {', '.join(f'{n} x {kind}' for kind, n in kinds.items())}", markup=False, soft_wrap=True)
    if source.dropped:
        err.print(f"{source.dropped} samples were dropped because they were not shown in time")


def _tell(sample: "Sample", *, as_json: bool) -> None:
    if as_json:
        out.print(sample.model_dump_json(), markup=False, soft_wrap=True)
    else:
        value = "-" if sample.value is None else sample.value
        out.print(
            f"{sample.received_at:%H:%M:%S} {sample.alias} {value} {sample.quality}", markup=False, soft_wrap=True
        )


def _source(place: _Place) -> "WatchedSource":
    from service.clock import SystemClock
    from service.connect import watched_source

    if place.plant is None:
        raise InvalidInput("give a plant: an address alone has no tags; see `jayul connect browse`")
    settings = place.settings.model_copy(update={"endpoint": place.endpoint})
    return watched_source(settings, place.plant, SystemClock())


def _row(alias: str, sample: "Sample | None", now: datetime) -> list[str]:
    if sample is None:
        return [alias, "-", "nothing came", ""]
    value = (
        "-"
        if sample.value is None
        else ", ".join(sample.value)
        if isinstance(sample.value, tuple)
        else str(sample.value)
    )
    taken = "no time" if sample.source_time is None else f"{(now - sample.source_time).total_seconds():.1f} s ago"
    return [alias, value, sample.quality, taken]

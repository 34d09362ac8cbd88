"""A stack that we did not write: node-opcua as server for our sessions, and as client of the virtual plant."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from connectors.opcua import CertificateStore, OpcUaSecurity, OpcUaSource
from connectors.opcua.certificates import Standing, thumbprint
from plants.errors import LinkDown, NotTrusted, TagMissing
from plants.model.connection import SecurityPolicy
from plants.model.plant import Plant
from plants.model.tags import tags_of
from service.clock import SystemClock
from tests.faults.links.conftest import QUICK, MakeActuator, PlantHere, until
from tests.peers.peer import Machines, NodeServer, installed, served_tags
from virtual.protection import Protection
from virtual.script import NO_SCRIPT, ClampedWrites, Script
from virtual.still import StillPlant

SPEED = "labeller.speed_per_min"
PATH = ["Bottling", "Labeller", "Command", "SpeedPerMin"]
ENCRYPTED = (
    SecurityPolicy.BASIC256SHA256,
    pytest.param(SecurityPolicy.AES128_SHA256_RSA_OAEP, marks=pytest.mark.slow),
    pytest.param(SecurityPolicy.AES256_SHA256_RSA_PSS, marks=pytest.mark.slow),
)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> CertificateStore:
    """Our certificates."""
    store = CertificateStore(tmp_path_factory.mktemp("ours"))
    store.create(hosts=("127.0.0.1",))
    return store


@pytest.fixture(scope="module")
def server(plant: Plant, ours: CertificateStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeServer]:
    """A server that trusts us, and is trusted; its namespaces come after two others."""
    server = NodeServer(tmp_path_factory.mktemp("node"), plant, served_tags(plant, StillPlant(plant).values()))
    server.certificates.create(name="Peer", hosts=("127.0.0.1",))
    server.certificates.trust(str(ours.own_certificate))
    ours.trust(str(server.certificates.own_certificate))
    server.start()
    yield server
    server.end()


@pytest.fixture
def machines(plant: Plant, server: NodeServer) -> StillPlant:
    """A plant at rest behind the server."""
    return behind(server, StillPlant(plant))


def behind(server: NodeServer, equipment: StillPlant, script: Script = NO_SCRIPT) -> StillPlant:
    """Put a plant behind the server."""
    Machines(server, equipment, script).show(time.time() * 1000)
    return equipment


def writer(ours: CertificateStore, policy: SecurityPolicy, **more: object) -> OpcUaSecurity:
    """The writer over an encrypted channel."""
    account = {"user": "writer", "password": SecretStr("practice")}
    return OpcUaSecurity.model_validate({**account, "policy": policy, "certificates": ours.folder, **more})


@pytest.mark.parametrize("policy", ENCRYPTED)
async def test_typed_encrypted_writes_are_taken_and_read_back(
    ours: CertificateStore,
    server: NodeServer,
    machines: StillPlant,
    make_actuator: MakeActuator,
    policy: SecurityPolicy,
) -> None:
    """Each policy, with our certificate, against a server of another make."""
    actuator = make_actuator(server.endpoint, writer(ours, policy))

    await actuator.open()
    status = await actuator.write(SPEED, 500)
    [back] = await actuator.read((SPEED,))

    assert (status, back.value) == ("Good", 500.0)
    assert machines.values()[SPEED] == 500.0


async def test_a_server_that_clamps_answers_good_and_is_found_out_by_the_read_back(
    plant: Plant, ours: CertificateStore, server: NodeServer, make_actuator: MakeActuator
) -> None:
    """Good to 700, holding 600."""
    script = Script(events=(ClampedWrites(alias=SPEED, low=450, high=600),))
    behind(server, StillPlant(plant, script=script), script)
    actuator = make_actuator(server.endpoint, writer(ours, SecurityPolicy.BASIC256SHA256))
    await actuator.open()

    status = await actuator.write(SPEED, 700.0)
    [back] = await actuator.read((SPEED,))

    assert (status, back.value) == ("Good", 600.0)


async def test_a_stranger_of_ours_is_refused_by_the_server(
    plant: Plant, server: NodeServer, tmp_path: Path, make_actuator: MakeActuator
) -> None:
    """A client certificate that the server does not trust ends in a message about the certificate."""
    stranger = CertificateStore(tmp_path)
    stranger.create(hosts=("127.0.0.1",))
    stranger.trust(str(server.certificates.own_certificate))

    with pytest.raises(LinkDown, match="certificate"):
        await make_actuator(server.endpoint, writer(stranger, SecurityPolicy.BASIC256SHA256)).open()


async def test_a_server_of_another_make_waits_for_consent(
    server: NodeServer, tmp_path: Path, make_actuator: MakeActuator
) -> None:
    """First contact: its certificate is kept, and nothing of ours was sent."""
    store = CertificateStore(tmp_path)
    store.create(hosts=("127.0.0.1",))

    with pytest.raises(NotTrusted, match="jayul certs trust"):
        await make_actuator(server.endpoint, writer(store, SecurityPolicy.AES256_SHA256_RSA_PSS)).open()

    waiting = [known.thumbprint for known in store.all() if known.standing is Standing.WAITING]
    assert waiting == [thumbprint(server.certificates.own())]


async def test_a_pinned_server_is_accepted_and_any_other_is_not(
    server: NodeServer, machines: StillPlant, tmp_path: Path, ours: CertificateStore, make_actuator: MakeActuator
) -> None:
    """The pin goes before the folder."""
    pin = thumbprint(server.certificates.own())
    policy = SecurityPolicy.BASIC256SHA256

    await make_actuator(server.endpoint, writer(ours, policy, server_thumbprint=pin)).open()
    with pytest.raises(NotTrusted, match="pinned"):
        await make_actuator(server.endpoint, writer(ours, policy, server_thumbprint="1" * 64)).open()


async def test_rights_of_the_account_are_read_from_the_server(
    server: NodeServer, machines: StillPlant, ours: CertificateStore, make_actuator: MakeActuator
) -> None:
    """A reader is told at opening that it may not write; a wrong password is refused without being repeated."""
    policy = SecurityPolicy.BASIC256SHA256

    with pytest.raises(TagMissing, match=f"{SPEED} at {'/'.join(PATH)} may not be written by this account"):
        await make_actuator(server.endpoint, writer(ours, policy, user="reader")).open()
    with pytest.raises(LinkDown, match="refused the account") as raised:
        await make_actuator(server.endpoint, writer(ours, policy, password=SecretStr("sesame"))).open()

    assert "sesame" not in raised.value.message


@pytest.mark.slow
async def test_a_restart_with_another_namespace_index_is_followed(
    plant: Plant, tmp_path: Path, server: NodeServer
) -> None:
    """Killed and started with one namespace more before ours: every tag again."""
    mine = NodeServer(tmp_path, plant, server.tags)
    mine.start()
    behind(mine, StillPlant(plant))
    source = OpcUaSource(plant, SystemClock(), endpoint=mine.endpoint, options=QUICK)
    seen: set[str] = set()

    async def whole() -> bool:
        seen.update(s.alias for s in await source.poll())
        return len(seen) == len(tags_of(plant))

    try:
        await source.open()
        await until(whole)
        mine.end()
        mine.namespaces = ("urn:other:one", "urn:other:two", "urn:other:three")
        await asyncio.to_thread(mine.start)
        behind(mine, StillPlant(plant))
        seen.clear()
        await until(whole)
    finally:
        await source.close()
        mine.end()


async def _client(folder: Path, asked: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Run the client of another make; returns what it says."""
    store = CertificateStore(folder)
    if not store.own_certificate.exists():
        store.create(name="Peer", hosts=("127.0.0.1",))
    told = {
        "pki": str(folder / "pki"),
        "certificate": str(store.own_certificate),
        "key": str(store.own_key),
        "applicationUri": store.all()[0].application_uri,
        "uri": "urn:jayul:bottling",
        "trusted": [],
        "write": [],
        "read": [],
        **asked,
    }
    process = await asyncio.create_subprocess_exec(
        *("node", str(installed() / "client.js")),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await asyncio.wait_for(process.communicate(json.dumps(told).encode()), 60)
    return json.loads(out.decode().strip().splitlines()[-1])


async def test_a_client_of_another_make_reads_watches_and_writes_the_virtual_plant(
    here: PlantHere, tmp_path: Path
) -> None:
    """Encrypted, as the writer: values with their types, a subscription, limits of the machine."""
    plant_certs, peer_certs = CertificateStore(tmp_path / "plant"), CertificateStore(tmp_path / "peer")
    plant_certs.create(name="Jayul virtual plant", hosts=("localhost", "127.0.0.1"))
    peer_certs.create(name="Peer", hosts=("127.0.0.1",))
    plant_certs.trust(str(peer_certs.own_certificate))
    await here.start(protection=Protection(plant_certs.folder, only=True))
    asked: dict[str, Any] = {
        "endpoint": here.endpoint,
        "mode": "SignAndEncrypt",
        "policy": "Basic256Sha256",
        "user": "writer",
    }
    asked |= {"password": "practice", "trusted": [str(plant_certs.own_certificate)]}

    said = await _client(
        peer_certs.folder,
        {
            **asked,
            "read": [PATH, ["Bottling", "Line", "OrderSequence"], ["Bottling", "Filler", "Status", "StateCurrent"]],
            "watch": ["Bottling", "Line", "PlantTime"],
            "write": [[PATH, "Double", 500.0], [PATH, "Double", 5000.0], [PATH, "Int32", 500]],
        },
    )

    assert said["read"][0] == [675.0, "Good", "Double"]
    assert said["read"][1][0] == [f"o{n:02}" for n in range(1, 11)]
    assert said["read"][2][2] == "Int32"
    assert len(said["watched"]) >= 3
    assert said["written"] == [["Good", 500.0], ["BadOutOfRange", 500.0], ["BadTypeMismatch", 500.0]]


@pytest.mark.slow
async def test_a_client_of_another_make_that_may_not_write_is_refused(here: PlantHere, tmp_path: Path) -> None:
    """Plain and anonymous: it reads, and changes nothing; with a wrong password it does not get in."""
    await here.start()
    plain = {"endpoint": here.endpoint, "mode": "None", "policy": "None"}

    said = await _client(tmp_path, {**plain, "read": [PATH], "write": [[PATH, "Double", 500.0]]})
    shut = await _client(tmp_path, {**plain, "user": "writer", "password": "wrong"})

    assert said["written"] == [["BadUserAccessDenied", 675.0]]
    assert "BadUserAccessDenied" in shut["fault"]

"""Encrypted sessions with a real server: who is let in, who is refused, and that nothing is weakened silently."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from connectors.opcua import CertificateStore, OpcUaActuator, OpcUaSecurity, OpcUaSource
from connectors.opcua.certificates import KnownCertificate, Standing, read_certificate, thumbprint
from plants.errors import LinkDown, NotTrusted, Refused, TagMissing
from plants.model.connection import SecurityPolicy
from plants.model.plant import Plant
from plants.model.tags import tags_of
from service.clock import SystemClock
from tests.certificates import make, new_key, save
from tests.faults.links.conftest import QUICK, MakeActuator, PlantHere, until
from virtual.accounts import Account, Accounts
from virtual.protection import Protection

SPEED = "labeller.speed_per_min"
ORDERS = "line.order_sequence"
ENCRYPTED = (
    SecurityPolicy.BASIC256SHA256,
    pytest.param(SecurityPolicy.AES128_SHA256_RSA_OAEP, marks=pytest.mark.slow),
    pytest.param(SecurityPolicy.AES256_SHA256_RSA_PSS, marks=pytest.mark.slow),
)


class Pair:
    """The folders of a client and a server, which the tests make acquainted."""

    def __init__(self, folder: Path) -> None:
        self.client = CertificateStore(folder / "client")
        self.server = CertificateStore(folder / "server")
        self.client.create(hosts=("127.0.0.1",))
        self.server.create(name="Jayul virtual plant", hosts=("localhost", "127.0.0.1"))

    def know_each_other(self) -> None:
        """Each trusts the other."""
        self.server.trust(str(self.client.own_certificate))
        self.client.trust(str(self.server.own_certificate))

    def security(self, policy: SecurityPolicy = SecurityPolicy.BASIC256SHA256, **more: object) -> OpcUaSecurity:
        """The client's security, as the writer unless said otherwise."""
        account = {} if "user_certificate" in more else {"user": "writer", "password": SecretStr("practice")}
        return OpcUaSecurity.model_validate({"policy": policy, "certificates": self.client.folder, **account, **more})

    def waiting(self, store: CertificateStore) -> list[KnownCertificate]:
        """Certificates of a folder that wait for consent."""
        return [known for known in store.all() if known.standing is Standing.WAITING]


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    """Two folders that do not know each other."""
    return Pair(tmp_path)


def served(pair: Pair) -> Protection:
    """Encrypted endpoints only."""
    return Protection(pair.server.folder, only=True)


@pytest.mark.parametrize("policy", ENCRYPTED)
async def test_an_encrypted_session_writes_and_reads_with_each_policy(
    pair: Pair, here: PlantHere, make_actuator: MakeActuator, policy: SecurityPolicy
) -> None:
    """Signed and encrypted, with the password inside."""
    pair.know_each_other()
    await here.start(protection=served(pair))
    actuator = make_actuator(here.endpoint, pair.security(policy))

    await actuator.open()
    status = await actuator.write(SPEED, 500.0)
    [back] = await actuator.read((SPEED,))

    assert (status, back.value) == ("Good", 500.0)


async def test_an_encrypted_source_shows_every_tag(pair: Pair, plant: Plant, here: PlantHere) -> None:
    """Reading, too, through the encrypted endpoint, anonymously."""
    pair.know_each_other()
    await here.start(protection=served(pair))
    security = OpcUaSecurity(policy=SecurityPolicy.BASIC256SHA256, certificates=pair.client.folder)
    source = OpcUaSource(plant, SystemClock(), endpoint=here.endpoint, security=security, options=QUICK)
    seen: set[str] = set()

    async def whole() -> bool:
        seen.update(s.alias for s in await source.poll())
        return len(seen) == len(tags_of(plant))

    try:
        await source.open()
        await until(whole)
    finally:
        await source.close()


async def test_first_contact_is_refused_until_the_operator_consents(
    pair: Pair, here: PlantHere, make_actuator: MakeActuator
) -> None:
    """The server's certificate waits; the password has not left; after consent the session stands."""
    pair.server.trust(str(pair.client.own_certificate))
    await here.start(protection=served(pair))
    actuator = make_actuator(here.endpoint, pair.security())

    with pytest.raises(NotTrusted, match="nobody has trusted yet"):
        await actuator.open()
    [waiting] = pair.waiting(pair.client)
    pair.client.trust(waiting.thumbprint)
    await actuator.open()

    assert waiting.thumbprint == thumbprint(pair.server.own())


async def test_a_client_that_the_server_does_not_trust_is_refused_with_a_clear_message(
    pair: Pair, here: PlantHere, make_actuator: MakeActuator
) -> None:
    """The library says AssertionError; a person is told whose certificate it is about, and the server keeps it."""
    pair.client.trust(str(pair.server.own_certificate))
    await here.start(protection=served(pair))
    actuator = make_actuator(here.endpoint, pair.security())

    with pytest.raises(LinkDown, match="certificate"):
        await actuator.open()

    assert [known.thumbprint for known in pair.waiting(pair.server)] == [thumbprint(pair.client.own())]


async def test_an_expired_server_certificate_is_refused(
    pair: Pair, here: PlantHere, make_actuator: MakeActuator
) -> None:
    """Trusted once, expired since."""
    await _serve_with(pair, here, ends_days=-1)

    with pytest.raises(NotTrusted, match="is valid from"):
        await make_actuator(here.endpoint, pair.security()).open()


async def test_a_server_certificate_of_another_host_is_refused(
    pair: Pair, here: PlantHere, make_actuator: MakeActuator
) -> None:
    """A trusted certificate does not speak for another machine."""
    await _serve_with(pair, here, host="192.0.2.44")

    with pytest.raises(NotTrusted, match=r"is for 192\.0\.2\.44"):
        await make_actuator(here.endpoint, pair.security()).open()


async def test_a_server_that_offers_only_none_is_not_taken_for_an_encrypted_one(
    pair: Pair, here: PlantHere, make_actuator: MakeActuator
) -> None:
    """Downgrade: what is offered is named, and nothing weaker is taken."""
    pair.know_each_other()
    await here.start()

    with pytest.raises(NotTrusted, match="does not offer Basic256Sha256 with SignAndEncrypt"):
        await make_actuator(here.endpoint, pair.security()).open()


async def test_a_plain_client_finds_no_way_in_where_the_plain_endpoint_is_shut(
    pair: Pair, here: PlantHere, make_actuator: MakeActuator
) -> None:
    """No session without a policy that the server offers."""
    await here.start(protection=served(pair))

    with pytest.raises(LinkDown):
        await make_actuator(here.endpoint).open()


async def test_a_user_logs_in_by_certificate_and_an_unknown_one_does_not(
    pair: Pair, here: PlantHere, make_actuator: MakeActuator, tmp_path: Path
) -> None:
    """X.509 users: the account is found by the certificate's thumbprint."""
    pair.know_each_other()
    key, stranger = new_key(), new_key()
    known = save(tmp_path / "users", "known", make(key), key)
    unknown = save(tmp_path / "users", "unknown", make(stranger), stranger)
    cell = Account(name="cell", certificate=thumbprint(read_certificate(known)), writes=("*",))
    await here.start(protection=served(pair), accounts=Accounts(accounts=(cell,)))

    actuator = make_actuator(here.endpoint, _by_certificate(pair, known))
    await actuator.open()
    status = await actuator.write(SPEED, 500.0)
    with pytest.raises(LinkDown, match="refused the account"):
        await make_actuator(here.endpoint, _by_certificate(pair, unknown)).open()

    assert status == "Good"


async def test_rights_are_per_node(plant: Plant, here: PlantHere) -> None:
    """The scheduler may sequence orders and set no speed; opening names what it may not write."""
    await here.start()
    scheduler = OpcUaSecurity(user="scheduler", password=SecretStr("practice"))
    actuator = OpcUaActuator(plant, SystemClock(), endpoint=here.endpoint, security=scheduler)

    with pytest.raises(TagMissing) as raised:
        await actuator.open()

    assert f"{SPEED} at" in raised.value.message
    assert ORDERS not in raised.value.message


async def test_none_is_refused_off_loopback_before_a_packet_is_sent(plant: Plant) -> None:
    """Unless the setting of that name allows it, which then tries to connect."""
    refused = OpcUaActuator(plant, SystemClock(), endpoint="opc.tcp://192.0.2.1:4840")
    with pytest.raises(Refused, match="allow_unencrypted_network"):
        await refused.open()

    allowed = OpcUaActuator(
        plant,
        SystemClock(),
        endpoint="opc.tcp://192.0.2.1:4840",
        security=OpcUaSecurity(allow_unencrypted_network=True),
        request_wall_s=0.2,
    )
    with pytest.raises(LinkDown):
        await allowed.open()


def _by_certificate(pair: Pair, file: Path) -> OpcUaSecurity:
    return pair.security(user_certificate=file, user_key=file.with_suffix(".pem"))


async def _serve_with(pair: Pair, here: PlantHere, *, host: str = "127.0.0.1", ends_days: int = 30) -> None:
    """A server with a certificate of that host and end, and both sides trusting each other."""
    key = new_key()
    certificate = make(
        key,
        host=host,
        uri="urn:localhost:jayul-virtual-plant",
        begins=timedelta(days=-9),
        ends=timedelta(days=ends_days),
    )
    file = save(pair.server.own_certificate.parent, "jayul", certificate, key)
    assert file == pair.server.own_certificate
    pair.know_each_other()
    await here.start(protection=served(pair))

"""The folder of certificates, and which servers are accepted."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from pydantic import SecretStr, ValidationError

from connectors.opcua import CertificateStore, OpcUaSecurity
from connectors.opcua.certificates import Standing, thumbprint
from connectors.opcua.trust import check_server
from plants.errors import InvalidInput, NotTrusted, Refused, UnknownName
from plants.model.connection import SecurityPolicy
from tests.certificates import URI, make, new_key, revoked, save

KEY = new_key()
ISSUER_KEY = new_key()
ENDPOINT = "opc.tcp://192.0.2.7:4840"


def check(
    certificate: x509.Certificate, store: CertificateStore, *, endpoint: str = ENDPOINT, pinned: str | None = None
) -> None:
    """Check it as the certificate of a server at `endpoint`."""
    check_server(certificate, store, endpoint=endpoint, application_uri=URI, now=datetime.now(UTC), pinned=pinned)


def test_our_own_certificate_names_application_and_host_and_its_key_is_private(tmp_path: Path) -> None:
    """A key that others can read would be no key."""
    store = CertificateStore(tmp_path)

    made = store.create(hosts=("gateway", "192.0.2.9"), days=10)

    assert made.application_uri == "urn:gateway:jayul"
    assert made.hosts == ("gateway", "192.0.2.9")
    assert made.standing is Standing.OWN
    assert stat.S_IMODE(store.own_key.stat().st_mode) == 0o600
    assert thumbprint(store.own()) == made.thumbprint


def test_a_certificate_is_not_replaced_by_accident(tmp_path: Path) -> None:
    """Servers that trust it would be lost."""
    store = CertificateStore(tmp_path)
    first = store.create()

    with pytest.raises(Refused, match="--replace"):
        store.create()
    second = store.create(replace=True)

    assert first.thumbprint != second.thumbprint


def test_without_a_certificate_of_ours_the_remedy_is_named(tmp_path: Path) -> None:
    """One command makes one."""
    with pytest.raises(InvalidInput, match="jayul certs create"):
        CertificateStore(tmp_path).own()


def test_an_unknown_server_waits_for_consent_and_is_accepted_after_it(tmp_path: Path) -> None:
    """First contact: refused, kept, shown with its thumbprint, trusted by a person."""
    store = CertificateStore(tmp_path)
    certificate = make(KEY, host="192.0.2.7")

    with pytest.raises(NotTrusted, match=f"jayul certs trust {thumbprint(certificate)[:16]}"):
        check(certificate, store)
    [waiting] = store.all()
    store.trust(thumbprint(certificate)[:8].upper())
    check(certificate, store)
    [trusted] = store.all()
    store.distrust(trusted.thumbprint)

    assert (waiting.standing, trusted.standing) == (Standing.WAITING, Standing.TRUSTED)
    with pytest.raises(NotTrusted, match="nobody has trusted"):
        check(certificate, store)


@pytest.mark.parametrize(
    ("begins", "ends"), [(timedelta(days=-9), timedelta(days=-1)), (timedelta(days=1), timedelta(days=9))]
)
def test_a_certificate_that_is_not_valid_now_is_refused_even_when_trusted_or_pinned(
    tmp_path: Path, begins: timedelta, ends: timedelta
) -> None:
    """Expired, or not yet valid."""
    store = CertificateStore(tmp_path)
    certificate = make(KEY, host="192.0.2.7", begins=begins, ends=ends)
    store.trust(str(save(tmp_path / "from", "server", certificate)))

    for pinned in (None, thumbprint(certificate)):
        with pytest.raises(NotTrusted, match="is valid from"):
            check(certificate, store, pinned=pinned)


def test_a_certificate_of_another_host_is_refused_unless_it_is_pinned(tmp_path: Path) -> None:
    """Pinning names one certificate; trust alone does not move it to another address."""
    store = CertificateStore(tmp_path)
    certificate = make(KEY, host="192.0.2.8")
    store.trust(str(save(tmp_path / "from", "server", certificate)))

    with pytest.raises(NotTrusted, match=r"is for 192\.0\.2\.8, not for 192\.0\.2\.7"):
        check(certificate, store)
    check(certificate, store, pinned=thumbprint(certificate))


def test_a_certificate_of_another_application_is_refused(tmp_path: Path) -> None:
    """Part 4, 6.1.3: the application URI belongs to the certificate."""
    store = CertificateStore(tmp_path)
    certificate = make(KEY, host="192.0.2.7", uri="urn:somebody:else")
    store.trust(str(save(tmp_path / "from", "server", certificate)))

    with pytest.raises(NotTrusted, match="urn:somebody:else"):
        check(certificate, store)


def test_another_certificate_than_the_pinned_one_is_refused_although_it_is_trusted(tmp_path: Path) -> None:
    """A pin is narrower than trust."""
    store = CertificateStore(tmp_path)
    certificate = make(KEY, host="192.0.2.7")
    store.trust(str(save(tmp_path / "from", "server", certificate)))

    with pytest.raises(NotTrusted, match="another certificate than the pinned one"):
        check(certificate, store, pinned="0" * 64)


def test_what_a_trusted_issuer_issued_is_accepted_until_it_is_revoked(tmp_path: Path) -> None:
    """A site's certificate authority; a server that is no authority issues nothing."""
    store = CertificateStore(tmp_path)
    issuer = make(ISSUER_KEY, ca=True)
    issued = make(KEY, host="192.0.2.7", issuer=(issuer, ISSUER_KEY))
    store.trust(str(save(tmp_path / "from", "issuer", issuer)))

    check(issued, store)
    (tmp_path / "trusted" / "site.crl").write_bytes(revoked(issued, issuer, ISSUER_KEY))
    with pytest.raises(NotTrusted, match="revoked"):
        check(issued, store)


def test_a_trusted_server_that_is_no_authority_issues_nothing(tmp_path: Path) -> None:
    """Trusting one server must not let it vouch for others."""
    store = CertificateStore(tmp_path)
    server = make(ISSUER_KEY, host="192.0.2.7")
    store.trust(str(save(tmp_path / "from", "server", server)))

    with pytest.raises(NotTrusted, match="nobody has trusted"):
        check(make(KEY, host="192.0.2.7", issuer=(server, ISSUER_KEY)), store)


def test_a_certificate_for_this_machine_is_good_for_its_loopback_address(tmp_path: Path) -> None:
    """A server that names itself localhost is reached at 127.0.0.1."""
    store = CertificateStore(tmp_path)
    certificate = make(KEY, host="localhost")
    store.trust(str(save(tmp_path / "from", "server", certificate)))

    check(certificate, store, endpoint="opc.tcp://127.0.0.1:4840")


def test_a_name_that_fits_none_or_several_certificates_is_refused_with_a_list(tmp_path: Path) -> None:
    """Nothing is trusted by guess, and nothing by an empty name."""
    store = CertificateStore(tmp_path)
    store.wait(make(KEY))

    for which in ("zz", ""):
        with pytest.raises(UnknownName, match="no waiting certificate"):
            store.trust(which)


def test_a_file_that_holds_no_certificate_is_said_to_hold_none(tmp_path: Path) -> None:
    """The message names the file."""
    file = tmp_path / "notes.der"
    file.write_text("not a certificate", encoding="utf-8")

    with pytest.raises(InvalidInput, match=r"notes\.der holds no certificate"):
        CertificateStore(tmp_path).trust(str(file))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"policy": SecurityPolicy.BASIC256SHA256}, "needs a folder"),
        ({"user_certificate": Path("u.der")}, "go together"),
        ({"user": "u", "user_certificate": Path("u.der"), "user_key": Path("u.key")}, "not both"),
        ({"password": SecretStr("p")}, "a password needs a user"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(given: dict[str, object], told: str) -> None:
    """Said before anything is opened."""
    with pytest.raises(ValidationError, match=told):
        OpcUaSecurity.model_validate(given)

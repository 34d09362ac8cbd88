"""`jayul certs`, as a person uses it."""

import json
from pathlib import Path

import pytest

from connectors.opcua import CertificateStore
from service.cli.app import run
from tests.certificates import make, new_key, save


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What a command says; it must end with that code."""
    assert run([*arguments]) == code
    told = capsys.readouterr()
    return told.out + told.err


def test_create_list_trust_and_distrust(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The whole life of a certificate on one folder, with what each step says."""
    folder = ("--certs", str(tmp_path / "certs"))
    store = CertificateStore(tmp_path / "certs")
    server = make(new_key())

    assert "no certificates" in said(capsys, "certs", "list", *folder)
    created = said(capsys, "certs", "create", "--host", "gateway", *folder)
    refused = said(capsys, "certs", "create", *folder, code=4)
    store.wait(server)
    waiting = json.loads(said(capsys, "certs", "list", "--json", *folder))[-1]
    trusted = said(capsys, "certs", "trust", waiting["thumbprint"][:10], *folder)
    listed = said(capsys, "certs", "list", *folder)
    distrusted = said(capsys, "certs", "distrust", waiting["thumbprint"][:10], *folder)

    assert "urn:gateway:jayul" in created
    assert "--replace" in refused
    assert waiting["standing"] == "waiting"
    assert trusted.startswith("trusted: ")
    assert "trusted" in listed
    assert distrusted.startswith("no longer trusted: ")


def test_a_certificate_from_a_file_is_trusted_and_a_wrong_name_is_not(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """An issuer's certificate comes by file; a name that is neither file nor thumbprint is said to be unknown."""
    folder = ("--certs", str(tmp_path / "certs"))
    file = save(tmp_path, "issuer", make(new_key(), ca=True))

    trusted = said(capsys, "certs", "trust", str(file), *folder)
    unknown = said(capsys, "certs", "trust", "beef", *folder, code=3)

    assert trusted.startswith("trusted: ")
    assert "no waiting certificate begins with 'beef'" in unknown

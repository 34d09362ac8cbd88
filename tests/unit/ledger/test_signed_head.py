"""The signed head: an Ed25519 key made on first start, an anchor that cannot be forged, an export to check anywhere."""

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from ledger.errors import RecordUnavailable
from ledger.export import verify_export
from ledger.keys import Key
from ledger.ledger import Ledger
from tests.ledger_ports import PLANT, FakeClock, Past, submitted


async def used(ledger: Ledger) -> list[str]:
    """An export of a ledger with some rows."""
    proposal = await submitted(ledger)
    ledger.approve(proposal.id, "kim", plan_hash=proposal.plan_hash)
    return list(ledger.export())


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path, ledger: Ledger) -> None:
    """The private half has mode 600; the public half lies beside it."""
    key = tmp_path / "ledger.key"

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert (tmp_path / "ledger.pub").read_text() == ledger.public_key
    assert Key.beside(tmp_path / "ledger.db").public_pem == ledger.public_key
    assert not Key.beside(tmp_path / "ledger.db").made_now


def rsa_pem() -> bytes:
    """A key of another kind."""
    return generate_private_key(65_537, 2_048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("content", [b"", b"nonsense", rsa_pem()])
def test_a_key_that_is_none_stops_the_ledger(tmp_path: Path, content: bytes, clock: FakeClock, past: Past) -> None:
    """Rather than a new one made in its place, under which nothing that was signed before would count."""
    (tmp_path / "spoilt.key").write_bytes(content)

    with pytest.raises(RecordUnavailable, match="back from a copy"):
        Ledger.at(tmp_path / "spoilt.db", PLANT, clock, past)


async def test_an_export_is_verified_with_the_public_key_alone(ledger: Ledger) -> None:
    """Rows by their hashes, the head by its signature."""
    lines = await used(ledger)

    report = verify_export(lines, ledger.public_key)

    assert (report.ok, report.rows, report.head) == (True, 3, ledger.head())
    assert verify_export(list(ledger.export()), ledger.public_key).ok


async def test_an_empty_ledger_is_exported_with_its_head(ledger: Ledger) -> None:
    """Nothing happened, signed."""
    report = verify_export(list(ledger.export()), ledger.public_key)

    assert (report.ok, report.rows) == (True, 0)


def without(lines: list[str], place: int) -> list[str]:
    """One line less."""
    return lines[:place] + lines[place + 1 :]


def edited(lines: list[str], place: int, **changes: object) -> list[str]:
    """One row said otherwise."""
    row = json.dumps({**json.loads(lines[place]), **changes})
    return [*lines[:place], row, *lines[place + 1 :]]


def forged_head(lines: list[str], **changes: object) -> list[str]:
    """Another head."""
    last = json.loads(lines[-1])
    return [*lines[:-1], json.dumps({**last, "head": {**last["head"], **changes}})]


async def test_a_changed_export_shows(ledger: Ledger, tmp_path: Path, clock: FakeClock, past: Past) -> None:
    """Edited, removed, swapped, cut, continued, signed by somebody else, or no export at all."""
    lines = await used(ledger)
    other = Ledger.at(tmp_path / "other.db", PLANT, clock, past)
    theirs = await used(other)
    spoilt = {
        "edited": edited(lines, 1, actor="eve"),
        "removed": without(lines, 1),
        "swapped": [lines[1], lines[0], *lines[2:]],
        "cut": without(lines, 2),
        "no head": lines[:-1],
        "continued": [*lines, lines[0]],
        "not JSON": ["{", *lines],
        "not a row": ["[]", *lines],
        "another's": theirs,
        "forged": forged_head(lines, signature="00" * 64),
        "no hex": forged_head(lines, signature="zz"),
        "an older head": forged_head(lines, seq=2, hash=json.loads(lines[1])["hash"]),
    }
    other.close()

    assert {name for name, found in spoilt.items() if verify_export(found, ledger.public_key).ok} == set()


async def test_a_key_of_another_kind_is_refused(ledger: Ledger) -> None:
    """Only Ed25519 counts."""
    pem = generate_private_key(65_537, 2_048).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    with pytest.raises(ValueError, match="no Ed25519"):
        verify_export(await used(ledger), pem.decode())


async def test_an_anchor_that_was_not_signed_with_the_key_is_none(ledger: Ledger, tmp_path: Path) -> None:
    """Whoever cuts the chain cannot write an anchor that fits it."""
    await used(ledger)
    anchor = tmp_path / "ledger.anchor"
    told = json.loads(anchor.read_text())

    for forged in ({**told, "signature": "00" * 64}, {**told, "signature": ""}, {**told, "seq": 1}):
        anchor.write_text(json.dumps(forged))
        assert "missing or cannot be read" in ledger.verify().problem
    anchor.write_text(json.dumps(told))
    assert ledger.verify().ok


async def test_an_anchor_of_an_earlier_version_is_signed_when_the_key_is_made(
    ledger: Ledger, tmp_path: Path, clock: FakeClock, past: Past
) -> None:
    """Once; an unsigned anchor beside a key that was there before is no anchor."""
    await used(ledger)
    ledger.close()
    anchor = tmp_path / "ledger.anchor"
    told = json.loads(anchor.read_text())
    anchor.write_text(json.dumps({"seq": told["seq"], "hash": told["hash"]}))
    beside_a_key = Ledger.at(tmp_path / "ledger.db", PLANT, clock, past)
    problem = beside_a_key.verify().problem
    beside_a_key.close()
    (tmp_path / "ledger.key").unlink()

    first = Ledger.at(tmp_path / "ledger.db", PLANT, clock, past)

    assert "missing or cannot be read" in problem
    assert first.verify().ok
    assert json.loads(anchor.read_text())["signature"]
    first.close()

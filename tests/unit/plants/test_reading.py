"""YAML is read by the 1.2 rules, within bounds, and anything else is one clear message."""

import time

import pytest

from plants.loader.node import Table, plain
from plants.loader.problem import InvalidPlant
from plants.loader.reading import MAX_BYTES, read


def _value(text: str) -> object:
    node, problems = read(f"v: {text}".encode(), "f.yaml")
    assert problems == []
    assert isinstance(node, Table)
    return plain(node.entries["v"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("22:00:00", "22:00:00"), ("no", "no"), ("on", "on"), ("Off", "Off"), ("y", "y"), ("2026-03-02", "2026-03-02"),
        ("1_000", "1_000"), ("1e3", 1000.0), ("1.", 1.0), (".5", 0.5), ("-2.5E-1", -0.25), ("0o17", 15), ("017", 17),
        ("0x1F", 31), ("+3", 3), ("~", None), ("", None), ("null", None), ("true", True), ("False", False),
        ("'5'", "5"), ('"true"', "true"), ("!!str 5", "5"), ("!!float 5", 5.0), ("! 5", "5"), (".inf", float("inf")),
        ("[1, {a: b}]", [1, {"a": "b"}]),
    ],
)  # fmt: skip
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    """YAML 1.2.2, 10.3: clock times, `no` and `on` are text; exponents and octals are numbers."""
    read_value = _value(text)

    assert read_value == value
    assert type(read_value) is type(value)


def test_keys_are_text_as_written() -> None:
    """`no:` and `1:` are keys like any other."""
    node, _ = read(b"no: 1\n1: 2\n~: 3", "f.yaml")

    assert plain(node) == {"no": 1, "1": 2, "~": 3}


def test_values_and_keys_know_their_places() -> None:
    """Lines and columns begin at 1 and count characters, not bytes."""
    node, _ = read("a: 1\n한글: {b: 2}\n".encode(), "f.yaml")
    assert isinstance(node, Table)

    inner = node.entries["한글"]
    assert isinstance(inner, Table)
    assert (node.keys["한글"].line, node.keys["한글"].column) == (2, 1)
    assert (inner.entries["b"].mark.line, inner.entries["b"].mark.column) == (2, 9)


def test_an_alias_repeats_what_its_anchor_stands_for() -> None:
    """Anchors are allowed; what they repeat counts in full."""
    node, problems = read(b"a: &x {k: [1, 2]}\nb: *x\n", "f.yaml")

    assert plain(node) == {"a": {"k": [1, 2]}, "b": {"k": [1, 2]}}
    assert problems == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "the file is empty at f.yaml:1:1"),
        (b"# only a comment\n", "the file is empty"),
        (b"a:\n\tb: 1", "a tab indents this line; YAML takes spaces only at f.yaml:2:1"),
        (b"[1, 2", "this is not YAML: did not find expected"),
        (b"a: b: c", "mapping values are not allowed in this context at f.yaml:1:5"),
        (b"a: 1\n---\nb: 2", "a second document begins here; a plant file is one document at f.yaml:2:1"),
        (b"a: \xff", "the file is not UTF-8 text here: save it as UTF-8 at f.yaml:1:4"),
        (b"a: \x01", "YAML does not allow the character here"),
        (b"a: *x", "*x points to no earlier &x at f.yaml:1:4"),
        (b"a: &x [*x]", "*x points to what it stands in at f.yaml:1:8"),
        (b"[" * 40, "more than 32 levels, one inside the other at f.yaml:1:33"),
        (b"x" * (MAX_BYTES + 1), "the file has more than 1048576 bytes"),
    ],
)
def test_what_cannot_be_read_is_one_clear_message(text: bytes, message: str) -> None:
    """The message says what is wrong and where."""
    with pytest.raises(InvalidPlant) as caught:
        read(text, "f.yaml")

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"a: 1\na: 2", "key 'a' is given twice, first in line 1 at f.yaml:2:1"),
        (b"? [1]\n: 2\nb: 3", "a key must be text at f.yaml:1:3"),
        (b"a: !!python/name:os.system x", "the tag tag:yaml.org,2002:python/name:os.system is not known here"),
        (b"a: !!set {b}", "the tag tag:yaml.org,2002:set is not known here"),
        (b"a: !!int x", "'x' is no !!int"),
        (b"a: " + b"9" * 500, "a number has more than 400 characters"),
    ],
)
def test_faults_of_form_are_gathered_and_reading_goes_on(text: bytes, message: str) -> None:
    """They are told together with what else is wrong."""
    _, problems = read(text, "f.yaml")

    assert message in str(problems[0])


def _bomb() -> bytes:
    lines = ["a: &a [x,x,x,x,x,x,x,x,x]"]
    for above, name in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{name}: &{name} [{','.join(['*' + above] * 9)}]")
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    "text",
    [_bomb(), b"[" * MAX_BYTES, b"? " * 500_000, b"- " * 500_000, b"[a: " * 200_000, b"\n".join([b"- x"] * 250_000)],
    ids=["aliases", "brackets", "keys", "dashes", "pairs", "items"],
)  # fmt: skip
def test_a_hostile_file_is_refused_in_bounded_time(text: bytes) -> None:
    """Nothing is built beyond 32 levels and 200,000 values, aliases written out."""
    begun = time.process_time()

    with pytest.raises(InvalidPlant, match="more than"):
        read(text, "f.yaml")

    assert time.process_time() - begun < 5

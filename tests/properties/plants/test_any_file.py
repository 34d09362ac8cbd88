"""Whatever stands in a file: a plant, or located problems in bounded time; and what is written is read again."""

import json
import tempfile
import time
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from plants.loader.library import library_path
from plants.loader.load import load_plant_file
from plants.loader.problem import InvalidPlant
from plants.model.plant import Plant

_BOTTLING = library_path("bottling").read_text(encoding="utf-8")
_PIECES = st.sampled_from(
    [
        "stations:",
        "orders",
        "kind: ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        ": ",
        "\n",
        "  ",
        "\t",
        "&a ",
        "*a",
        "? ",
        "| ",
        "'",
        '"',
    ]
)
_LONGEST_WALL_S = 5.0


def _load(data: bytes) -> Plant | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.yaml"
        path.write_bytes(data)
        begun = time.monotonic()
        plant, problems = None, None
        try:
            plant = load_plant_file(path)
        except InvalidPlant as invalid:
            problems = json.loads(invalid.as_json())
        taken_wall_s = time.monotonic() - begun
    assert taken_wall_s < _LONGEST_WALL_S
    assert plant is not None or (problems and all(p["line"] >= 1 and p["column"] >= 1 for p in problems))
    return plant


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_plant_or_problems(data: bytes) -> None:
    """No other error leaves the loader."""
    _load(data)


@settings(deadline=None, max_examples=150)
@given(st.lists(_PIECES | st.text(max_size=6), max_size=60).map("".join))
def test_any_text_like_yaml_is_a_plant_or_problems(text: str) -> None:
    """Half a syntax is no crash either."""
    _load(text.encode("utf-8", "surrogatepass"))


_DEEPER = ("id", "kind", "mean_s", "upstream", "pairs", "setups", "product", "source", "value")
_KEYS = st.sampled_from([*Plant.model_fields, *_DEEPER])
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_TREES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=5), max_leaves=25
)


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(_KEYS, _TREES, max_size=8))
def test_any_tree_is_a_plant_or_problems(tree: dict[str, object]) -> None:
    """Right keys with values of any shape in any place."""
    _load(yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "surrogatepass"))


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_a_file_spoilt_anywhere_is_a_plant_or_problems(data: st.DataObject) -> None:
    """Some characters of a good file replaced by others."""
    start = data.draw(st.integers(0, len(_BOTTLING) - 1))
    end = data.draw(st.integers(start, min(start + 40, len(_BOTTLING))))
    text = data.draw(_PIECES | st.text(max_size=10))

    _load((_BOTTLING[:start] + text + _BOTTLING[end:]).encode("utf-8", "surrogatepass"))


_TIMES = st.floats(0.001, 1e6)
_SHAPES = st.one_of(
    st.fixed_dictionaries({"kind": st.just("constant"), "mean_s": st.floats(0, 1e6)}),
    st.fixed_dictionaries({"kind": st.just("lognormal"), "mean_s": _TIMES, "sd_s": _TIMES}),
    st.fixed_dictionaries({"kind": st.just("weibull"), "mean_s": _TIMES, "shape": st.floats(0.2, 50)}),
)
_PRINTABLE = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=12)
_LABELS = st.fixed_dictionaries({"en": _PRINTABLE, "ko": st.just("이름: [0]")})
_FAILURES = st.lists(st.fixed_dictionaries({"name": _LABELS, "mtbf_s": _TIMES, "repair": _SHAPES}), max_size=2)
_STATIONS = st.lists(
    st.fixed_dictionaries({"name": _LABELS, "cycle": _SHAPES, "scrap": st.floats(0, 1), "failures": _FAILURES}),
    min_size=1,
    max_size=4,
)
_QUANTITIES = st.lists(st.tuples(st.integers(1, 10_000_000), st.floats(0, 1e7)), max_size=4)


def _numbered(items: list[dict[str, object]], prefix: str) -> list[dict[str, object]]:
    return [{"id": f"{prefix}{n}", **item} for n, item in enumerate(items)]


@st.composite
def _plants(draw: st.DrawFn) -> Plant:
    stations = _numbered(draw(_STATIONS), "s")
    for station in stations:
        failures = station["failures"]
        assert isinstance(failures, list)
        station["failures"] = _numbered(failures, "f")
    links = [
        {"id": f"b{n}", "name": draw(_LABELS), "upstream": f"s{n}", "downstream": f"s{n + 1}", "capacity": n}
        for n in range(len(stations) - 1)
    ]
    orders = [{"product": "no", "quantity": q, "due_s": due} for q, due in draw(_QUANTITIES)]
    label = draw(_LABELS)
    return Plant.model_validate(
        {
            "plant": "on",
            "name": label,
            "flow_unit": {"name": label, "piece": label, "pieces": 7},
            "stations": stations,
            "buffers": links,
            "products": [{"id": "no", "name": label}],
            "orders": _numbered(orders, "o"),
        }
    )


@settings(deadline=None, max_examples=60)
@given(_plants())
def test_a_plant_that_is_written_is_read_again(plant: Plant) -> None:
    """As YAML with every value quoted and tagged, and as JSON, which is YAML too: the same plant, digit for digit."""
    described = plant.model_dump(mode="json", exclude_none=True)

    texts = [yaml.safe_dump(described, default_style='"'), json.dumps(described, ensure_ascii=False)]

    assert [_load(text.encode()) for text in texts] == [plant, plant]

"""A plant file is loaded, or every problem in it is told at its place."""

import json
from pathlib import Path

import pytest

from plants.errors import InvalidInput, UnknownName
from plants.loader.library import library_names
from plants.loader.load import load_plant, load_plant_file
from plants.loader.problem import MAX_PROBLEMS, InvalidPlant
from tests.unit.plants.small import SMALL, Spoil


def test_a_file_is_loaded_from_its_path(small: Path) -> None:
    """A path, as text or as `Path`, gives the plant that the file describes."""
    plants = [load_plant(small), load_plant(str(small)), load_plant_file(small)]

    assert {p.plant for p in plants} == {"small"}
    assert [o.due_s for o in plants[0].orders] == [30_600.0, 79_200.0]


def test_a_library_plant_is_loaded_by_name() -> None:
    """The name is the file's subject."""
    assert [load_plant(name).plant for name in library_names()] == list(library_names())


def test_an_unknown_plant_names_those_there_are() -> None:
    """The message suggests the one that was probably meant and says how to give a file."""
    with pytest.raises(UnknownName, match=r"did you mean 'bottling'\? The library has: .*bottling.*path of its file"):
        load_plant("botling")


@pytest.mark.parametrize(("name", "message"), [("none.yaml", "there is no file"), (".", "is a folder")])
def test_a_path_that_is_no_file_is_told_as_such(tmp_path: Path, name: str, message: str) -> None:
    """The message names the path and what is wrong with it."""
    with pytest.raises(InvalidInput, match=message):
        load_plant(tmp_path / name)


def test_a_file_without_rights_is_told_as_such(tmp_path: Path) -> None:
    """What cannot be opened (here a name with a null byte) is no crash."""
    with pytest.raises(InvalidInput, match="cannot be read"):
        load_plant(tmp_path / "a\0b.yaml")


KINDS = "constant, exponential, uniform, triangular, lognormal, weibull, empirical"
CYCLE = "kind: constant, mean_s: 10"
TWO_REPAIRS = "- «id: blade\n        repair: {kind: constant, mean_s: 1}"


@pytest.mark.parametrize(
    ("old", "new", "message", "meant"),
    [
        ("mtbf_s: 3600", "«mtfb_s: 3600", "unknown key 'mtfb_s'", "mtbf_s"),
        ("kind: lognormal", "kind: «lognorml", f"'lognorml' is not one of {KINDS}", "lognormal"),
        ("{" + CYCLE, "«{mean_s: 10", f"'kind' is missing: give one of {KINDS}", None),
        (CYCLE, "kind: constant, mean_s: «ten", "a number is expected here, not 'ten'", None),
        (CYCLE, 'kind: constant, mean_s: «"10"', "a number is expected here, not '10'", None),
        (CYCLE, "kind: constant, mean_s: «true", "a number is expected here, not true", None),
        (CYCLE, "kind: constant, mean_s: «.inf", "a finite number is expected here, not inf", None),
        (CYCLE, "kind: constant, mean_s: «~", "a number is expected here, not nothing", None),
        ("quantity: 10", "quantity: «10.5", "a whole number is expected here, not 10.5", None),
        ("mttr_s: 120", "mttr_s: 120\n        «mttr_s: 130", "key 'mttr_s' is given twice, first in line 12", None),
        ('"08:30"', "«8h", "give seconds, or hours after the start of the day as 'HH:MM' or 'HH:MM:SS'", None),
        ("product: red", "product: «rad", "order 'first' asks for unknown product 'rad'", "red"),
        ("before: red", "before: «rad", "setup of 'packer' names unknown product 'rad'", "red"),
        ("upstream: cutter", "upstream: «cuter", "buffer 'belt' names unknown station 'cuter'", "cutter"),
        ("id: second", "id: «first", "order name 'first' is used twice", None),
        ("id: cutter", "id: «C", "'C' is no name: begin with a-z, then a-z, 0-9 and _, at most 48 characters", None),
        ("- id: blade", TWO_REPAIRS, "give either 'mttr_s' (exponential) or 'repair' (a distribution), not both", None),
        ("stations:", "stations: «5\nstatins:", "a list is expected here, not 5", None),
    ],
)
def test_a_problem_is_told_at_its_place_in_plain_words(
    spoil: Spoil, old: str, new: str, message: str, meant: str | None
) -> None:
    """File, line and column are those of the value or key that is wrong (here after «); a near name is suggested."""
    before = SMALL.replace(old, new, 1).split("«")[0]
    place = f"small.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"

    problems = spoil((old, new.replace("«", "")))

    hint = "" if meant is None else f", did you mean '{meant}'?"
    assert f"{message} at {place}{hint}" in [str(p) for p in problems]


def test_a_missing_key_is_told_where_its_mapping_begins(spoil: Spoil) -> None:
    """There is no better place for something that is not there."""
    (problem,) = spoil(("    cycle: {kind: constant, mean_s: 10}\n", ""))

    assert str(problem) == "'cycle' is missing at small.yaml:5:5"
    assert problem.path == "stations.0.cycle"


def test_an_empty_list_is_told_and_a_list_whose_only_entry_is_wrong_is_not_called_empty(spoil: Spoil) -> None:
    """A refused entry is one problem; it does not make its list too short besides."""
    told = [str(p) for p in spoil(("    failures:\n      - id: blade", "    failures:\n      - id: 5"))]

    assert len(told) == 1
    assert "too few" not in told[0]


def test_a_misspelt_key_is_one_problem_not_two(spoil: Spoil) -> None:
    """What is missing because its key is misspelt is not told a second time."""
    (problem,) = spoil(("cycle: {kind: constant", "cycel: {kind: constant"))

    assert problem.message == "unknown key 'cycel'"
    assert problem.suggestion == "cycle"


def test_all_problems_come_at_once_in_the_order_of_the_file(spoil: Spoil) -> None:
    """Form, figures and references are checked together; nobody has to load ten times."""
    problems = spoil(
        ("mtbf_s: 3600", "mtfb_s: 3600"),
        ("product: red", "product: rad"),
        ("capacity: 5", "capacity: five, capacity: 6"),
        ("upstream: cutter", "upstream: cuter"),
    )

    assert [p.line for p in problems] == sorted(p.line for p in problems)
    assert [p.suggestion for p in problems] == ["mtbf_s", "cutter", None, None, "red"]


def test_a_chain_that_does_not_fit_names_the_links_that_are_wrong(spoil: Spoil) -> None:
    """A buffer turned round leaves a gap and is itself astray."""
    problems = spoil(("upstream: cutter, downstream: packer", "upstream: packer, downstream: cutter"))

    assert [p.message for p in problems] == [
        "no buffer between 'cutter' and 'packer' (capacity 0 hands over directly)",
        "buffer from 'packer' to 'cutter' does not join neighbours in flow order",
    ]


def test_a_tag_that_the_plant_does_not_have_is_told(small: Path) -> None:
    """Aliases in `tags` are references like any other."""
    small.write_text(SMALL + "tags:\n  - {alias: cutter.stat, path: [Cutter, State]}\n", encoding="utf-8")

    with pytest.raises(InvalidPlant, match=r"no tag 'cutter\.stat' at small\.yaml:28:13, did you mean 'cutter\.state'"):
        load_plant(small)


def test_a_table_that_is_not_one_at_nominal_is_told(small: Path) -> None:
    """The figures of a station hold at nominal, so no effect may act there."""
    parameter = (
        "    parameters:\n"
        "      - {id: speed, name: {en: Speed, ko: 속도}, unit: 1/min, nominal: 10, minimum: 5, maximum: 20,\n"
        "        max_step: 5, tolerance: 1, effects: [{acts_on: scrap, curve: {kind: table,\n"
        "        points: [{at: 5, factor: 1}, {at: 20, factor: 4}]}}]}\n"
    )
    small.write_text(SMALL.replace("buffers:", parameter + "buffers:"), encoding="utf-8")

    with pytest.raises(InvalidPlant, match=r"the factor at nominal \(10\) is 2 and must be 1 at small\.yaml:21:70"):
        load_plant(small)


def test_problems_are_given_as_json_for_tools(spoil: Spoil, small: Path) -> None:
    """Each problem is an object with file, line, column, path, message and suggestion."""
    spoil(("mtbf_s: 3600", "mtfb_s: 3600"))

    with pytest.raises(InvalidPlant) as caught:
        load_plant(small)

    assert json.loads(caught.value.as_json()) == [
        {
            "file": "small.yaml",
            "line": 11,
            "column": 9,
            "path": "stations.0.failures.0.mtfb_s",
            "message": "unknown key 'mtfb_s'",
            "suggestion": "mtbf_s",
        }
    ]


def test_a_file_with_very_many_problems_says_how_many_more(small: Path) -> None:
    """A list of a hundred is long enough."""
    orders = "".join(f"  - {{id: o{n}, product: grey, quantity: 1, due_s: 1}}\n" for n in range(300))
    small.write_text(SMALL + orders, encoding="utf-8")

    with pytest.raises(InvalidPlant, match="and 200 more problems") as caught:
        load_plant(small)

    assert len(caught.value.problems) == MAX_PROBLEMS

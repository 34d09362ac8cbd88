"""Results in a notebook: tables, data frames, Parquet, plots, HTML; and what is said where a package is missing.

pandas, pyarrow and matplotlib are optional. Where one is installed its tests look at what it makes; where it is not,
they look at the message.
"""

import sys
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from plants.errors import InvalidInput
from plants.flow.change import SetParameter
from plants.kpi import Kpi
from plants.model.plant import Plant
from tests.twin_lines import exponential, line, mode, order, speed, station
from twin import compare, explain, simulate
from twin.compare import Comparison
from twin.extras import MissingExtra
from twin.insight.report import Insight
from twin.notebook.insight import INSIGHT_TABLES, InsightTable, insight_table
from twin.notebook.tables import TABLES, table_of
from twin.simulate import SLOTS, SimulationResult


def plant() -> Plant:
    """Two stations, one of which fails, and two orders."""
    orders = [order("a", quantity=60), order("b", "blue", 500)]
    return line([station(failures=[mode()], parameters=[speed()]), station()], 2, orders=orders)


def result() -> SimulationResult:
    """Three replications."""
    return simulate(plant(), horizon_s=300, replications=3)


def comparison() -> Comparison:
    """Three pairs."""
    return compare(plant(), changes=[SetParameter(alias="s0.speed", value=12.0)], horizon_s=300, replications=3)


def insight() -> Insight:
    """Two replications and levers."""
    return explain(plant(), horizon_s=300, replications=2, sensitivity_replications=2)


def made_or_missed(package: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is made
    """What `make` makes where the package is installed; None where it is not, and the message says so."""
    if find_spec(package) is not None:
        return make()
    with pytest.raises(MissingExtra, match=f"needs {package}, which is not installed"):
        make()
    return None


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_columns_of_equal_length(name: str) -> None:
    """Names of columns are words that Python and SQL can use."""
    table = table_of(result(), name)

    assert len({len(column) for column in table.values()}) == 1
    assert all(column.isidentifier() for column in table)
    assert len(next(iter(table.values()))) > 1


def test_tables_hold_what_the_result_holds() -> None:
    """Spot checks: a KPI of a replication, an order, the slots of a run add up to its good units."""
    r = result()

    kpis, slots, orders = table_of(r, "replications"), table_of(r, "slots"), table_of(r, "order_runs")

    assert kpis["throughput_per_h"] == [run.kpis[Kpi.THROUGHPUT] for run in r.runs]
    good = [int(str(g)) for g, n in zip(slots["good"], slots["replication"], strict=True) if n == 1]
    assert (len(good), sum(good)) == (SLOTS, r.runs[1].counters["good"])
    assert orders["order"] == ["a", "b"] * 3


@pytest.mark.parametrize("name", INSIGHT_TABLES)
def test_every_part_of_an_insight_is_a_table_too(name: InsightTable) -> None:
    """Columns of equal length, as data frame and as file where the packages are installed."""
    found = insight()

    table = insight_table(found, name)

    assert len({len(column) for column in table.values()}) == 1
    assert all(column.isidentifier() for column in table)
    frame = made_or_missed("pandas", lambda: found.to_pandas(name))
    assert frame is None or list(frame) == list(table)


def test_an_unknown_table_is_refused_with_those_there_are() -> None:
    """Whatever package would have come next."""
    with pytest.raises(InvalidInput, match="there are: kpis, replications"):
        table_of(result(), "kpi")
    with pytest.raises(InvalidInput, match="there are: stations, levers"):
        insight_table(insight(), "kpi")


def test_a_data_frame_has_one_row_a_replication() -> None:
    """And one a KPI for a comparison."""
    r, c = result(), comparison()

    frame = made_or_missed("pandas", r.to_pandas)
    effects = made_or_missed("pandas", c.to_pandas)

    if frame is not None:
        assert frame.shape == (3, 1 + len(Kpi))
        assert frame["throughput_per_h"].mean() == pytest.approx(r.kpis[Kpi.THROUGHPUT].mean)
        assert list(effects["kpi"]) == [k.value for k in Kpi]
        assert {name: len(r.to_pandas(name)) > 1 for name in TABLES} == dict.fromkeys(TABLES, True)


def test_a_parquet_file_holds_a_table_and_where_it_came_from(tmp_path: Path) -> None:
    """Readable without Jayul."""
    r, c = result(), comparison()

    file = made_or_missed("pyarrow", lambda: r.to_parquet(tmp_path / "runs.parquet", "order_runs"))
    made_or_missed("pyarrow", lambda: c.to_parquet(str(tmp_path / "effects.parquet")))

    if file is not None:
        from importlib import import_module

        read = import_module("pyarrow.parquet").read_table
        table = read(str(file))
        assert table.to_pydict() == table_of(r, "order_runs")
        assert table.schema.metadata[b"jayul.plant_revision"].decode() == r.plant_revision
        assert read(str(tmp_path / "effects.parquet")).num_rows == len(Kpi)


PLOTS: dict[str, Callable[[Any], Any]] = {
    "throughput": lambda ax: result().plot_throughput(ax),
    "units on the line": lambda ax: result().plot_wip(ax),
    "what stations did": lambda ax: result().plot_states(ax),
    "ends of orders": lambda ax: result().plot_orders(ax),
    "minutes lost": lambda ax: result().plot_losses(ax),
    "what the change does": lambda ax: comparison().plot_effects(ax),
}


@pytest.mark.parametrize("words", PLOTS)
def test_every_plot_is_drawn_with_a_title_and_named_axes(words: str, tmp_path: Path) -> None:
    """On axes of one's own, and saved to a file, without a screen."""
    if find_spec("matplotlib") is None:
        with pytest.raises(MissingExtra, match="needs matplotlib"):
            PLOTS[words](None)
        return
    from importlib import import_module

    import_module("matplotlib").use("Agg")
    figure = import_module("matplotlib.figure").Figure()
    ax = figure.subplots()

    returned = PLOTS[words](ax)

    assert returned is ax
    assert words in ax.get_title()
    assert ax.get_xlabel()
    assert ax.has_data()
    figure.savefig(tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 1000


def test_a_plot_makes_axes_of_its_own() -> None:
    """As in a notebook."""
    ax = made_or_missed("matplotlib", result().plot_throughput)

    if ax is not None:
        from importlib import import_module

        assert len(ax.patches) == 2
        import_module("matplotlib.pyplot").close(ax.figure)


@pytest.mark.parametrize(
    ("package", "make"),
    [
        ("pandas", lambda r, _: r.to_pandas()),
        ("pyarrow", lambda r, folder: r.to_parquet(folder / "x.parquet")),
        ("matplotlib.pyplot", lambda r, _: r.plot_states()),
    ],
)
def test_a_missing_package_gets_a_message_that_says_what_to_install(
    package: str, make: Callable[[SimulationResult, Path], Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also where it is installed: Python is told that it is not."""
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(MissingExtra, match=r"pip install 'jayul\[notebook\]'") as told:
        make(result(), tmp_path)

    assert told.value.exit_code == 3
    assert list(tmp_path.iterdir()) == []


class Page(HTMLParser):
    """Which elements and addresses a page has; every element must be closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.text = ""
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opened."""
        self.open.append(tag)
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_endtag(self, tag: str) -> None:
        """Closed, and it must be the last one opened."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Text."""
        self.text += data


def test_a_result_shows_itself_without_anything_from_elsewhere() -> None:
    """Well-formed; no script, no style sheet, no font, no address, and figures also as text."""
    for shown in (result()._repr_html_(), comparison()._repr_html_(), insight()._repr_html_()):
        page = Page(shown)

        assert page.open == []
        assert page.tags <= {"div", "p", "table", "thead", "tbody", "tr", "th", "td", "span"}
        assert page.attributes <= {"style", "title"}
        assert "://" not in shown
        assert "url(" not in shown
        assert "throughput_per_h" in page.text


def test_names_are_escaped_where_a_result_shows_itself() -> None:
    """Names in a plant are harmless by their pattern; a unit or a label added later may not be."""
    from twin.notebook.markup import html_table

    assert "<script>" not in html_table(["<script>"], [["<script>alert(1)</script>"]])


def test_a_line_can_be_simulated_in_a_notebook_with_nothing_but_its_name() -> None:
    """Eight hours, thirty replications."""
    small = line([station(exponential(600.0))])

    r = simulate(small)

    assert (r.horizon_s, r.replications) == (8 * 3600, 30)


def test_a_result_tells_in_html_whether_its_precision_was_reached() -> None:
    """And how many orders are left out of a long list."""
    many = line([station()], orders=[order(f"o{i}", quantity=1) for i in range(60)])

    shown = simulate(many, horizon_s=30, precision=0.001, replications=10, max_replications=10)._repr_html_()

    assert "NOT reached" in shown
    assert "and 10 more orders" in shown

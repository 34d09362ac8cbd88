"""Which fault struck at which stage, as a table with its empty cells named."""

from collections import Counter

from tests.simulation.faults import FAULTS
from tests.simulation.world import Stage

IMPOSSIBLE: dict[tuple[Stage, str], str] = {}
"""Cells that cannot be filled, each with its reason."""


def counted_names() -> list[str]:
    """Faults as they are counted: a kill counts where it takes effect, whoever ordered it."""
    return sorted({*FAULTS} - {"kill_twice"})


def empty_cells(coverage: Counter[tuple[Stage, str]]) -> list[tuple[Stage, str]]:
    """Pairs that did not come about and could have."""
    every = [(stage, fault) for fault in counted_names() for stage in Stage]
    return [cell for cell in every if not coverage[cell] and cell not in IMPOSSIBLE]


def table(coverage: Counter[tuple[Stage, str]]) -> str:
    """The table, then its empty cells by name."""
    width = max(map(len, counted_names()))
    lines = [" " * width + "".join(f"{stage:>13}" for stage in Stage)]
    for fault in counted_names():
        cells = "".join(
            f"{coverage[stage, fault] or ('-' if (stage, fault) in IMPOSSIBLE else 0):>13}" for stage in Stage
        )
        lines.append(f"{fault:<{width}}{cells}")
    empty = empty_cells(coverage)
    lines.append(f"{len(empty)} empty cells" + (": " + ", ".join(f"{f} × {s}" for s, f in empty) if empty else ""))  # noqa: RUF001
    return "\n".join(lines)

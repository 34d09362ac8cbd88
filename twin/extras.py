"""Optional packages: imported where they are needed, with a message that says what to install when they are missing.

Used by `twin.notebook` and `twin.cluster`. Everything but data frames, Parquet files, plots and clusters works
without them.
"""

import importlib
from typing import Any

from plants.errors import InvalidInput


class MissingExtra(InvalidInput):
    """Something that an optional package is needed for, which is not installed."""

    code = "missing_extra"


def optional(package: str, what: str, extra: str = "notebook") -> Any:  # noqa: ANN401 - a module without types
    """The package, imported.

    Args:
        package: Import name.
        what: What it is needed for, as the start of a sentence.
        extra: The extra of jayul that brings it.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        return importlib.import_module(package)
    except ImportError as error:
        top = package.partition(".")[0]
        raise MissingExtra(
            f"{what} needs {top}, which is not installed: install jayul with its {extra} extra, "
            f"pip install 'jayul[{extra}]', or {top} alone"
        ) from error

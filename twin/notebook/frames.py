"""Tables as pandas data frames and Parquet files.

Used by the results' `to_pandas` and `to_parquet`. pandas and pyarrow are optional; neither needs the other here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from twin.extras import optional
from twin.notebook.tables import Columns


def to_pandas(table: Columns) -> Any:  # noqa: ANN401 - pandas.DataFrame, which may not be installed
    """A table as a data frame.

    Raises:
        MissingExtra: pandas is not installed.
    """
    return optional("pandas", "to_pandas()").DataFrame(table)


def to_parquet(table: Columns, path: str | Path, about: Mapping[str, str]) -> Path:
    """Write a table to a Parquet file, with what it is about (plant, revision, seed, …) in the file's metadata.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    arrow = optional("pyarrow", "to_parquet()")
    parquet = optional("pyarrow.parquet", "to_parquet()")
    path = Path(path)
    written = arrow.table(table)
    kept = {**(written.schema.metadata or {}), **{f"jayul.{name}": value for name, value in about.items()}}
    parquet.write_table(written.replace_schema_metadata(kept), str(path))
    return path

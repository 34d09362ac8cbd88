"""Results as tables: plain columns always; data frames, Parquet files and plots where their packages are installed."""

import tempfile
from pathlib import Path

from plants.loader.load import load_plant
from twin import simulate
from twin.extras import MissingExtra
from twin.notebook.tables import TABLES, table_of

result = simulate(load_plant("bottling"), horizon_s=1800, replications=3)

for name in TABLES:
    table = table_of(result, name)
    print(f"{name}: {len(next(iter(table.values())))} rows of {', '.join(list(table)[:4])}, …")

with tempfile.TemporaryDirectory() as folder:
    try:
        print(result.to_pandas("kpis").head(2))
        file = result.to_parquet(Path(folder) / "runs.parquet")
        print(f"{file.name}: {file.stat().st_size} bytes")
        result.plot_states().figure.savefig(Path(folder) / "states.png")
    except MissingExtra as error:
        print(error)

"""`jayul history list|query|export`: what was recorded, recent and archived as one; also while a service records."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from plants.errors import InvalidInput
from service.cli.output import Json, err, present, table

if TYPE_CHECKING:
    from historian.query import HistoryQuery, Recordings

Data = Annotated[Path, typer.Option("--data", help="Data folder of the service.")]
From = Annotated[
    str | None, typer.Option("--from", help="Begin, ISO wall time: 2026-11-27T06:00 (UTC unless it says).")
]
To = Annotated[str | None, typer.Option("--to", help="End, ISO wall time; now when not given.")]
Last = Annotated[str | None, typer.Option("--last", help="In place of --from: the last 8h, 90m, 2d.")]
DEFAULT_DATA = Path("data")
_SILENT_WALL_S = 10.0
"""Longer than a full read of the equipment takes to come round."""

group = typer.Typer(help="What was recorded: samples and events.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands to the tree."""
    app.add_typer(group, name="history")


@group.command("list")
def list_history(data: Data = DEFAULT_DATA, as_json: Json = False) -> None:
    """List what is recorded of each tag, and what the archive takes."""
    query = _query(data)
    tags = query.tags()
    recordings, now = query.recordings(), datetime.now(UTC)
    hours, size = query.archive.hours("samples"), query.archive.size_bytes()

    def draw(console: Console) -> None:
        rows = [[t.alias, str(t.samples), f"{t.first:%Y-%m-%d %H:%M:%S}", f"{t.last:%Y-%m-%d %H:%M:%S}"] for t in tags]
        console.print(table(["tag", "samples", "first", "last"], rows, right=["samples"]))
        console.print(f"archive: {len(hours)} hours, {size / 1e6:.1f} MB; times are UTC")
        for line in _of_recordings(recordings, now):
            console.print(line, soft_wrap=True)

    found = [{"alias": t.alias, "samples": t.samples, "first": t.first, "last": t.last} for t in tags]
    told = {
        "recording_since": recordings.since,
        "newest": recordings.newest,
        "cut_off": [{"taken_up": at, "said": text} for at, text in recordings.cut_off],
    }
    archive = {"hours": len(hours), "size_bytes": size}
    present({"tags": found, "archive": archive, "recordings": told}, as_json, draw)


def _of_recordings(recordings: "Recordings", now: datetime) -> list[str]:
    """Whether one is under way, and which were cut off, in words."""
    from historian.historian import LOST_WALL_S

    lines = [f"cut off, taken up at {at:%Y-%m-%d %H:%M:%S}: {text}" for at, text in recordings.cut_off]
    if recordings.since is None:
        return [*lines, "no recording is under way; the last one was ended"]
    silent_s = (now - (recordings.newest or recordings.since)).total_seconds()
    under_way = f"recording since {recordings.since:%Y-%m-%d %H:%M:%S}; the newest sample is {silent_s:.0f} s old"
    if silent_s > _SILENT_WALL_S:
        under_way += (
            f": if no service records now, it was cut off, and up to {LOST_WALL_S:g} s after that sample may be lost"
        )
    return [*lines, under_way]


@group.command("query")
def query_history(
    alias: Annotated[list[str] | None, typer.Argument(help="Tags; all when none is given.")] = None,
    data: Data = DEFAULT_DATA,
    start: From = None,
    end: To = None,
    last: Last = None,
    every: Annotated[str | None, typer.Option(help="Steps of numbers: 1m, 15m, 1h.")] = None,
    events: Annotated[str | None, typer.Option(help="Events in place of samples: a kind, or `all`.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Lines shown, the newest.")] = 100,
    as_json: Json = False,
) -> None:
    """Show samples, steps of them, or events."""
    query, span = _query(data), _span(start, end, last)
    if events is not None:
        rows = query.events(*span, None if events == "all" else events)
        columns = ["at", "kind", "subject", "detail"]
        shown = [[_time(r["at"]), r["kind"], r["subject"], _detail(r)] for r in rows]
    elif every is not None:
        from service.durations import parse_duration

        buckets = query.steps(alias or [], *span, parse_duration(every))
        rows = [{name: getattr(b, name) for name in b.__slots__} for b in buckets]
        columns = ["begins", "tag", "mean", "low", "high", "last", "samples"]
        shown = [
            [_time(b.begins), b.alias, f"{b.mean:g}", f"{b.low:g}", f"{b.high:g}", f"{b.last:g}", str(b.samples)]
            for b in buckets
        ]
    else:
        recorded = query.samples(alias or [], *span)
        rows = [{"run": r.run, "plant_time_s": r.at_s, **r.sample.model_dump(mode="json")} for r in recorded]
        columns = ["received", "tag", "value", "quality"]
        shown = [
            [_time(r.sample.received_at), r.sample.alias, _text(r.sample.value), r.sample.quality] for r in recorded
        ]

    def draw(console: Console) -> None:
        console.print(table(columns, shown[-limit:]))
        if len(shown) > limit:
            console.print(f"the newest {limit} of {len(shown)}; give --limit, or export them")

    present(rows[-limit:], as_json, draw)


@group.command("export")
def export_history(
    to: Annotated[Path, typer.Argument(metavar="FILE", help="history.csv or history.parquet.")],
    alias: Annotated[list[str] | None, typer.Argument(help="Tags; all when none is given.")] = None,
    data: Data = DEFAULT_DATA,
    start: From = None,
    end: To = None,
    last: Last = None,
    as_json: Json = False,
) -> None:
    """Write samples to a CSV file (for Excel, UTF-8 with byte order mark) or a Parquet file."""
    from historian.export import export

    count = export(_query(data), to, alias or [], *_span(start, end, last))
    err.print(f"{count} samples written to {to}", soft_wrap=True)
    present({"file": str(to), "samples": count}, as_json, lambda _: None)


def _query(data: Path) -> "HistoryQuery":
    from historian.query import HistoryQuery

    return HistoryQuery(data / "history.db", data / "history")


def _span(start: str | None, end: str | None, last: str | None) -> tuple[datetime, datetime]:
    from service.durations import parse_duration

    until = _moment(end) if end is not None else datetime.now(UTC) + timedelta(seconds=1)
    if last is not None and start is not None:
        raise InvalidInput("give either --from or --last, not both")
    if last is not None:
        return until - timedelta(seconds=parse_duration(last)), until
    return (_moment(start) if start is not None else datetime(1970, 1, 1, tzinfo=UTC)), until


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"'{text}' is no time; write 2026-11-27T06:00 or 2026-11-27T06:00+09:00") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _text(value: object) -> str:
    return "-" if value is None else ", ".join(value) if isinstance(value, tuple) else str(value)


def _detail(row: dict[str, Any]) -> str:
    return ", ".join(f"{k} {v}" for k, v in row.items() if k not in {"at", "run", "kind", "subject", "plant_time_s"})

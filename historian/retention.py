"""What the history forgets, so that the file stays bounded."""

from dataclasses import dataclass

from historian.store import Store

EVERYTHING = 1 << 62
"""Later than any moment: nothing waits for an archive."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How much is kept."""

    plant_s: float = 7 * 86_400.0
    """Plant seconds of samples of the newest run."""
    runs: int = 3
    """Runs of the equipment, the newest included."""
    events: int = 100_000
    """Events, the newest."""
    every_rows: int = 50_000
    """Looked after each time so many samples were recorded."""


def forget(store: Store, retention: Retention, run: int, now_s: float, *, archived_us: int = EVERYTHING) -> None:
    """Drop what is older than kept, except the newest earlier sample of each tag: its value still held then.

    What was received at `archived_us` or later is not in the archive yet and stays.

    Raises:
        HistoryUnavailable: the file cannot be written; nothing was dropped.
    """
    cut_s = now_s - retention.plant_s
    with store.transaction() as db:
        db.execute("DELETE FROM sample WHERE run <= ? AND received_us < ?", (run - retention.runs, archived_us))
        db.execute("DELETE FROM happened WHERE run <= ? AND at_us < ?", (run - retention.runs, archived_us))
        db.execute("DELETE FROM happened WHERE run = ? AND at_s < ? AND at_us < ?", (run, cut_s, archived_us))
        db.executemany(
            "DELETE FROM sample WHERE run = ?1 AND tag = ?2 AND at_s < coalesce("
            "(SELECT max(at_s) FROM sample WHERE run = ?1 AND tag = ?2 AND at_s <= ?3), ?3) AND received_us < ?4",
            [(run, tag, cut_s, archived_us) for tag in store.tags.values()],
        )
        db.execute("DELETE FROM event WHERE number <= (SELECT max(number) FROM event) - ?", (retention.events,))

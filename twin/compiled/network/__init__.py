"""The compiled engine for networks: the same events, totals and snapshots as `twin.network`, bit by bit (ADR 0012)."""

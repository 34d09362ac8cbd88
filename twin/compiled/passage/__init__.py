"""Passage times: serial lines by recursion over units instead of events, with failures and orders (ADR 0016)."""

"""Jayul: what happened. Samples and events recorded, queried, exported."""

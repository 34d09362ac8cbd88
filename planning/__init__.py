"""Jayul: what could be done. Searches that return candidate changes."""

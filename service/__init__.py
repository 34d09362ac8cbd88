"""Jayul: what runs it all. Composition root, settings, loops, API, command line."""

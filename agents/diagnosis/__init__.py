"""Kinds of trouble, one file each: pace, scrap, orders. `agents.diagnose` puts them together."""

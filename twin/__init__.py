"""Jayul: what the plant will do. Shadow, engine, statistics, judge."""

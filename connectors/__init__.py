"""Jayul: how a plant is reached. One protocol a file."""

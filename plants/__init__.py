"""Jayul: what a plant is. The model, the values that flow through the house, ports, errors and the YAML loader."""

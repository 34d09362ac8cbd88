"""Jayul: a plant to practise on, as an OPC UA server process of its own."""

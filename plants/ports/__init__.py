"""Ports: what a room needs and another gives. One a file; `service` joins them."""

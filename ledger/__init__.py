"""Jayul: what was decided. Lifecycle, gate, approvals, execution, audit chain."""

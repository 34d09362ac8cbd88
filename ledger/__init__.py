"""Jayul: what was decided. Lifecycle, gate, approvals, execution, audit chain."""

from ledger.executor import Executor
from ledger.ledger import Ledger
from ledger.policy import Autonomy, Policy

__all__ = ["Autonomy", "Executor", "Ledger", "Policy"]

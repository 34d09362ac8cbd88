"""What is wrong with the line, from its state: findings with the figures behind them.

Used by the diagnose node. Analytic and quick (milliseconds): it decides whether it is worth asking the twin, not what
to do. Where nothing is wrong it finds nothing, and then nothing is proposed.
"""

from agents.diagnosis.evidence import Shares
from agents.diagnosis.orders import late, setup_loss
from agents.diagnosis.pace import pace
from agents.diagnosis.scrap import scrap
from plants.flow.draft import Finding
from plants.flow.state import LineState
from plants.model.plant import Plant

MIN_SEVERITY = 0.02
"""Losses below this share are the ordinary scatter of a line."""
MAX_FINDINGS = 16
"""What a draft can carry."""


def diagnose(
    plant: Plant, state: LineState, *, shares: Shares | None = None, min_severity: float = MIN_SEVERITY
) -> tuple[Finding, ...]:
    """Findings, the most costly first; none when the line does what its description says.

    Args:
        plant: the line.
        state: where it stands.
        shares: what the stations were recently doing, if known; sharpens the evidence and finds a bottleneck that no
            parameter explains.
        min_severity: findings that cost less are left out (share of throughput or of on-time delivery).
    """
    found = [
        *pace(plant, state, shares or {}, min_severity),
        *scrap(plant, state),
        *late(plant, state),
        *setup_loss(plant, state),
    ]
    kept = [f for f in found if f.severity >= min_severity]
    return tuple(sorted(kept, key=lambda f: (-f.severity, f.kind, f.subject))[:MAX_FINDINGS])

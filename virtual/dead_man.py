"""The dead man of a virtual plant: what its control system does when the beats of the other side stay away.

It looks for change of the heartbeat, not for order, on the machine's own clock (wall seconds). The first beat arms it;
after `missed` periods of silence the machine takes its local setpoints and turns its selector to local, once. It is
armed again only by a beat that comes after a person at the panel has turned the selector back.
"""

from plants.model.change_policy import HeartbeatPolicy
from virtual.equipment import Equipment


class DeadMan:
    """Watches the beats of one plant."""

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment
        self._policy: HeartbeatPolicy | None = equipment.plant.policy.heartbeat
        self._seen = equipment.beat
        self._heard_at: float | None = None

    def look(self, now_wall_s: float) -> bool:
        """Look at the heartbeat; whether the machine has fallen back just now.

        Args:
            now_wall_s: monotonic wall seconds.
        """
        if self._policy is None:
            return False
        if self._equipment.beat != self._seen:
            self._seen, self._heard_at = self._equipment.beat, now_wall_s
        limit_s = self._policy.missed * self._policy.period_wall_s
        if self._heard_at is None or now_wall_s - self._heard_at <= limit_s:
            return False
        self._heard_at = None
        self._equipment.fall_back()
        return True

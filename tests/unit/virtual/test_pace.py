"""Pace: plant time keeps to the asked speed while the machine can, and says so when it cannot."""

from plants.model.plant import Plant
from virtual.pace import Pacer
from virtual.still import StillPlant


class Timer:
    """A timer that moves by a fixed cost with each look."""

    def __init__(self, cost_s: float) -> None:
        self._now_s = 0.0
        self._cost_s = cost_s

    def __call__(self) -> float:
        """Seconds."""
        self._now_s += self._cost_s
        return self._now_s


def test_plant_time_keeps_to_the_asked_speed(plant: Plant) -> None:
    """Ten wall seconds at 60 are ten plant minutes."""
    line = StillPlant(plant)
    pacer = Pacer(line, 60.0, timer=Timer(cost_s=0.0))

    for _ in range(50):
        pacer.step(0.2)

    assert abs(line.now_s - 600) < 1e-6
    assert pacer.scale == 60.0


def test_an_overloaded_machine_slows_plant_time_and_tells_the_scale(plant: Plant) -> None:
    """Each twentieth of a step costs a twentieth of the wall clock: half of it fits into half the time."""
    line = StillPlant(plant)
    pacer = Pacer(line, 60.0, share=0.5, timer=Timer(cost_s=0.01))

    for _ in range(100):
        pacer.step(0.2)

    assert line.now_s < 0.6 * 60 * 20
    assert abs(pacer.scale - line.now_s / 20) < 2.0
    assert pacer.scale < 40


def test_no_wall_time_is_no_plant_time(plant: Plant) -> None:
    """The first step of a process may come at once."""
    line = StillPlant(plant)

    Pacer(line, 60.0).step(0.0)

    assert line.now_s == 0.0


def test_at_its_end_plant_time_stands_to_the_second_and_the_scale_stays(plant: Plant) -> None:
    """However the steps fall; what is asked for afterwards is no time at all."""
    line = StillPlant(plant)
    line.advance(100.0)
    pacer = Pacer(line, 60.0, for_s=40.0, timer=Timer(cost_s=0.0))
    stood = []
    for _ in range(10):
        pacer.step(0.2)
        stood.append(pacer.stands)

    assert stood == [False, False, False, *[True] * 7]
    assert abs(line.now_s - 140.0) < 1e-6

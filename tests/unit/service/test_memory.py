"""What stays is set aside from the garbage collector; what comes later is collected as ever."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from service.memory import set_aside_what_stays


class Loop:
    """Refers to itself, so that only the collector frees it."""

    def __init__(self) -> None:
        self.self = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Nothing stays set aside after the test."""
    yield
    gc.unfreeze()


def test_later_collections_look_at_what_came_later_only() -> None:
    """Tens of thousands of objects are set aside, and a cycle that is made afterwards is freed."""
    aside = set_aside_what_stays()

    later = weakref.ref(Loop())
    looked_at = len(gc.get_objects())
    gc.collect()

    assert aside > 10 * looked_at
    assert later() is None

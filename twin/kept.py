"""What was made last, kept for whoever asks for it again: a small store with a limit, for several threads.

Used for what all replications of a plant share. What is kept must not be changed by those who get it.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


class Kept(Generic[Key, Made]):
    """Things by key, those asked for last; two threads that ask at once may both make one.

    Args:
        most: How much is kept.
        size: How much one is; each counts 1 without it.
    """

    def __init__(self, most: int, size: Callable[[Made], int] = lambda _: 1) -> None:
        self._most = most
        self._size = size
        self._held = 0
        self._lock = threading.Lock()
        self._made: OrderedDict[Key, Made] = OrderedDict()

    def get(self, key: Key, make: Callable[[], Made]) -> Made:
        """What belongs to a key, made where it is not kept."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = make()
        with self._lock:
            if key not in self._made:
                self._made[key] = made
                self._held += self._size(made)
            while self._held > self._most and len(self._made) > 1:
                self._held -= self._size(self._made.popitem(last=False)[1])
        return made

    def seen(self, key: Key) -> bool:
        """Whether something is kept for a key."""
        with self._lock:
            return key in self._made

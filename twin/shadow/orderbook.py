"""Which unit is which: orders, from the units that entered the line, counted.

Units are numbered as they enter (0 first). The line is first in, first out, so the units on it are the newest numbers,
rejected ones left out, and the order of each follows from the sequence in which orders were started. What entered is
exact; which units were rejected is known to within a tick.

At first sight the orders started before are taken to have been made in the sequence of the plant file, and their
rejects to be shared in proportion to their size.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass

from plants.flow.state import OrderState
from plants.model.plant import Plant

_NAME, _MOST_FOREIGN = 200, 1000
"""Letters of a foreign order's name, and how many of them, are told."""


@dataclass(slots=True)
class _Made:
    """An order that was started: its first unit's number, and what became of it."""

    order: str
    quantity: int
    first: int
    scrapped: int = 0
    finished_s: float | None = None

    @property
    def end(self) -> int:
        return self.first + self.quantity


class OrderBook:
    """Orders under way and done, by counting."""

    def __init__(self, plant: Plant) -> None:
        """Start with nothing known."""
        self._quantity = {o.id: o.quantity for o in plant.orders}
        self._made: list[_Made] = []
        self._waiting: tuple[str, ...] = tuple(self._quantity)
        self._rejected: list[int] = []
        self._entered = 0
        self._begun = False
        self.foreign: tuple[str, ...] = ()
        """Orders at the stations or waiting that the plant file does not have."""
        self.estimated = False
        """Whether progress before first sight had to be guessed because the counts do not fit the orders started."""

    def look(self, entered: int, current: Sequence[str], waiting: Sequence[str] | None) -> None:
        """Units entered, the order at each station in flow order ('' for none), and the orders not yet started."""
        named = dict.fromkeys([*current, *(waiting or ())])
        self.foreign = tuple(order[:_NAME] for order in named if order and order not in self._quantity)[:_MOST_FOREIGN]
        waiting = self._still_waiting(current, waiting)
        started = [o for o in self._waiting if o not in set(waiting)]
        if not self._begun:
            started = _first_sight(started, current)
        elif current and current[0] in started:
            started = [*(o for o in started if o != current[0]), current[0]]
        for order in started:
            self._start(order, entered)
        self._waiting, self._entered, self._begun = tuple(waiting), entered, True

    def share_scrap(self, scrapped: int, on_line: int) -> None:
        """At first sight: rejects so far, shared among the orders in proportion to what left the first station."""
        left = max(self._entered - on_line, 1)
        for made in self._made:
            made.scrapped = round(scrapped * max(min(made.end, left) - made.first, 0) / left)

    def reject(self, number: int) -> None:
        """A unit was rejected, as far as known this one."""
        while number in self._rejected and number > 0:
            number -= 1
        insort(self._rejected, number)
        made = self._order_of(number)
        if made is not None:
            made.scrapped += 1

    def settle(self, on_line: int, at_s: float, *, since_s: float | None = None) -> None:
        """Note which orders have left the line, when so many units are on it; `since_s` dates those of first sight."""
        oldest = self._oldest(on_line)
        for made in self._made:
            if made.finished_s is None and made.end <= oldest and self._started(made) >= made.quantity:
                share = min(made.end / max(oldest, 1), 1.0)
                made.finished_s = at_s if since_s is None else since_s + share * (at_s - since_s)
        del self._rejected[: bisect_left(self._rejected, oldest - 1000)]

    def newest(self, on_line: int) -> list[int]:
        """Numbers of the units on the line, the newest first; units of finished orders are not on it."""
        floor = max((m.end for m in self._made if m.finished_s is not None), default=0)
        rejected = set(self._rejected)
        numbers: list[int] = []
        number = self._entered - 1
        while len(numbers) < on_line and number >= floor:
            if number not in rejected:
                numbers.append(number)
            number -= 1
        return numbers

    def part(self, number: int) -> tuple[str | None, int]:
        """(order, index in it) of a unit; no order on a line that makes one product without end."""
        made = self._order_of(number)
        if made is None:
            return None, max(number, 0)
        return made.order, max(0, min(number - made.first, made.quantity - 1))

    def states(self, on_line: Sequence[int]) -> tuple[OrderState, ...]:
        """All orders in the sequence they are or will be made."""
        states = []
        for made in self._made:
            started = self._started(made)
            here = sum(1 for n in on_line if self._order_of(n) is made)
            scrapped = min(made.scrapped, started - here)
            states.append(
                OrderState(
                    order=made.order,
                    started=started,
                    good=started - here - scrapped,
                    scrapped=scrapped,
                    finished_s=made.finished_s,
                )
            )
        return (*states, *(OrderState(order=o) for o in self._waiting))

    def _still_waiting(self, current: Sequence[str], waiting: Sequence[str] | None) -> list[str]:
        """Orders not yet started; those that vanish from the tag were started, those at a station too."""
        known = self._waiting if waiting is None else waiting
        here = set(current)
        return [o for o in dict.fromkeys(known) if o in self._quantity and o not in here and not self._is_made(o)]

    def _is_made(self, order: str) -> bool:
        return any(m.order == order for m in self._made)

    def _start(self, order: str, entered: int) -> None:
        first = self._made[-1].end if self._made else 0
        if first > entered or (self._begun and entered - first > self._quantity[order]):
            self.estimated = True
            first = max(entered - 1, 0)
        self._made.append(_Made(order, self._quantity[order], first))

    def _started(self, made: _Made) -> int:
        if made is not self._made[-1]:
            return made.quantity
        return max(0, min(self._entered - made.first, made.quantity))

    def _oldest(self, on_line: int) -> int:
        """Number of the oldest unit on the line, or of the next to enter when it is empty."""
        oldest = self._entered - on_line
        while True:
            skipped = len(self._rejected) - bisect_left(self._rejected, oldest)
            if self._entered - on_line - skipped >= oldest:
                return oldest
            oldest = self._entered - on_line - skipped

    def _order_of(self, number: int) -> _Made | None:
        position = bisect_right(self._made, number, key=lambda m: m.first) - 1
        return self._made[max(position, 0)] if self._made else None


def _first_sight(started: Sequence[str], current: Sequence[str]) -> list[str]:
    """Orders started before they were watched: the plant file's sequence, those still at a station last."""
    here = [o for o in dict.fromkeys(reversed(current)) if o in started]
    return [*(o for o in started if o not in here), *here]

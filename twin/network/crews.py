"""People: who is asked for, who comes, who goes free.

A free person goes to the most urgent errand they can do: repairs before maintenance before work, the longest waiting
first. Somebody at the end of a shift finishes the task in hand.
"""

from abc import ABC, abstractmethod

from twin.clock import Wake
from twin.network.floor import Floor
from twin.network.working import NOBODY, CrewRun, Errand, MachineRun, Request
from twin.working import ModeRun


class Crews(Floor, ABC):
    """A floor with people on it."""

    @abstractmethod
    def _come(self, request: Request, crew: int) -> None:
        """A person has come to whoever asked (given by the modules above)."""

    def _ask(
        self, m: MachineRun, skill: str, errand: Errand, mode: ModeRun | None = None
    ) -> tuple[int, Request | None]:
        """A person with a skill: the crew that sends one now, or else the request that waits."""
        for crew in self.crews:
            if crew.busy < crew.on_duty and skill in crew.skills:
                crew.busy += 1
                return crew.position, None
        request = Request(m, skill, errand, self._clock.time, mode)
        self._queue(request)
        return NOBODY, request

    def _queue(self, request: Request) -> None:
        """A request waits behind those that are as urgent."""
        place = len(self.requests)
        while place and self.requests[place - 1].errand > request.errand:
            place -= 1
        self.requests.insert(place, request)

    def _withdraw(self, request: Request | None) -> None:
        if request is not None:
            self.requests.remove(request)

    def _free(self, crew: int) -> None:
        """A person's task is done."""
        if crew == NOBODY:
            return
        self.crews[crew].busy -= 1
        self._serve(self.crews[crew])

    def _serve(self, crew: CrewRun) -> None:
        """Whoever of a crew is free goes to those who wait."""
        while crew.busy < crew.on_duty:
            request = next((r for r in self.requests if r.skill in crew.skills), None)
            if request is None:
                return
            self.requests.remove(request)
            crew.busy += 1
            self._come(request, crew.position)

    def _change_shift(self, crew: CrewRun, open_now: bool, _: Wake | None = None) -> None:
        crew.on_duty = crew.size if open_now else 0
        self._serve(crew)

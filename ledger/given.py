"""Everything the gate judges by: one value, gathered by `ledger.evidence`, read by the rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ledger.basis import without_modes
from ledger.hold import Hold
from ledger.policy import Autonomy, Policy
from plants.flow.approval import Approval, Signature
from plants.flow.draft import Draft
from plants.flow.plan import CarriedOutBy, Plan, WriteStep
from plants.flow.sample import Sample
from plants.flow.verdict import Verdict
from plants.model.parameter import Parameter
from plants.model.plant import Plant
from plants.model.tags import Tag, tags_of


class Moment(StrEnum):
    """When the gate is asked."""

    PROPOSAL = "proposal"
    """Handed in; the data are the mirror's."""
    WRITE = "write"
    """Bytes are about to leave; the data were read just now."""


@dataclass(frozen=True)
class GateInput:
    """Everything the gate judges by."""

    moment: Moment
    plant: Plant
    policy: Policy
    draft: Draft
    verdict: Verdict
    plan: Plan
    plan_hash: str
    """Digest of the plan as it was stored."""
    now: datetime
    """Wall time."""
    live: Mapping[str, Sample]
    """Newest samples by alias: the plan's tags, their machines' modes, the selector, plant time, the plan's basis."""
    plant_time_s: float | None
    """Plant time, if known."""
    autonomy: Autonomy | None = None
    """How far Jayul may go now; the policy's when a person has not said otherwise."""
    holds: tuple[Hold, ...] = ()
    """What is held, by whom."""
    locked: Mapping[str, str] | None = None
    """Tags locked by other proposals, unknown or in people's hands: alias to proposal id."""
    in_flight: str | None = None
    """Another proposal that is being carried out."""
    changed_s: Mapping[str, float] | None = None
    """Plant time of the last write to a tag."""
    drift_from: Mapping[str, float] | None = None
    """Value of a parameter before the first of our writes within the drift window."""
    record_problem: str = ""
    """What is wrong with the audit chain; empty when nothing is."""
    approval: Approval | None = None
    """The approval, at the write."""
    signatures: tuple[Signature, ...] = ()
    """The signatures it rests on."""
    approval_recorded: bool = False
    """Whether the chain holds exactly this approval, its signatures, and this proposal."""
    approval_spent: bool = False
    """Whether it has been claimed before."""

    @property
    def level(self) -> Autonomy:
        """How far Jayul may go now."""
        return self.policy.autonomy if self.autonomy is None else self.autonomy

    @property
    def by_people(self) -> bool:
        """Whether people carry it out."""
        return self.plan.carried_out_by is CarriedOutBy.PEOPLE

    def tagged(self) -> Iterator[tuple[WriteStep, Tag]]:
        """Steps with their tags; steps without one are the business of `known_tag`."""
        tags = {tag.alias: tag for tag in tags_of(self.plant)}
        return ((step, tags[step.alias]) for step in self.plan.steps if step.alias in tags)

    def parameters(self) -> Iterator[tuple[WriteStep, Parameter]]:
        """Steps that set a parameter."""
        parameters = self.plant.parameters
        return ((step, parameters[step.alias]) for step in self.plan.steps if step.alias in parameters)

    def only(self, step: int) -> "GateInput":
        """The same for one step of the plan by itself: what is checked again before a later step leaves.

        A plan under way does not stop half done because a machine that it does not touch fails.
        """
        plan = self.plan.model_copy(update={"steps": (self.plan.steps[step],), "basis": without_modes(self.plan)})
        return replace(self, plan=plan, changed_s={})


def first_stages(given: GateInput) -> Iterator[WriteStep]:
    """Steps that begin at what a tag holds now: every one but the later stages of a ramp."""
    seen: set[str] = set()
    for step in given.plan.steps:
        if step.alias not in seen:
            seen.add(step.alias)
            yield step

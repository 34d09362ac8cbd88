"""What the plant asks of a change before it is made: risk classes by rule, who must say yes, and how much at once.

Read by `ledger`, which enforces it whoever proposes. Every rule is part of the description, so it is hashed into the
plant's revision: a proposal made under another policy can no longer be approved.
"""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from plants.frozen import Alias, Fraction, Frozen, Name, Seconds

_ORDER = ("low", "medium", "high")


class Risk(StrEnum):
    """How much a change may harm; compared with `at_least`."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    def at_least(self, other: "Risk") -> bool:
        """Whether this class is that one or a higher one."""
        return _ORDER.index(self) >= _ORDER.index(other)


class RiskRule(Frozen):
    """A rule that gives a change its risk class when everything it states is so; the highest class counts."""

    risk: Risk
    """The class."""
    because: Annotated[str, Field(min_length=1, max_length=200)]
    """Why, as it is shown to whoever approves."""
    aliases: Annotated[tuple[Alias, ...], Field(max_length=1000)] = ()
    """It writes one of these tags."""
    sequence: bool = False
    """It rearranges the orders."""
    tags_at_least: Annotated[int, Field(ge=2, le=64)] | None = None
    """It writes so many tags."""
    stages_at_least: Annotated[int, Field(ge=2, le=64)] | None = None
    """It moves a parameter in so many stages."""
    envelope_share: Fraction | None = None
    """It moves a parameter by this share of its envelope, or more."""
    harm: Fraction | None = None
    """The twin's probability of harm in any KPI is this, or more."""

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        stated = (self.tags_at_least, self.stages_at_least, self.envelope_share, self.harm)
        if not (self.aliases or self.sequence or any(condition is not None for condition in stated)):
            raise ValueError("a risk rule states at least one condition")
        return self


DEFAULT_RISKS = (
    RiskRule(risk=Risk.HIGH, because="a parameter is moved so far that it goes in stages", stages_at_least=2),
    RiskRule(risk=Risk.HIGH, because="three or more tags are written", tags_at_least=3),
    RiskRule(risk=Risk.MEDIUM, because="two tags are written", tags_at_least=2),
    RiskRule(risk=Risk.MEDIUM, because="a parameter is moved by a quarter of its envelope", envelope_share=0.25),
    RiskRule(risk=Risk.MEDIUM, because="the twin sees a probability of harm of 25 % or more", harm=0.25),
    RiskRule(risk=Risk.MEDIUM, because="the orders are rearranged", sequence=True),
)
"""What counts unless the plant file says otherwise; what no rule speaks of is low."""


class StateTolerance(Frozen):
    """How far the line may move from the state that was judged before an approval is void."""

    parameter_tolerances: Annotated[float, Field(ge=1, le=1_000)] = 1.0
    """Every setpoint of the line may move by so many of its own read-back tolerances."""
    buffer_share: Fraction = 1.0
    """Every buffer's level may move by this share of its capacity; 1 lets it move freely."""
    orders_begun: Annotated[int, Field(ge=0, le=5_000)] = 10
    """So many orders may have begun since, as planned: the twin has foreseen that; another sequence it has not."""
    age_s: Annotated[Seconds, Field(gt=0)] = 28_800.0
    """The judged state may be so many plant seconds old: a shift."""


class JointLimit(Frozen):
    """What several parameters together must keep to: a weighted sum of their setpoints, after every write."""

    because: Annotated[str, Field(min_length=1, max_length=200)]
    """Why, as it is shown when a change would go beyond."""
    weights: Annotated[dict[Alias, Annotated[float, Field(ge=-1e6, le=1e6)]], Field(min_length=1, max_length=16)]
    """Parameters, each with the factor on its setpoint."""
    at_least: float | None = None
    """The sum is this, or more."""
    at_most: float | None = None
    """The sum is this, or less."""

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("a joint limit states at_least, at_most, or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least must not be above at_most")
        return self


class Interlock(Frozen):
    """A signal that must stand right before anything is written. The interlock itself acts in the PLC."""

    id: Name
    """Name; its tag is `line.interlock.<id>`, to be placed under `tags` like any other."""
    because: Annotated[str, Field(min_length=1, max_length=200)]
    """What it stands for, as it is shown when it forbids a write."""
    writes_when: bool = True
    """The value of the signal with which writing is allowed."""
    aliases: Annotated[tuple[Alias, ...], Field(max_length=1_000)] = ()
    """It concerns these parameters; all writing when left out."""


class HeartbeatPolicy(Frozen):
    """The dead man: what the machine does when Jayul falls silent. Both sides know these figures."""

    period_wall_s: Annotated[float, Field(gt=0, le=60)] = 1.0
    """Wall seconds between two beats."""
    missed: Annotated[int, Field(ge=2, le=100)] = 5
    """Beats that may be missed in a row; then the machine takes its local setpoints and its selector goes to local."""


class ChangePolicy(Frozen):
    """Limits of changes on this line."""

    risks: Annotated[tuple[RiskRule, ...], Field(max_length=64)] = DEFAULT_RISKS
    """Rules that give a change its risk class."""
    four_eyes_from: Risk = Risk.HIGH
    """From this class on, two people approve, neither of whom proposed."""
    reauthenticate_from: Risk = Risk.HIGH
    """From this class on, whoever approves proves again who he is."""
    max_simultaneous: Annotated[int, Field(ge=1, le=16)] = 4
    """Tags that one plan may write."""
    write_order: Annotated[tuple[Alias, ...], Field(max_length=1_000)] = ()
    """Order in which tags are written when a plan writes several; those not named follow as proposed."""
    joint_limits: Annotated[tuple[JointLimit, ...], Field(max_length=64)] = ()
    """What several parameters together must keep to."""
    interlocks: Annotated[tuple[Interlock, ...], Field(max_length=64)] = ()
    """Signals of the equipment that must stand right before anything is written."""
    drift_steps: Annotated[float, Field(ge=1, le=100)] = 2.0
    """Our own changes to one parameter may add up to this many of its `max_step` within `drift_window_s`."""
    drift_window_s: Seconds = 28_800.0
    """Plant seconds over which changes add up: a shift of eight hours."""
    sequence_cool_down_s: Seconds = 600.0
    """Plant seconds that must pass between two rearrangements of the orders."""
    state: StateTolerance = StateTolerance()
    """How far the line may move before an approval is void."""
    sequence_by_people: bool = False
    """The line has no tag for the sequence of orders: people rearrange them, from a work list."""
    by_people: Annotated[tuple[Alias, ...], Field(max_length=1_000)] = ()
    """Parameters that people set at the machine, from a work list: Jayul reads them and never writes them."""
    heartbeat: HeartbeatPolicy | None = None
    """The dead man, when the line has one."""

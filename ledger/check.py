"""A check of the gate: its name, whether it passed, and why, in words."""

from enum import StrEnum

from plants.frozen import Frozen


class CheckName(StrEnum):
    """The checks, in the order in which they run."""

    RECORD = "record"
    """The audit chain verifies and agrees with its anchor."""
    HOLD = "hold"
    """Nobody holds what is about to be done."""
    AUTONOMY = "autonomy"
    """The line's level of autonomy admits it."""
    CLOCK = "clock"
    """The wall clock agrees with the equipment's."""
    PLANT = "plant"
    """Draft, verdict and plan belong together and to the plant as it is described now."""
    RISK = "risk"
    """The plan asks of its approvers what the plant's rules ask for its risk class."""
    KNOWN_TAG = "known_tag"
    """Every tag is one of the plant's."""
    ACCESS = "access"
    """Every tag may be written."""
    TYPE_AND_UNIT = "type_and_unit"
    """Every value has its tag's type and unit."""
    ENVELOPE = "envelope"
    """Every value, the one to restore too, lies in its envelope."""
    STEP_AND_RATE = "step_and_rate"
    """No step is larger, or follows sooner, than the parameter allows."""
    CUMULATIVE_DRIFT = "cumulative_drift"
    """Our own changes do not add up to too much."""
    SIMULTANEOUS = "simultaneous"
    """Not too many tags are written at once."""
    JOINT = "joint"
    """The steps agree with one another and with what else is under way."""
    COMBINATION = "combination"
    """The setpoints together keep to the plant's joint limits, whichever step is the last one made."""
    INTERLOCK = "interlock"
    """The local/remote selector and the plant's interlocks let Jayul write."""
    MACHINE_MODE = "machine_mode"
    """Every machine concerned is in production mode."""
    FRESH_DATA = "fresh_data"
    """What is known of the tags is good and recent."""
    UNCHANGED = "unchanged"
    """The tags still hold the values that the plan starts from."""
    STATE = "state"
    """The line as a whole is still near the state that was judged."""
    APPROVAL = "approval"
    """A valid, unexpired and unspent approval of exactly this plan is in the record."""


PASSING = frozenset({CheckName.MACHINE_MODE, CheckName.FRESH_DATA})
"""Checks whose no passes by itself: a machine under repair, data that are late. An approved change waits for them."""


class Check(Frozen):
    """The result of one check."""

    name: CheckName
    """Which."""
    passed: bool
    """Whether it passed."""
    detail: str
    """Why, in words."""

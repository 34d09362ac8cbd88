"""Changes: whether one can be made to a line now. The same answer whichever engine runs.

Used by both engines before a change is applied.
"""

from plants.errors import InvalidInput
from plants.flow.change import Change, Resequence, SetParameter
from plants.model.plant import Plant


def check_change(plant: Plant, change: Change, not_started: tuple[str, ...]) -> None:
    """Check a change; `not_started` are the orders of which no unit has entered the line.

    Raises:
        InvalidInput: an unknown parameter, a value outside its envelope, or a sequence that is not a permutation of the
            orders not yet started.
    """
    match change:
        case SetParameter():
            _check_parameter(plant, change)
        case Resequence():
            _check_sequence(change, not_started)


def _check_parameter(plant: Plant, change: SetParameter) -> None:
    parameter = plant.parameters.get(change.alias)
    if parameter is None:
        known = ", ".join(plant.parameters) or "none"
        raise InvalidInput(f"the plant has no parameter '{change.alias}'; it has: {known}")
    if not parameter.minimum <= change.value <= parameter.maximum:
        raise InvalidInput(
            f"{change.alias} = {change.value:g} {parameter.unit} is outside its envelope, "
            f"{parameter.minimum:g} to {parameter.maximum:g}"
        )


def _check_sequence(change: Resequence, not_started: tuple[str, ...]) -> None:
    if sorted(change.orders) != sorted(not_started):
        raise InvalidInput(
            "a sequence must name each order not yet started once; not yet started: "
            + (", ".join(not_started) or "none")
        )

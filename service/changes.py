"""Changes as people write them on the command line: `filler.speed_per_min=620`, and a sequence of orders."""

import difflib

from plants.errors import InvalidInput
from plants.flow.change import Change, Resequence, SetParameter
from plants.flow.state import LineState
from plants.model.plant import Plant


def parse_setting(plant: Plant, text: str) -> SetParameter:
    """One `alias=value`.

    Raises:
        InvalidInput: it is not of that form, the parameter does not exist (the nearest is suggested), or the value lies
            outside the parameter's envelope.
    """
    alias, equals, value = text.partition("=")
    if not equals:
        raise InvalidInput(f"'{text}' is not a setting; write it like {_example(plant)}.")
    parameter = plant.parameters.get(alias.strip())
    if parameter is None:
        near = difflib.get_close_matches(alias, plant.parameters, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"the plant has: {', '.join(plant.parameters) or 'none'}."
        raise InvalidInput(f"'{plant.plant}' has no parameter '{alias.strip()}'; {hint}")
    try:
        number = float(value)
    except ValueError:
        raise InvalidInput(f"'{value}' is not a number for {alias}.") from None
    if not parameter.minimum <= number <= parameter.maximum:
        raise InvalidInput(
            f"{alias} = {number:g} lies outside its envelope of {parameter.minimum:g} to {parameter.maximum:g} "
            f"{parameter.unit}."
        )
    return SetParameter(alias=alias.strip(), value=number)


def parse_sequence(plant: Plant, text: str, state: LineState | None = None) -> Resequence:
    """Orders separated by commas; the ones not named, and not begun in `state`, follow in their sequence.

    Raises:
        InvalidInput: an order does not exist, has begun, or is named twice.
    """
    known = [order.id for order in plant.orders]
    if state is not None:
        begun = {o.order for o in state.orders if o.started}
        known = [o.order for o in state.orders if o.order in known and not _begun(o.order, begun)]
    first = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in first if name not in known]
    if unknown:
        left = "" if state is None else " that has not begun"
        raise InvalidInput(
            f"'{plant.plant}' has no order {', '.join(unknown)}{left}; it has: {', '.join(known) or 'none'}."
        )
    if len(set(first)) < len(first):
        raise InvalidInput("an order is named twice in the sequence.")
    return Resequence(orders=tuple(first + [name for name in known if name not in first]))


def _begun(order: str, begun: set[str]) -> bool:
    """Whether units of an order, or components made to it, have entered the line."""
    return order in begun or any(name.startswith(f"{order}_") for name in begun)


def parse_changes(
    plant: Plant, settings: list[str], sequence: str | None, state: LineState | None = None
) -> tuple[Change, ...]:
    """All changes of a command line, at least one; made where the plant starts empty, or stands in `state`.

    Raises:
        InvalidInput: a change is wrong, one parameter is set twice, or there is none.
    """
    changes: list[Change] = [parse_setting(plant, text) for text in settings]
    aliases = [change.alias for change in changes if isinstance(change, SetParameter)]
    if len(set(aliases)) < len(aliases):
        raise InvalidInput("a parameter is set twice.")
    if sequence is not None:
        changes.append(parse_sequence(plant, sequence, state))
    if not changes:
        raise InvalidInput(f"nothing to compare: give --set (like {_example(plant)}), --sequence or --with.")
    return tuple(changes)


def _example(plant: Plant) -> str:
    for alias, parameter in plant.parameters.items():
        return f"{alias}={parameter.nominal:g}"
    return "station.parameter=value"

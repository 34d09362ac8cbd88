"""Changes as people write them on the command line: `filler.speed_per_min=620`, and a sequence of orders."""

import difflib

from plants.errors import InvalidInput
from plants.flow.change import Change, Resequence, SetParameter
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
        hint = f"did you mean '{near[0]}'?" if near else "the plant has: " + ", ".join(plant.parameters) + "."
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


def parse_sequence(plant: Plant, text: str) -> Resequence:
    """Orders separated by commas; the ones not named follow in their planned sequence.

    Raises:
        InvalidInput: an order does not exist or is named twice.
    """
    known = [order.id for order in plant.orders]
    first = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in first if name not in known]
    if unknown:
        raise InvalidInput(f"'{plant.plant}' has no order {', '.join(unknown)}; it has: {', '.join(known)}.")
    if len(set(first)) < len(first):
        raise InvalidInput("an order is named twice in the sequence.")
    return Resequence(orders=tuple(first + [name for name in known if name not in first]))


def parse_changes(plant: Plant, settings: list[str], sequence: str | None) -> tuple[Change, ...]:
    """All changes of a command line, at least one.

    Raises:
        InvalidInput: a change is wrong, one parameter is set twice, or there is none.
    """
    changes: list[Change] = [parse_setting(plant, text) for text in settings]
    aliases = [change.alias for change in changes if isinstance(change, SetParameter)]
    if len(set(aliases)) < len(aliases):
        raise InvalidInput("a parameter is set twice.")
    if sequence is not None:
        changes.append(parse_sequence(plant, sequence))
    if not changes:
        raise InvalidInput(f"nothing to compare: give --set (like {_example(plant)}) or --sequence.")
    return tuple(changes)


def _example(plant: Plant) -> str:
    for alias, parameter in plant.parameters.items():
        return f"{alias}={parameter.nominal:g}"
    return "station.parameter=value"

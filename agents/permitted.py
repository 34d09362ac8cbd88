"""Whether changes may be proposed at all: a pure check before anything is judged or handed in.

Used by the propose node for every brain and by the model's answers. It is not the gate: the gate in `ledger` has the
word, twice. This check keeps nonsense from reaching it and tells a model what was wrong with its answer.
"""

from planning.projection import unstarted
from planning.setpoints import allowed
from plants.flow.change import Changes, Resequence, SetParameter
from plants.flow.state import LineState
from plants.model.plant import Plant

MAX_CHANGES = 16


def objection(plant: Plant, state: LineState, changes: Changes) -> str | None:
    """What is wrong with the changes, for a person or a model to read; None when nothing is."""
    if not 1 <= len(changes) <= MAX_CHANGES:
        return f"give 1 to {MAX_CHANGES} changes, not {len(changes)}"
    subjects = [c.alias if isinstance(c, SetParameter) else c.kind for c in changes]
    if len(set(subjects)) < len(subjects):
        return "each parameter may be set once, and the orders put in one sequence"
    for change in changes:
        wrong = _sequence(plant, state, change) if isinstance(change, Resequence) else _value(plant, state, change)
        if wrong:
            return wrong
    return None


def _value(plant: Plant, state: LineState, change: SetParameter) -> str | None:
    parameter = plant.parameters.get(change.alias)
    if parameter is None:
        return f"there is no parameter '{change.alias}'; there are {', '.join(plant.parameters)}"
    present = {p.alias: p.value for p in state.parameters}.get(change.alias)
    if present is None:
        return f"the present value of '{change.alias}' is not known"
    if allowed(parameter, present, change.value):
        return None
    return (
        f"'{change.alias}' may be set within {parameter.minimum:g} to {parameter.maximum:g}, by at most "
        f"{parameter.max_step:g} and more than {parameter.tolerance:g} from the present {present:g}, "
        f"not to {change.value:g}"
    )


def _sequence(plant: Plant, state: LineState, change: Resequence) -> str | None:
    if state.foreign_orders:
        return (
            f"the line has orders that the plant file does not have ({', '.join(state.foreign_orders[:5])}), so what a "
            "sequence would do cannot be told; have them finished, or put them into the plant file"
        )
    present = unstarted(plant, state)
    if sorted(change.orders) != sorted(present):
        return f"the sequence must hold each of the {len(present)} orders that have not started exactly once"
    if change.orders == present:
        return "the sequence is the present one"
    return None

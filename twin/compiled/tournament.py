"""A tournament of timers, compiled: who rings first, found anew by one game a level when one timer is set.

Used by `twin.compiled.schedule` and `twin.compiled.network.timers`. Each node of the tree holds the timer of the two
below it that rings first; the root is 1, the nodes below n are 2 n and 2 n + 1.
"""

from twin.compiled.access import whole_at
from twin.compiled.bits import bits_of
from twin.compiled.jit import inlined_inner


@inlined_inner
def climb(tree: int, at: int, ranks: int, node: int, slot: int, at_s: float, rank: int) -> None:
    """Find anew who wins, from the leaf of a timer up to the root.

    Written without a branch that depends on times: the processor cannot foresee which is earlier. Times are compared as
    whole numbers, for between two of these it can choose without a branch, and not between two floats.

    Args:
        tree: Where the nodes lie.
        at: Where the times of all timers lie.
        ranks: Where the ranks lie, by which those go that ring together.
        node: The leaf.
        slot: The timer that was set.
        at_s: For when.
        rank: Its rank.
    """
    winner, first = slot, _in_order(bits_of(at_s))
    while node > 1:
        rival = whole_at(tree, node ^ 1).value
        rival_first, rival_rank = _in_order(whole_at(at, rival).value), whole_at(ranks, rival).value
        lost = (rival_first < first) | ((rival_first == first) & (rival_rank < rank))
        winner = rival if lost else winner
        first = rival_first if lost else first
        rank = rival_rank if lost else rank
        node >>= 1
        whole_at(tree, node).value = winner


@inlined_inner
def _in_order(bits: int) -> int:
    """Whole numbers that ascend as the floats do whose bits are given: those of negative ones are turned over."""
    return bits ^ ((bits >> 63) & 0x7FFFFFFFFFFFFFFF)

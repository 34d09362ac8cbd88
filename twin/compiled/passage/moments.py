"""Conditions of a station on its own course, compiled, and its figures at the moments that are asked for.

Used by the other kernels of this package. Sums are made of the same terms in the same sequence as by the event engine
(`twin.compiled.counting`).
"""

# mypy: disable-error-code="no-any-return"
# Records have no static type.

from twin.compiled.access import number_at, whole_at
from twin.compiled.counting import CODES, DOWN, MICRO_STOP
from twin.compiled.jit import inner
from twin.compiled.layout import Record


@inner
def condition(run: Record, st: Record, at_s: float, code: int) -> None:
    """A station's condition is `code` from a moment on, unless it is down."""
    if st.down > 0:
        code = DOWN if st.breakdowns > 0 else MICRO_STOP
    if code == st.code:
        return
    tell_before(run, st, at_s)
    number_at(st.spent, st.code).value += at_s - st.since_s
    st.since_s = at_s
    st.code = code


@inner
def tell_before(run: Record, st: Record, at_s: float) -> None:
    """The figures of a station at all marks before a moment, if it goes on as it is until then."""
    while number_at(run.marks, st.mark).value < at_s:
        mark_s = number_at(run.marks, st.mark).value
        row = st.mark * run.n_stations + st.position
        for c in range(CODES):
            number_at(run.spent_at, row * CODES + c).value = number_at(st.spent, c).value
        number_at(run.spent_at, row * CODES + st.code).value += mark_s - st.since_s
        whole_at(run.processed_at, row).value = st.processed
        st.mark += 1

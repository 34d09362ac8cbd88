"""`judge`: what the twin says of a draft against leaving it as it is, and what it promises.

Used by the agents' graph and by the service before an approval. It reads no clock and writes nothing; the same
arguments give the same verdict. Refuses drafts for another plant. Data that are stale do not stop it, but then the
verdict says that it cannot be approved.
"""

from dataclasses import dataclass, replace

from plants.errors import InvalidInput
from plants.flow.draft import Draft
from plants.flow.state import LineState
from plants.flow.verdict import Promise, Verdict
from plants.frozen import content_hash
from plants.kpi import Kpi
from plants.model.plant import Plant
from plants.model.policy import Direction
from twin.crew import Workers, play_all
from twin.effects import effects_of, objectives_of, overall
from twin.engines import Engine, names_of
from twin.forecast_error import DEFAULT_ERROR, ForecastError
from twin.prediction import predict
from twin.replications import AS_IT_IS, CHANGED, Progress, Scenario
from twin.run import RunResult

FRESH = 1_000_000
"""Number of the judge's first replication; screening counts from 0, so the judge's draws are fresh."""

_ENOUGH_REPLICATIONS = 20
_NAMED_TAGS = 8


@dataclass(frozen=True, slots=True)
class _Trial:
    """Both sides, paired by replication."""

    baseline: list[RunResult]
    candidate: list[RunResult]


def judge(
    plant: Plant,
    state: LineState,
    draft: Draft,
    *,
    horizon_s: float,
    replications: int = 30,
    seed: int = 1,
    error: ForecastError = DEFAULT_ERROR,
    delay_s: float = 0.0,
    workers: Workers = 1,
    progress: Progress | None = None,
    engine: str = Engine.SIMPY,
) -> Verdict:
    """Judge a draft by paired replications from a state.

    Args:
        plant: The line.
        state: Where every replication starts from.
        draft: What would be changed.
        horizon_s: Plant seconds simulated; extended to the end of the watch window where it is shorter.
        replications: Pairs of runs, at least 2.
        seed: Seed of all draws.
        error: The twin's known forecast error, which widens the promise.
        delay_s: Plant seconds until the change is made: how long approval and writing take.
        workers: Processes or threads; the verdict does not depend on it.
        progress: Called with (done, all) after each run.
        engine: `simpy`, `compiled` or `auto`; the figures do not depend on it. SimPy unless asked: which engine `auto`
            takes depends on what is loaded, and a repeated call shall give the same value to the last letter.

    Raises:
        InvalidInput: a draft or state of another plant or revision, or changes that do not fit it.
        RunFailed: a run does not come forward.
    """
    if draft.plant != plant.plant or draft.plant_revision != plant.revision:
        raise InvalidInput(f"draft {draft.id} is not for this description of '{plant.plant}': make a new draft")
    if replications < 2:
        raise InvalidInput(f"a verdict needs at least 2 replications, {replications} was given")
    start = delay_s + plant.watch.settle_s
    window = (start, start + plant.watch.window_s)
    before = Scenario(
        plant, max(horizon_s, window[1]), seed, state, delay_s=delay_s, window_s=window, engine=engine, name=AS_IT_IS
    )
    pair = (before, replace(before, changes=draft.changes, name=CHANGED))
    jobs = [(s, FRESH + r) for r in range(replications) for s in pair]
    runs = play_all(jobs, workers=workers, progress=progress)
    trial = _Trial(runs[::2], runs[1::2])
    effects = effects_of(objectives_of(plant), trial.baseline, trial.candidate)
    draft_hash = draft.digest()
    key = [draft_hash, state.revision, before.horizon_s, replications, seed, delay_s, error.model_dump()]
    return Verdict(
        id=f"v-{content_hash(key)[:24]}",
        draft_id=draft.id,
        draft_hash=draft_hash,
        plant=plant.plant,
        plant_revision=plant.revision,
        state_revision=state.revision,
        state_time_s=state.plant_time_s,
        horizon_s=before.horizon_s,
        replications=replications,
        confirmed_on_fresh=True,
        seed=seed,
        engine=names_of(r.engine for r in runs),
        effects=effects,
        result=overall(effects),
        promise=_promise(plant, trial, error),
        data_sufficient=state.trustworthy,
        caveats=(*_about_data(state, draft), *_about_runs(plant, trial, horizon_s, before.horizon_s, error)),
    )


def _promise(plant: Plant, trial: _Trial, error: ForecastError) -> Promise:
    objective = objectives_of(plant)[0]
    prediction = predict(_window_values(trial.candidate, objective.kpi), error)
    half = predict(_half_window_values(trial.candidate, objective.kpi), error)
    maximise = objective.direction is Direction.MAXIMISE
    return Promise(
        kpi=objective.kpi,
        prediction=prediction,
        without=predict(_window_values(trial.baseline, objective.kpi), error),
        settle_s=plant.watch.settle_s,
        window_s=plant.watch.window_s,
        abort_below=plant.watch.abort_below * half.low if maximise else 0.0,
        error_sd=error.predictive_sd,
    )


def _window_values(runs: list[RunResult], kpi: Kpi) -> list[float]:
    return [r.window_kpis[kpi] for r in runs if r.window_kpis is not None]


def _half_window_values(runs: list[RunResult], kpi: Kpi) -> list[float]:
    return [r.half_window_kpis[kpi] for r in runs if r.half_window_kpis is not None]


def _about_data(state: LineState, draft: Draft) -> list[str]:
    """What the data behind it lack, in words."""
    found = []
    if state.stale:
        named = ", ".join(state.stale[:_NAMED_TAGS]) + (" and others" if len(state.stale) > _NAMED_TAGS else "")
        found.append(f"{len(state.stale)} tags had no good and recent data, so it cannot be approved: {named}")
    if draft.state_revision != state.revision:
        found.append("the line has moved on since the draft was made; it was judged from the newer state")
    vague = [b.buffer for b in state.buffers if b.level_sd > 0]
    if vague:
        named = ", ".join(vague[:_NAMED_TAGS])
        found.append(f"the contents of {named} are estimates; the runs are spread over what they may be")
    return found


def _about_runs(plant: Plant, trial: _Trial, asked_s: float, horizon_s: float, error: ForecastError) -> list[str]:
    """What the runs behind it lack, in words."""
    found = []
    if len(trial.baseline) < _ENOUGH_REPLICATIONS:
        found.append(f"only {len(trial.baseline)} replications: intervals are wide")
    if horizon_s > asked_s:
        found.append(f"simulated for {horizon_s:g} s instead of {asked_s:g} s, to the end of the watch window")
    unfinished = sum(o.finished_s is None for o in trial.candidate[0].orders)
    if unfinished:
        found.append(f"{unfinished} orders end after the horizon: their ends are projected at the pace of the run")
    if error.n <= DEFAULT_ERROR.n:
        found.append(f"the forecast error of {error.predictive_sd:.1%} is assumed: no outcome has been compared yet")
    if objectives_of(plant)[0].direction is Direction.MINIMISE:
        found.append("no early abort: the promised KPI is one where less is better")
    return found

"""A virtual plant: hidden true physics in plant time, shown through its tags. No network and no wall clock here.

Used by `virtual.process` behind the OPC UA server and by `virtual.link` in the same process. It refuses what its
machines refuse, and misbehaves on script. Same plant, seed, script and writes: same history, however time is cut up.
"""

from math import exp, log
from statistics import NormalDist

from plants.flow.change import Resequence, SetParameter
from plants.flow.sample import Value
from plants.model.breadth import check_serial
from plants.model.plant import Plant
from plants.model.tags import HEARTBEAT, ORDER_SEQUENCE, PLANT_TIME, REMOTE, TIME_SCALE, interlock_alias, tags_of
from twin.draws import Purpose, entity_of, uniform
from twin.engine import LineSimulation
from virtual.equipment import check_write
from virtual.jobs import JobBook
from virtual.panel import Panel, held
from virtual.reading import line_values
from virtual.script import NO_SCRIPT, Breakdown, Event, Scrap, Script, SlowActual, Wear
from virtual.taking import Taking
from virtual.truth import Truth, truth_of

GRID_S = 5.0
"""Plant seconds between two updates of what changes by itself: lags, spells, sensor errors."""
_NEVER_USED_UP = 10**15
"""Events: a served plant runs for months."""
_SENSOR_RHO = 0.9
"""Correlation of a sensor's error from one grid point to the next."""
_NORMAL = NormalDist()


class VirtualPlant:
    """An `Equipment` with physics.

    Args:
        plant: The description as declared; the truth is drawn from it.
        seed: Of the truth and of the line's luck.
        script: What goes wrong, in plant seconds after the plant is first shown.
        warm_s: Plant seconds run before it is shown, so that the line is filled.
        time_scale: What `line.time_scale` shows to a link in the same process; the server shows its own.

    Raises:
        InvalidInput: the script names what the plant does not have, or the plant is no serial line.
    """

    def __init__(
        self,
        plant: Plant,
        *,
        seed: int = 1,
        script: Script = NO_SCRIPT,
        warm_s: float = 1800.0,
        time_scale: float = 1.0,
    ) -> None:
        check_serial(plant, "the virtual plant plays")
        script.check(plant)
        self._plant = plant
        self._script = script
        self._truth: Truth = truth_of(plant, seed)
        self._key = (seed, 0)
        self._line = LineSimulation(self._truth.plant, seed=self._truth.engine_seed, budget=_NEVER_USED_UP)
        self._jobs = JobBook(self._line)
        self._tags = {tag.alias: tag for tag in tags_of(plant)}
        self._setpoints = {alias: p.nominal for alias, p in plant.parameters.items()}
        self._actuals = dict(self._setpoints)
        self._remote = True
        self._beat = 0
        self._time_scale = time_scale
        self._wear = dict.fromkeys(((s.id, f.id) for s in plant.stations for f in s.failures), 1.0)
        self._spells = {where: _Spell(self._truth, self._key, where) for where in self._truth.regimes}
        self._errors = dict.fromkeys(self._tags, 0.0)
        self._panel = Panel(script)
        self._taking = Taking(plant)
        self._grid = 0
        self._begun_s = -1.0
        self._shown_at_s = warm_s
        self._set_rates()
        self._run(warm_s)

    @property
    def plant(self) -> Plant:
        """The description as declared, not the truth."""
        return self._plant

    @property
    def now_s(self) -> float:
        """Plant time."""
        return self._line.now_s

    @property
    def shown_s(self) -> float:
        """Plant seconds since it was first shown; below 0 while it warms up."""
        return self.now_s - self._shown_at_s

    @property
    def jobs(self) -> JobBook:
        """The orders of the line as jobs."""
        return self._jobs

    @property
    def beat(self) -> int:
        """Newest beat that a client has written; 0 before the first."""
        return self._beat

    def fall_back(self) -> None:
        """Take the local setpoints, the nominal ones, and turn the selector to local."""
        self._setpoints = {alias: p.nominal for alias, p in self._plant.parameters.items()}
        self._remote = False

    def advance(self, plant_s: float) -> None:
        """Let that many plant seconds pass."""
        self._run(self.now_s + plant_s)

    def values(self) -> dict[str, Value]:
        """Present value of every tag."""
        state = self._line.snapshot()
        values = line_values(
            self._truth.plant,
            state,
            self._actuals,
            self._errors.__getitem__,
            level_sd=self._truth.level_sd,
            power_sd=self._truth.power_sd,
        )
        values |= self._setpoints
        values |= {PLANT_TIME: round(float(self.now_s), 3), TIME_SCALE: self._time_scale, REMOTE: self._remote}
        values |= {interlock_alias(lock.id): lock.writes_when for lock in self._plant.policy.interlocks}
        if HEARTBEAT in self._tags:
            values[HEARTBEAT] = self._beat
        if ORDER_SEQUENCE in self._tags:
            values[ORDER_SEQUENCE] = self._line.not_started()
        return values

    def write(self, alias: str, value: Value) -> Value:
        """A client writes; returns what the machine holds afterwards.

        Raises:
            WriteRefused: not a setpoint, wrong type, out of the machine's range, or the selector stands on local.
        """
        waiting = self._line.not_started()
        check_write(self._plant, self._tags[alias], value, remote=self._remote, waiting=waiting)
        if alias == HEARTBEAT:
            self._beat = int(value)  # type: ignore[arg-type]  # `check_write` has looked
            return value
        before = waiting if alias == ORDER_SEQUENCE else self._setpoints[alias]
        kept = held(self._script, self.shown_s, alias, value, before)
        self._hold(alias, kept)
        self._panel.noted(alias, self.shown_s)
        return kept

    def _hold(self, alias: str, value: Value) -> None:
        """Take over a value that the machine has accepted, from a client or from its panel."""
        if alias == REMOTE:
            self._remote = value is True
        elif isinstance(value, tuple):
            if value:
                self._line.apply(Resequence(orders=value))
                self._jobs.resequenced()
        elif not isinstance(value, str):
            self._setpoints[alias] = float(value)
            if not self._taking.at_once(alias):
                self._taking.hold(alias, self.values())

    def _run(self, until_s: float) -> None:
        """Run in legs that end where something happens: a grid point, a scripted event, a hand at the panel."""
        while True:
            grid_s = (self._grid + 1) * GRID_S
            at_s = min([until_s, grid_s, *self._moments()])
            self._line.run_until(max(at_s, self.now_s))
            self._happen()
            if self.now_s >= grid_s:
                self._grid += 1
                self._drift()
            if self.now_s >= until_s:
                return

    def _moments(self) -> list[float]:
        """Plant times of the next scripted event and the next hand at the panel, if there are any."""
        ahead = [e.at_s + self._shown_at_s for e in self._script.all]
        ahead += [s + self._shown_at_s for s in self._panel.ahead]
        return [s for s in ahead if s > self.now_s]

    def _happen(self) -> None:
        """Everything on the script that is due, once."""
        if self.shown_s < 0:
            return
        for event in self._script.between(self._begun_s, self.shown_s):
            self._suffer(event)
        self._begun_s = self.shown_s
        for alias, value in self._panel.until(self.shown_s):
            self._hold(alias, value)

    def _suffer(self, event: Event) -> None:
        match event:
            case Breakdown():
                self._line.force_down(event.station, event.mode, event.repair_s)
            case Wear():
                self._wear[event.station, event.mode] = event.factor
                self._set_rates()
            case Scrap():
                self._line.set_scrap_factor(event.station, event.factor)
            case _:
                pass

    def _drift(self) -> None:
        """What changes by itself from one grid point to the next."""
        for alias in self._setpoints:
            self._follow(alias)
        changed = [spell.move(self.now_s) for spell in self._spells.values()]
        if any(changed):
            self._set_rates()
        keep, fresh = _SENSOR_RHO, (1 - _SENSOR_RHO**2) ** 0.5
        for alias in self._errors:
            u = uniform(self._key, self._grid, entity_of(alias), 0, Purpose.SENSOR)
            self._errors[alias] = keep * self._errors[alias] + fresh * _NORMAL.inv_cdf(u)

    def _follow(self, alias: str) -> None:
        """First-order lag: the actual value goes on towards its setpoint, and settles when it is close."""
        setpoint, actual = self._setpoints[alias], self._actuals[alias]
        if setpoint == actual or (alias in self._taking.waiting and not self._taking.take(alias, self.values())):
            return
        slow = self._script.acting(SlowActual, alias, self.shown_s)
        lag_s = self._truth.lags_s[alias] * (slow.factor if slow is not None else 1.0)
        moved = setpoint + (actual - setpoint) * exp(-GRID_S / lag_s)
        settled = abs(setpoint - moved) <= self._plant.parameters[alias].tolerance / 5
        self._actuals[alias] = setpoint if settled else moved
        self._line.apply(SetParameter(alias=alias, value=self._actuals[alias]))

    def _set_rates(self) -> None:
        for (station, mode), wear in self._wear.items():
            spell = self._spells.get((station, mode))
            self._line.set_failure_factor(station, mode, wear * (spell.factor if spell is not None else 1.0))


class _Spell:
    """The present spell of one micro-stop, calm or bad, and when it ends."""

    def __init__(self, truth: Truth, key: tuple[int, int], where: tuple[str, str]) -> None:
        self._regime = truth.regimes[where]
        self._key = key
        self._entity = entity_of(".".join(where))
        self._number = 0
        self._ends_s = self._length_s()

    @property
    def _bad(self) -> bool:
        return self._number % 2 == 1

    @property
    def factor(self) -> float:
        """Factor on the failure rate now."""
        return self._regime.bad_factor if self._bad else self._regime.calm_factor

    def move(self, now_s: float) -> bool:
        """Go on to the spell of that moment; says whether it is another one."""
        before = self._number
        while now_s >= self._ends_s:
            self._number += 1
            self._ends_s += self._length_s()
        return self._number != before

    def _length_s(self) -> float:
        mean = self._regime.bad_mean_s if self._bad else self._regime.calm_mean_s
        return -mean * log(uniform(self._key, self._number, self._entity, 1, Purpose.MODEL_ERROR))

"""The hidden truth of a virtual plant: what it really is, as against what its description says.

Drawn from the description and a seed; used by `virtual.plant` alone. It differs in figures (times, failure rates, scrap
and the strength of effects) and in structure: other families of distributions, micro-stops that come in bad spells,
actual values that lag behind setpoints, noisy sensors. Nobody outside this room may import it: the service sees OPC UA
only.
"""

import math
import zlib
from dataclasses import dataclass

from plants.model.distribution import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Lognormal,
    Triangular,
    Uniform,
    Weibull,
    mean_s,
)
from plants.model.parameter import Curve, Effect, EffectOn, Parameter, PolynomialCurve, PowerCurve, TableCurve
from plants.model.plant import Plant
from plants.model.station import FailureMode, Setups, Station, StopClass
from twin.draws import Purpose, entity_of, uniform

_TRUTH = 0x7A
"""Replication number of all draws that make the truth."""


@dataclass(frozen=True)
class Regime:
    """Micro-stops come in spells: a two-state Markov-modulated rate with mean 1 (Fischer and Meier-Hellstern 1993)."""

    calm_mean_s: float
    """Mean length of a calm spell."""
    bad_mean_s: float
    """Mean length of a bad spell."""
    calm_factor: float
    """Factor on the failure rate in a calm spell."""
    bad_factor: float
    """Factor on the failure rate in a bad spell."""


@dataclass(frozen=True)
class Truth:
    """What the plant really is."""

    plant: Plant
    """The plant with its true figures and families; names and envelopes are those declared."""
    engine_seed: int
    """Seed of the line's luck, away from the small numbers that forecasts use."""
    regimes: dict[tuple[str, str], Regime]
    """Spells of each micro-stop, by station and mode."""
    lags_s: dict[str, float]
    """Time constant with which each parameter's actual value follows its setpoint."""
    level_sd: float
    """Standard deviation of a level sensor's error, in units of flow."""
    power_sd: float
    """Standard deviation of a power meter's error, as a fraction."""


def truth_of(plant: Plant, seed: int) -> Truth:
    """The hidden truth of a plant under a seed; the same arguments give the same truth."""
    draw = _Draw(seed)
    micro = [(s.id, f.id) for s in plant.stations for f in s.failures if f.stop_class is StopClass.MICRO_STOP]
    stations = tuple(_station(s, draw) for s in plant.stations)
    return Truth(
        plant=Plant.model_validate(plant.model_copy(update={"stations": stations}).model_dump()),
        engine_seed=zlib.crc32(f"virtual:{seed}".encode()),
        regimes={(s, f): _regime(f"{s}.{f}", draw) for s, f in micro},
        lags_s={a: p.reach_s * draw.between(0.05, 0.10, f"{a} lag") for a, p in plant.parameters.items()},
        level_sd=draw.between(0.6, 1.4, "level"),
        power_sd=draw.between(0.01, 0.03, "power"),
    )


class _Draw:
    """Named draws: adding one leaves the others as they were."""

    def __init__(self, seed: int) -> None:
        self._key = (seed, _TRUTH)

    def between(self, low: float, high: float, name: str) -> float:
        return low + (high - low) * uniform(self._key, 0, entity_of(name), 0, Purpose.MODEL_ERROR)

    def off(self, least: float, most: float, name: str) -> float:
        """A factor off 1 by `least` to `most`, up or down: never the declared figure itself."""
        size = self.between(least, most, f"{name} size")
        return 1.0 + math.copysign(size, self.between(-1.0, 1.0, f"{name} sign"))


def _regime(name: str, draw: _Draw) -> Regime:
    calm, bad = draw.between(1800, 3600, f"{name} calm"), draw.between(300, 900, f"{name} bad")
    low = draw.between(0.5, 0.75, f"{name} rate")
    return Regime(calm, bad, low, (calm + bad - low * calm) / bad)


def _station(station: Station, draw: _Draw) -> Station:
    name = station.id
    return station.model_copy(
        update={
            "cycle": _jittered(station.cycle, draw.off(0.004, 0.015, f"{name} cycle"), draw, f"{name} cycle"),
            "scrap": min(station.scrap * draw.off(0.05, 0.12, f"{name} scrap"), 1.0),
            "failures": tuple(_failure(f, draw, f"{name}.{f.id}") for f in station.failures),
            "setups": _setups(station.setups, draw, name),
            "parameters": tuple(_parameter(p, draw, f"{name}.{p.id}") for p in station.parameters),
        }
    )


def _failure(mode: FailureMode, draw: _Draw, name: str) -> FailureMode:
    return mode.model_copy(
        update={
            "mtbf_s": None,
            "mttr_s": None,
            "uptime": _uptime(mode.uptime_distribution, draw.off(0.05, 0.12, f"{name} mtbf"), draw, name),
            "repair": _repair(mode.repair_distribution, draw.off(0.05, 0.12, f"{name} mttr"), draw, name),
        }
    )


def _uptime(declared: Distribution, factor: float, draw: _Draw, name: str) -> Distribution:
    """Exponential up-times are Weibull in truth, early failures or wear-out; a Weibull has another shape."""
    if isinstance(declared, Weibull):
        shape = declared.shape * draw.off(0.1, 0.25, f"{name} shape")
        return Weibull(kind="weibull", mean_s=declared.mean_s * factor, shape=max(shape, 0.2))
    if isinstance(declared, Exponential):
        shape = draw.off(0.15, 0.4, f"{name} shape")
        return Weibull(kind="weibull", mean_s=declared.mean_s * factor, shape=shape)
    return _scaled(declared, factor)


def _repair(declared: Distribution, factor: float, draw: _Draw, name: str) -> Distribution:
    """Exponential repairs are lognormal in truth; a lognormal spreads otherwise."""
    if isinstance(declared, Lognormal):
        spread = draw.off(0.1, 0.3, f"{name} spread")
        return Lognormal(kind="lognormal", mean_s=declared.mean_s * factor, sd_s=declared.sd_s * factor * spread)
    if isinstance(declared, Exponential):
        return _lognormal(declared.mean_s * factor, draw.between(0.6, 0.95, f"{name} spread"))
    return _scaled(declared, factor)


def _setups(setups: Setups, draw: _Draw, name: str) -> Setups:
    def of(declared: Distribution, which: str) -> Distribution:
        factor = draw.off(0.05, 0.12, f"{name} setup {which}")
        spread = draw.between(0.05, 0.12, f"{name} setup spread {which}")
        if isinstance(declared, Constant) and declared.mean_s > 0:
            return _lognormal(declared.mean_s * factor, spread)
        return _scaled(declared, factor)

    pairs = tuple(p.model_copy(update={"time": of(p.time, f"{p.before} {p.after}")}) for p in setups.pairs)
    return Setups(default=of(setups.default, "default"), pairs=pairs)


def _jittered(declared: Distribution, factor: float, draw: _Draw, name: str) -> Distribution:
    """A machine's cycle is never quite constant."""
    if isinstance(declared, Constant) and declared.mean_s > 0:
        return _lognormal(declared.mean_s * factor, draw.between(0.01, 0.03, f"{name} spread"))
    return _scaled(declared, factor)


def _lognormal(mean: float, variation: float) -> Lognormal:
    return Lognormal(kind="lognormal", mean_s=mean, sd_s=mean * variation)


def _scaled(declared: Distribution, factor: float) -> Distribution:
    """The same family, every time multiplied."""
    match declared:
        case Uniform():
            return Uniform(kind="uniform", low_s=declared.low_s * factor, high_s=declared.high_s * factor)
        case Triangular():
            return Triangular(
                kind="triangular",
                low_s=declared.low_s * factor,
                mode_s=declared.mode_s * factor,
                high_s=declared.high_s * factor,
            )
        case Empirical():
            return Empirical(kind="empirical", quantiles_s=tuple(q * factor for q in declared.quantiles_s))
        case Lognormal():
            return Lognormal(kind="lognormal", mean_s=declared.mean_s * factor, sd_s=declared.sd_s * factor)
        case _:
            return declared.model_copy(update={"mean_s": mean_s(declared) * factor})


def _parameter(parameter: Parameter, draw: _Draw, name: str) -> Parameter:
    """What a parameter does to failures and scrap is stronger or weaker than declared; the envelope stays."""
    effects = tuple(_effect(e, draw.off(0.05, 0.2, f"{name} effect {i}")) for i, e in enumerate(parameter.effects))
    return parameter.model_copy(update={"effects": effects})


def _effect(effect: Effect, strength: float) -> Effect:
    if effect.acts_on not in (EffectOn.FAILURE_RATE, EffectOn.SCRAP):
        return effect
    return effect.model_copy(update={"curve": _stronger(effect.curve, strength)})


def _stronger(curve: Curve, strength: float) -> Curve:
    match curve:
        case PowerCurve():
            return PowerCurve(kind="power", exponent=curve.exponent * strength)
        case PolynomialCurve():
            return PolynomialCurve(kind="polynomial", coefficients=tuple(c * strength for c in curve.coefficients))
        case TableCurve():
            points = tuple(
                p.model_copy(update={"factor": max(1.0 + (p.factor - 1.0) * strength, 0.01)}) for p in curve.points
            )
            return TableCurve(kind="table", points=points)

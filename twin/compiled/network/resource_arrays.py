"""Arrays from a plant: calendars, maintenance, people, material, vehicles, where it has any of them.

Used by `twin.compiled.network.arrays`, and by whoever asks which kernels a plant needs (`has_resources`).
"""

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from plants.model.parameter import TableCurve
from plants.model.plant import Plant
from twin.compiled.arrays import Times
from twin.compiled.layout import Records
from twin.compiled.network.resources import CALENDAR, CARE, CREW, FLEET, MATERIAL, SITE, VEHICLE
from twin.compiled.network.rows import Rows
from twin.network.engine import NetworkSimulation
from twin.network.working import CareRun
from twin.sampling import lower_time


@dataclass(frozen=True, slots=True)
class Resources:
    """Arrays that runs share, and those that each run copies."""

    shared: dict[str, Any]
    copied: dict[str, Any]
    skills: dict[str, int]
    """Number of each skill."""
    comings: int
    """Deliveries that may be under way at once, besides those of the plant file and of the state."""


def has_resources(plant: Plant) -> bool:
    """Whether a plant has anything of what is in `resources`."""
    stations = any(
        s.calendar is not None
        or s.operator is not None
        or s.wear is not None
        or s.maintenance
        or any(mode.skill is not None for mode in s.failures)
        for s in plant.stations
    )
    return bool(stations or plant.materials or plant.fleets or _assembles(plant))


def _assembles(plant: Plant) -> bool:
    return any(step.components for product in plant.products for step in product.route)


def resources_of(sim: NetworkSimulation, machines: Records, modes: Records, steps: Records, times: Times) -> Resources:
    """The arrays of a plant, from a run of it; what of them is in machines, modes and steps is put there."""
    made = _Fixing(sim, times)
    made.people(machines, modes)
    cares = made.cares(machines)
    made.wear(machines)
    made.supply(machines, steps)
    calendars = made.calendars()
    fleets, vehicles = made.fleets()
    shared = {
        "curves": np.array(made.curves or [0.0]),
        "calendars": calendars,
        "spans": np.array(made.spans or [0.0]),
        "edges": np.array(made.edges or [0.0]),
        "on_calendar": made.on_calendar.array(),
        "moments": np.array(made.moments or [0.0]),
        "renews": made.renews.array(),
        "can": np.array([int(name in c.skills) for c in sim.crews for name in made.skills] or [0], np.int64),
        "kits": made.kits.array(),
        "components": made.components.array(),
        "uses": made.uses.array(),
    }
    copied = {
        "cares": cares,
        "crews": np.array([(c.size, c.on_duty, 0) for c in sim.crews], CREW),
        "used": np.array([*made.amounts, *(0.0 for _ in sim.materials), 0.0]),
        "wanted": np.zeros(len(sim.steps), np.int64),
        "kinds": np.zeros(len(sim.steps), np.int64),
        "lacking": np.zeros(len(sim.machines), np.int64),
        "landing": np.zeros(max((f.lowered.capacity for f in sim.fleets), default=1), np.int64),
        "materials": made.materials(),
        "fleets": fleets,
        "vehicles": vehicles,
        "sites": made.sites(),
    }
    return Resources(shared, copied, made.skills, made.orders_under_way())


class _Fixing:
    """One plant being turned into arrays."""

    def __init__(self, sim: NetworkSimulation, times: Times) -> None:
        self._sim = sim
        self._times = times
        asked = [m.skill for m in sim.machines]
        asked += [mode.lowered.skill for m in sim.machines for mode in m.modes]
        asked += [c.lowered.skill or "" for m in sim.machines for c in m.care]
        names = dict.fromkeys(name for name in asked if name)
        self.skills = {name: n for n, name in enumerate(names)}
        self.curves: list[float] = []
        self.spans: list[float] = []
        self.edges: list[float] = []
        self.moments: list[float] = []
        self.amounts: list[float] = []
        self.on_calendar, self.renews, self.kits = Rows(), Rows(), Rows()
        self.components, self.uses = Rows(), Rows()

    def people(self, machines: Records, modes: Records) -> None:
        """What machines and failure modes need people for."""
        for row, m in zip(machines, self._sim.machines, strict=True):
            row["skill"] = self.skills.get(m.skill, -1)
            row["attends_setup"], row["attends_work"] = m.attends_setup, m.attends_work
        lowered = [mode.lowered for m in self._sim.machines for mode in m.modes]
        for row, mode in zip(modes, lowered, strict=True):
            row["skill"] = self.skills.get(mode.skill, -1)

    def cares(self, machines: Records) -> Records:
        """Planned maintenance, that of one machine side by side."""
        sim = self._sim
        rows = np.zeros(sum(len(m.care) for m in sim.machines), CARE)
        at = 0
        for row, m in zip(machines, sim.machines, strict=True):
            row["first_care"], row["last_care"] = at, at + len(m.care)
            first = int(row["first_mode"])
            for care in m.care:
                names = care.lowered.renews
                renewed = [first + mode.position for mode in m.modes if mode.lowered.name in names]
                rows[at]["machine"] = m.position
                rows[at]["renews_first"], rows[at]["renews_last"] = self.renews.add(renewed)
                self._care(rows[at], care)
                at += 1
        return rows

    def _care(self, row: Any, care: CareRun) -> None:  # noqa: ANN401 - a CARE record
        c = care.lowered
        row["position"], row["entity"], row["slot"] = care.position, care.entity, care.slot
        row["duration"] = self._times.add(care.duration)
        row["skill"] = self.skills.get(c.skill or "", -1)
        for name in ("every_s", "every_operating_s", "every_units", "wear_above"):
            given = getattr(c, name)
            row[name] = -1 if given is None else given
        row["moments_first"], row["moments_last"] = len(self.moments), len(self.moments) + len(c.at_s)
        self.moments += c.at_s

    def wear(self, machines: Records) -> None:
        """How machines wear, and what that does."""
        for row, m in zip(machines, self._sim.machines, strict=True):
            wear = m.wear_lowered
            if wear is not None:
                row["wears"], row["reset_by_repair"] = 1, wear.reset_by_repair
                row["per_hour"], row["per_unit"] = wear.per_hour, wear.per_unit
                row["failure_curve"], row["scrap_curve"] = self._curve(wear.failure_rate), self._curve(wear.scrap)

    def _curve(self, curve: TableCurve | None) -> int:
        if curve is None:
            return -1
        first = len(self.curves)
        self.curves += [float(len(curve.points)), *(n for p in curve.points for n in (p.at, p.factor))]
        return first

    def supply(self, machines: Records, steps: Records) -> None:
        """Where components lie, and what steps need."""
        for row, m in zip(machines, self._sim.machines, strict=True):
            row["kits_first"], row["kits_last"] = self.kits.add(b.position for b in m.kits)
        for row, step in zip(steps, self._sim.steps, strict=True):
            flat = [n for pair in step.components for n in pair]
            row["components_first"], row["components_last"] = self.components.add(flat)
            row["uses_first"], row["uses_last"] = self.uses.add(material for material, _ in step.materials)
            self.amounts += [amount for _, amount in step.materials]

    def calendars(self) -> Records:
        """Working time, and whose it is."""
        sim = self._sim
        found = sim._calendars  # noqa: SLF001 - its twin
        rows = np.zeros(len(found), CALENDAR)
        for row, (name, calendar) in zip(rows, found.items(), strict=True):
            ends = calendar.next_edge(0.0) < inf
            edges = sorted({e % calendar.period_s for span in calendar.spans for e in span}) if ends else []
            row["period_s"] = calendar.period_s
            row["spans_first"], row["edges_first"] = len(self.spans), len(self.edges)
            self.spans += [edge for span in calendar.spans for edge in span]
            self.edges += edges
            row["spans_last"], row["edges_last"] = len(self.spans), len(self.edges)
            crews = [n for n, crew in enumerate(sim.plant.crews) if crew.calendar == name]
            machines = [m.position for m in sim.machines if sim.plant.stations[m.station].calendar == name]
            row["crews_first"], row["crews_last"] = self.on_calendar.add(crews)
            _, row["machines_last"] = self.on_calendar.add(machines)
        return rows

    def materials(self) -> Records:
        """Stocks and when they are filled up."""
        rows = np.zeros(len(self._sim.materials), MATERIAL)
        for row, m in zip(rows, self._sim.materials, strict=True):
            row["entity"], row["lead"] = m.entity, -1
            reorder = m.lowered.reorder
            if reorder is not None:
                row["lead"] = self._times.add(lower_time(reorder.lead))
                row["point"], row["quantity"] = reorder.point, reorder.quantity
        return rows

    def orders_under_way(self) -> int:
        """How many orders of material can be under way at once."""
        found = [m.lowered.reorder for m in self._sim.materials]
        return sum(int(r.point / r.quantity) + 2 for r in found if r is not None)

    def fleets(self) -> tuple[Records, Records]:
        """Fleets, and their vehicles."""
        sim = self._sim
        rows = np.zeros(len(sim.fleets), FLEET)
        vehicles = np.zeros(sum(len(f.vehicles) for f in sim.fleets), VEHICLE)
        first = 0
        for row, f in zip(rows, sim.fleets, strict=True):
            last = first + len(f.vehicles)
            row["first_vehicle"], row["last_vehicle"] = first, last
            vehicles["fleet"][first:last], vehicles["number"][first:last] = f.position, range(len(f.vehicles))
            row["capacity"], row["speed"] = f.lowered.capacity, f.lowered.speed_m_per_s
            row["load_s"], row["unload_s"], row["charger"] = f.lowered.load_s, f.lowered.unload_s, f.charger
            battery = f.lowered.battery
            if battery is not None:
                row["battery"], row["chargers"] = 1, battery.chargers
                row["low_kwh"] = battery.charge_below * battery.capacity_kwh
                for name in ("capacity_kwh", "moving_kw", "standing_kw", "charging_kw"):
                    row[name] = getattr(battery, name)
            first = last
        return rows, vehicles

    def sites(self) -> Records:
        """Where stations stand."""
        rows = np.zeros(len(self._sim.plant.stations), SITE)
        for row, s in zip(rows, self._sim.plant.stations, strict=True):
            row["first_docking"] = row["last_docking"] = -1
            if s.position is not None:
                row["known"], row["x_m"], row["y_m"] = 1, s.position.x_m, s.position.y_m
        return rows

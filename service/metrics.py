"""Figures for Prometheus, read from the running service at each scrape; base units, no ids as labels."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ledger.alarms import AlarmKind
from plants.ports.sample_source import LinkState

if TYPE_CHECKING:
    from service.running import Service


class ServiceMetrics(Collector):
    """Collects when asked; keeps no figures of its own."""

    def __init__(self, service: "Service") -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        """All figures of the service."""
        service = self._service
        yield _gauge(
            "jayul_link_connected",
            "1 while the equipment is reached.",
            float(service.source.link is LinkState.CONNECTED),
        )
        yield _gauge("jayul_plant_time_seconds", "Plant time of the newest sample.", service.shadow.plant_time_s or 0.0)
        yield _gauge("jayul_stale_tags", "Tags without good and recent data.", float(service.stale_tags()))
        yield _counter(
            "jayul_samples_dropped", "Samples lost because nobody fetched them in time.", service.source.dropped
        )
        yield self._proposals()
        yield self._alarms()
        yield self._ages()
        yield self._failures()

    def _proposals(self) -> Metric:
        family = GaugeMetricFamily("jayul_proposals", "Proposals by status, the newest 1000.", labels=["status"])
        for status, count in sorted(
            Counter(p.status.value for p in self._service.ledger.proposals(limit=1000)).items()
        ):
            family.add_metric([status], count)
        return family

    def _alarms(self) -> Metric:
        family = GaugeMetricFamily("jayul_alarms", "What needs a person now, by kind.", labels=["kind"])
        standing = Counter(alarm.kind for alarm in self._service.ledger.alarms())
        for kind in AlarmKind:
            family.add_metric([kind], standing[kind])
        return family

    def _ages(self) -> Metric:
        family = GaugeMetricFamily(
            "jayul_loop_age_seconds", "Wall seconds since a loop last finished a step.", labels=["loop"]
        )
        for loop in self._service.loops():
            age = self._service.beats.age_wall_s(loop.name)
            if age is not None:
                family.add_metric([loop.name], age)
        return family

    def _failures(self) -> Metric:
        family = CounterMetricFamily("jayul_loop_failures", "Failed steps of a loop.", labels=["loop"])
        for name, count in sorted(self._service.beats.failures.items()):
            family.add_metric([name], count)
        return family


def _gauge(name: str, text: str, value: float) -> Metric:
    family = GaugeMetricFamily(name, text)
    family.add_metric([], value)
    return family


def _counter(name: str, text: str, value: float) -> Metric:
    family = CounterMetricFamily(name, text)
    family.add_metric([], value)
    return family

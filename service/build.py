"""The composition root: the one place where rooms are joined. Production, tests and accelerated runs all call `build`."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry

from agents.runner import AgentDeps, AgentRunner
from historian.historian import Historian
from ledger.executor import Executor
from ledger.ledger import Ledger
from plants.flow.approval import StandingAuthorisation
from service.experience import ForecastExperience
from service.metrics import ServiceMetrics
from service.parts import Parts
from service.running import Service
from service.settings import Settings
from service.supervise import Heartbeats
from twin.shadow import Shadow

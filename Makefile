# Jayul: every target does its own set-up; nothing is installed by hand.
PYTHON ?= python3.11
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
ARGS   ?=
SEEDS  ?= 100
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all sim cover-ledger mutate lint lock bench peers schema clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# uv comes from the machine's own package index and installs the hashed lock from there.
$(STAMP): requirements-dev.lock pyproject.toml virtual/standards/package-lock.json
	@echo "setting up $(VENV) ..." >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements-dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python virtual/standards/collect.py
	@touch $@

setup: $(STAMP) ## create the environment

demo: $(STAMP) ## the whole closed loop on a virtual plant, told in plain words (Ctrl-C ends it)
	@$(BIN)/jayul demo $(ARGS)

lint: $(STAMP) ## ruff, mypy --strict, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

test: lint ## lint and all tests but the long ones
	@$(BIN)/python -m pytest -m "not slow" -n $(WORKERS) --dist worksteal --durations=15 $(ARGS)

test-all: lint ## lint and all tests, with coverage
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --durations=30 --timeout=1800 --cov --cov-report=term:skip-covered $(ARGS)

sim: $(STAMP) ## the whole service in virtual time under seeded faults, invariants checked (SEEDS=100)
	@$(BIN)/python -m tests.simulation.run --seeds $(SEEDS) --first 1 $(ARGS)

cover-ledger: $(STAMP) ## branch coverage of ledger/; every line and branch must be run
	@$(BIN)/python -m pytest tests/unit/ledger tests/properties/ledger tests/faults/ledger -q -m "not slow" -n $(WORKERS) \
	  --cov=ledger --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100 $(ARGS)

mutate: $(STAMP) ## change gate and executor in one place at a time; of each module 90 % must be noticed by a test (long)
	@$(BIN)/python -m tests.mutation.run $(ARGS)

bench: $(STAMP) ## speed as ratios to a named peer in the same run, and promises kept over 50 seeds
	@$(BIN)/python -m benchmarks.reference_line
	@$(BIN)/python -m benchmarks.kernel_parts
	@$(BIN)/python -m benchmarks.judging
	@$(BIN)/python -m benchmarks.screening
	@$(BIN)/python -m benchmarks.fab --without-maintenance
	@$(BIN)/python -m benchmarks.cold_start
	@$(BIN)/python -m benchmarks.cluster
	@$(BIN)/python -m benchmarks.memory
	@$(BIN)/python -m benchmarks.promises --seeds 50
	@$(BIN)/python -m benchmarks.links
	@$(BIN)/python -m benchmarks.gate

peers: $(STAMP) ## the reference line by other simulators too, each in an environment of its own; one table of ratios
	@$(BIN)/python -m benchmarks.peers --write

schema: $(STAMP) ## write the committed JSON Schema and OpenAPI anew
	@$(BIN)/jayul schema > plants/library/plant.schema.json
	@$(BIN)/python -m service.api.contract > docs/openapi.json

lock: $(STAMP) ## resolve the dependencies anew into hashed lock files
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" pyproject.toml --output-file requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --group dev pyproject.toml --output-file requirements-dev.lock

clean: ## remove the environment and what tools have left
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* *.egg-info

# setup   make the environment, exactly as locked      demo   the main job, on the phantom hospital
# test    the tests                                    check  format, lint, types, import contracts, tests, docs
# bench   compare with other tools                     lock   renew requirements.lock from pyproject.toml
# bench-learning   what is learnt in a given time, in hours
.PHONY: setup demo test check bench bench-learning lock format
SHELL := /bin/bash
PYTHON ?= python3
# Imports take three times as long where no .pyc may be written.
unexport PYTHONDONTWRITEBYTECODE
UV := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml
	@command -v $(UV) >/dev/null 2>&1 || ($(PYTHON) -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check uv)
	@test -x .venv/bin/python || $(UV) venv --quiet --python $(PYTHON) .venv
	$(UV) pip sync --quiet --python .venv/bin/python requirements.lock
	$(UV) pip install --quiet --python .venv/bin/python --no-deps --editable .
	@touch $@

demo: setup
	@.venv/bin/hilum demo

test: setup
	.venv/bin/pytest -n 2 --dist worksteal

format: setup
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

check: setup
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/pytest -n 2 --dist worksteal

bench: setup
	@missed=; for benchmark in ingest intervals measures phantom training memory; do \
	  echo "== benchmarks/$$benchmark.py"; .venv/bin/python benchmarks/$$benchmark.py || missed="$$missed $$benchmark"; \
	done; test -z "$$missed" || { echo "not as it should be:$$missed"; exit 1; }

bench-learning: setup
	@missed=; for benchmark in findings survival automatic; do \
	  echo "== benchmarks/$$benchmark.py"; .venv/bin/python benchmarks/$$benchmark.py || missed="$$missed $$benchmark"; \
	done; test -z "$$missed" || { echo "not as it should be:$$missed"; exit 1; }

lock:
	@command -v $(UV) >/dev/null 2>&1 || ($(PYTHON) -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check uv)
	$(UV) pip compile pyproject.toml --extra dev --upgrade --quiet --generate-hashes --python-version 3.11 \
	  --no-emit-index-url --no-annotate --no-header -o requirements.lock

# setup   make the environment, exactly as locked      demo   the main job, on the phantom hospital
# test    the tests                                    check  format, lint, types, import contracts, tests, docs
# bench   compare with other tools                     lock   renew requirements.lock from pyproject.toml
# bench-learning   what is learnt in a given time, in hours
.PHONY: setup demo test check bench bench-learning lock format
SHELL := /bin/bash
PYTHON ?= python3
# Imports take three times as long where no .pyc may be written.
unexport PYTHONDONTWRITEBYTECODE
# The workbench's pages, built where npm is there; without them everything but the browser works.
PAGES := src/hilum/serving/pages/index.html
PAGE_SOURCES := $(shell find web/src -type f 2>/dev/null) web/index.html web/vite.config.ts
UV := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)

setup: .venv/.ready $(PAGES)

.venv/.ready: requirements.lock pyproject.toml
	@command -v $(UV) >/dev/null 2>&1 || ($(PYTHON) -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check uv)
	@test -x .venv/bin/python || $(UV) venv --quiet --python $(PYTHON) .venv
	$(UV) pip sync --quiet --python .venv/bin/python requirements.lock
	$(UV) pip install --quiet --python .venv/bin/python --no-deps --editable .
	@touch $@

NODE := $(shell command -v npm >/dev/null 2>&1 && node -p 'const [a, b] = process.versions.node.split("."); a > 20 || (a == 20 && b > 18)' 2>/dev/null)
ifeq ($(NODE),true)
web/node_modules/.ready: web/package-lock.json web/package.json web/.npmrc
	@npm ci --prefix web --no-audit --no-fund --silent && touch $@ || echo "The workbench's pages were not built: \
	npm could not fetch what web/package-lock.json names; it needs its registry once."

$(PAGES): web/node_modules/.ready $(PAGE_SOURCES)
	@test ! -e web/node_modules/.ready || npm run build --prefix web --silent -- --logLevel error
else
$(PAGES):
	@echo "The workbench's pages were not built, because Node 20.19 or newer is not here; everything but the browser works."
endif

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
	npm run check --prefix web --silent
	.venv/bin/pytest -n 2 --dist worksteal

bench: setup
	@missed=; for benchmark in ingest intervals measures phantom training memory serving; do \
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

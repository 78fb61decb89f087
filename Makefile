# make app            serve the app on http://localhost:8501
# make test           every test, those that drive a browser too
# make test-fast      every test but those of the browser and those marked slow; under three minutes on two cores
# make test-portable  the numeric rooms' fast tests, with the arithmetic of older processors
# make lint           ruff (lint and format) and mypy
# make check          lint and test
# make bench          side-by-side timings of the bargaining games
# make bench-ui       the app as it is felt: every page in Chromium, and thirty visitors at once; ten minutes
# Each sets up what it needs on first use. That takes Python 3.11 or newer, make and a package registry.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
WORKERS ?= 3

PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# Where sums of floating-point numbers are the matter.
NUMERIC := $(addprefix tests/nashcore/,bargaining methods metrics learning) tests/synthetic

.PHONY: app test test-fast test-portable check lint bench bench-ui clean

app: $(VENV)/.app-ready
	$(BIN)/python -m streamlit run app.py

# One thread a worker, and a worker more than the smallest machine has cores: some wait for a browser.
test: $(VENV)/.test-ready
	@$(BIN)/python -m tests.browser.chromium
	$(PYTEST)

test-fast: $(VENV)/.test-ready
	$(PYTEST) -m "not browser and not slow"

# PyTorch and its linear algebra choose their instructions by the processor, and other instructions round other sums.
# A test that passes on one and fails on the other hangs on rounding. What this processor has of its own is `make test`.
test-portable: $(VENV)/.test-ready
	ATEN_CPU_CAPABILITY=default MKL_CBWR=COMPATIBLE $(PYTEST) -m "not slow" $(NUMERIC)
	ATEN_CPU_CAPABILITY=avx2 MKL_CBWR=AVX2 $(PYTEST) -m "not slow" $(NUMERIC)

lint: $(VENV)/.test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint test

bench: $(VENV)/.test-ready
	$(BIN)/python -m nashcore bench bargaining

bench-ui: $(VENV)/.test-ready
	NASH_BROWSER=required $(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m nashcore bench ui

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; found $$($(PYTHON) --version). Say which one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app-ready: requirements.txt constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	@touch $@

$(VENV)/.test-ready: requirements-dev.txt $(VENV)/.app-ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

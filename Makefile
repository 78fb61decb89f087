# make app            serve the app on http://localhost:8501
# make test           every test, those that drive a browser too
# make test-fast      every test but those of the browser and those marked slow; under three minutes on two cores
# make test-portable  the numeric rooms' fast tests, with the arithmetic of older processors
# make lint           ruff (lint and format) and mypy
# make check          lint and test
# make bench          side-by-side timings of the bargaining games
# make bench-ui       the app as it is felt: every page in Chromium, and thirty visitors at once; ten minutes
# make lowest         the fast tests with the lowest versions that pyproject.toml allows
# make newest         the fast tests with the newest versions that there are, whatever constraints.txt says
# make docs           the documents as a site, in build/site; what is wrong in it or leads nowhere is an error
# make audit          known vulnerabilities of the packages of the app, where the index's data can be reached
# make packages       every extra installed into an environment of its own, and the tests of the source distribution
# Each sets up what it needs on first use. That takes Python 3.11 or newer, make and a package registry. PyTorch is the build for
# the CPU; TORCH=cuda on the first call (or after make clean) takes the registry's own, which on Linux is the one for CUDA.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
WORKERS ?= 3
TORCH  ?= cpu
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check
ifeq ($(TORCH),cpu)
TORCH_FROM := --extra-index-url https://download.pytorch.org/whl/cpu --retries 1 --timeout 15
endif

PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

FAST := "not browser and not slow and not packaging"

# Where sums of floating-point numbers are the matter.
NUMERIC := $(addprefix tests/nashcore/,bargaining methods metrics learning) tests/synthetic

.PHONY: app test test-fast test-portable check lint bench bench-ui lowest newest packages docs audit clean

app: $(VENV)/.app-ready
	$(BIN)/python -m nashcore serve

# One thread a worker, and a worker more than the smallest machine has cores: some wait for a browser.
test: $(VENV)/.test-ready
	@$(BIN)/python -m tests.browser.chromium
	$(PYTEST) -m "not packaging"

test-fast: $(VENV)/.test-ready
	$(PYTEST) -m $(FAST)

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

# An environment of its own, which `make clean` takes away. uv resolves, as pip knows no lowest versions.
lowest: RESOLUTION := lowest-direct
newest: RESOLUTION := highest
lowest newest: $(VENV)/.test-ready
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(VENV)-$@
	$(BIN)/uv pip install --quiet --python $(VENV)-$@/bin/python --resolution $(RESOLUTION) --torch-backend $(TORCH) -e '.[dev]' \
		|| $(BIN)/uv pip install --quiet --python $(VENV)-$@/bin/python --resolution $(RESOLUTION) -e '.[dev]'
	OMP_NUM_THREADS=1 $(VENV)-$@/bin/python -m pytest -n $(WORKERS) --dist worksteal -p no:cacheprovider -m $(FAST)

# pip in each of the environments takes the PyTorch that TORCH says, too.
ifeq ($(TORCH),cpu)
packages: export PIP_EXTRA_INDEX_URL := https://download.pytorch.org/whl/cpu
packages: export PIP_RETRIES := 1
endif
packages: $(VENV)/.test-ready
	$(BIN)/python -m pytest -m packaging

docs: $(VENV)/.test-ready
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet
	@echo "build/site/index.html"

# An environment of its own: what asks is not what is asked about.
audit: $(VENV)/.app-ready
	@test -x $(VENV)-audit/bin/python || $(PYTHON) -m venv $(VENV)-audit
	@$(VENV)-audit/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.7,<3'
	@$(VENV)-audit/bin/python .ci/audit.py $(BIN)/python

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; found $$($(PYTHON) --version). Say which one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)

# PyTorch first: where its own registry cannot be reached, pip says so and takes what the usual one has.
$(VENV)/.app-ready: pyproject.toml requirements.txt constraints.txt | $(VENV)/bin/python
	$(PIP) install torch -c constraints.txt $(TORCH_FROM)
	$(PIP) install -r requirements.txt -c constraints.txt
	@if [ "$(TORCH)" = cpu ] && $(PIP) list | grep -q '^nvidia-'; then echo "PyTorch is the build for CUDA, which takes" \
		"several GB: the registry of CPU builds, download.pytorch.org, could not be reached or offers none for this machine."; fi
	@touch $@

$(VENV)/.test-ready: requirements-dev.txt $(VENV)/.app-ready
	$(PIP) install -r requirements-dev.txt -c constraints.txt
	@touch $@

clean:
	rm -rf $(VENV) $(VENV)-lowest $(VENV)-newest $(VENV)-audit build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# make app   set up on first use, then serve the app on http://localhost:8501
# make test  set up on first use, then run every test and check
# Both need Python 3.11 or newer, make and a package registry; re-running takes seconds.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
WORKERS ?= 3

.PHONY: app test check lint bench clean

app: $(VENV)/.app-ready
	$(BIN)/python -m streamlit run app.py

# One thread a worker, and a worker more than the smallest machine has cores: some wait for a browser.
test: $(VENV)/.test-ready
	@$(BIN)/python -m tests.browser.chromium
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

lint: $(VENV)/.test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint test

bench: $(VENV)/.test-ready
	$(BIN)/python -m nashcore bench bargaining

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

# make serve: install once, then serve.  make test: install what tests need, then run everything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export HOST ?= 127.0.0.1
export PORT ?= 8000

.PHONY: serve install check format test eval bench clean

serve: install
	@$(BIN)/wenqu serve

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Wenqu needs Python 3.11 or newer; found $$($(PYTHON) --version). Try: make PYTHON=python3.11 serve"; exit 1; }
	@echo "Installing into $(VENV) (once; a few minutes on a slow connection)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.tests-installed: pyproject.toml $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,training]'
	@touch $@

# What runs before every commit: no slow test, no browser; the shipped models only for the small guard at the end.
check: $(VENV)/.tests-installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -m "not slow and not models and not browser and not package"
	$(BIN)/python -m eval guard

format: $(VENV)/.tests-installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: $(VENV)/.tests-installed
	@command -v chromium >/dev/null || tests/install_chromium.sh
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

eval: install
	$(BIN)/python -m eval all

bench: install
	$(BIN)/python -m eval.bench

clean:
	rm -rf $(VENV) .work build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

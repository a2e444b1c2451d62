# Verbs for people and CI. Each installs what it needs into .venv; logic belongs in cli.py.
.DEFAULT_GOAL := help
.PHONY: help install demo test reworded check format docs record-histories clean

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
READY := .venv/.installed
# What failed while the machine was busy with other tests has to pass by itself, or it has failed.
AGAIN := $(BIN)/python -m pytest --last-failed --last-failed-no-failures none

help:  ## List the verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 20

install: $(READY)  ## Install everything into .venv

$(READY): pyproject.toml uv.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	env -u VIRTUAL_ENV $(BIN)/uv sync --locked --quiet --system-certs --python $(BIN)/python
	touch $@

demo: $(READY)  ## Show the whole rollout on this machine
	@$(BIN)/mfa-rollout demo

test: $(READY)  ## Run all tests: side by side, then those that measure or kill processes alone
	$(BIN)/python -m pytest -n 4 --dist loadfile -m "not alone" || $(AGAIN) -m "not alone"
	$(BIN)/python -m pytest -m alone || $(AGAIN) -m alone

reworded: $(READY)  ## Run the tests in a copy whose texts are keys: nothing may depend on words
	$(BIN)/python -m tests.reworded

check: $(READY)  ## Check format, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports

format: $(READY)  ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY)  ## Make the documents that are made from the code
	$(BIN)/python -m tests.support.documents

record-histories: $(READY)  ## Record the histories that are replayed by the tests
	$(BIN)/python -m tests.replay.record

clean:  ## Remove what was installed and cached
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

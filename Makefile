# Verbs for people and CI. Each installs what it needs into .venv; logic belongs in cli/.
.DEFAULT_GOAL := help
.PHONY: help install demo test long traits faults reworded check format docs screenshots coverage mutants record-histories clean

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
READY := .venv/.installed

# Without compiled files every process that starts compiles all its libraries: 4 s of CPU, not 1.5.
unexport PYTHONDONTWRITEBYTECODE

help:  ## List the verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 20

install: $(READY)  ## Install everything into .venv

$(READY): pyproject.toml uv.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv || $(BIN)/python -m pip install --disable-pip-version-check uv==$(UV_VERSION)
	env -u VIRTUAL_ENV $(BIN)/uv sync --locked --compile-bytecode --system-certs --python $(BIN)/python
	touch $@

demo: $(READY)  ## Show the whole rollout on this machine
	@$(BIN)/mfa-rollout demo

test: $(READY)  ## Run the tests: side by side, then those that measure or kill processes alone
	@$(BIN)/python -m tests.stages

long: $(READY)  ## Run what takes minutes: large imports, a tenth of a core, the simulated tenant
	@$(BIN)/python -m tests.stages long

traits: $(READY)  ## Run what meets the tenant once for each way in which it is unkind: an hour
	@$(BIN)/python -m tests.stages traits

faults: $(READY)  ## Kill, throttle and cut off everything during a rollout, and account for all
	$(BIN)/python -m tests.faults $(FAULTS)

reworded: $(READY)  ## Run the tests in a copy whose texts are keys: nothing may depend on words
	$(BIN)/python -m tests.reworded

check: $(READY)  ## Check format, lint, types, import contracts and forge workflows
	@echo "The checks take about a minute and a half, of types most; a few seconds where little has changed."
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet .github
	$(BIN)/mypy .

format: $(READY)  ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(READY)  ## Make the documents that are made from the code
	$(BIN)/python -m tests.support.documents

screenshots: $(READY)  ## Take the pictures of the portal that the documents show, with Chromium
	$(BIN)/python -m tests.screenshots

coverage: $(READY)  ## Run all tests and say which branches of the product no test takes
	rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -n 4 --dist loadfile -m "not long" --cov --cov-report=term

mutants: $(READY)  ## Count the small mistakes in domain/ that its tests notice: at least 92 %
	@echo "Mistakes are tried one by one: about 10 minutes on 2 idle cores."
	$(BIN)/python -m tests.mutants --at-least 92

record-histories: $(READY)  ## Record the histories that are replayed by the tests
	$(BIN)/python -m tests.replay.record

clean:  ## Remove what was installed and cached
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*

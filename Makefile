# Service Model Advisor: everything that is done with it, one target each.
# `make` alone prints this list.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8765
SHARED ?= ../shared
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
MADE_OF := pyproject.toml constraints.txt

.DEFAULT_GOAL := help
.PHONY: help setup run test lint evaluate bench torture docs clean

help: ## Print this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# What it takes to run; a stamp file remembers which versions were installed.
$(VENV)/.ready: $(MADE_OF)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "This needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Installing into $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

# What it takes to test: the tools, and a Chromium.
$(VENV)/.ready-to-test: $(VENV)/.ready
	@echo "Installing what the tests need (once) ..."
	@$(PIP) install --constraint constraints.txt --editable '.[test]'
	@$(BIN)/python tests/install_browser.py
	@touch $@

setup: $(VENV)/.ready-to-test ## Create .venv with everything, servicemodel in .venv/bin

run: $(VENV)/.ready ## Start the advisor with a page to talk in; no Slack, no tokens
	@$(BIN)/servicemodel play --port $(PORT)

lint: $(VENV)/.ready-to-test ## Check style, types and the rules of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: $(VENV)/.ready-to-test ## Install what is needed, then run every check and every test
	@$(MAKE) --no-print-directory lint
	@$(BIN)/pytest -q --numprocesses 2 --dist loadgroup $(ARGS)

evaluate: $(VENV)/.ready-to-test ## Hold advice and understanding against the evaluation files
	@$(BIN)/python benchmarks/evaluate_scenarios.py $(wildcard $(SHARED)/evaluation/scenarios-*.yaml) tests/scenarios/*.yaml
	@$(BIN)/python benchmarks/evaluate_utterances.py $(wildcard $(SHARED)/evaluation/utterances-*.yaml) tests/utterances/*.yaml --scenarios $(wildcard $(SHARED)/evaluation/scenarios-*.yaml)

bench: $(VENV)/.ready-to-test ## Measure speed; prints a table and JSON
	@$(BIN)/python benchmarks/bench.py

torture: $(VENV)/.ready-to-test ## Kill workers at random and count what is lost or doubled
	@$(BIN)/python benchmarks/torture.py

docs: $(VENV)/.ready-to-test ## Write the generated pages in docs/ anew
	@$(BIN)/python -m bot.handbook

clean: ## Remove what can be made again
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist

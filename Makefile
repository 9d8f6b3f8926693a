# Two commands: `make demo` runs the contact center with living demo data, `make test` proves that it works.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml hatch_build.py
WEB := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)

ENGINE := build/compiled/.tried

.PHONY: demo run test test-fast test-compiled check format bench clean help

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(BIN)/python:
	@tools/make-venv "$(PYTHON)" "$(VENV)"

$(VENV)/.installed: $(SOURCES) $(WEB) | $(BIN)/python
	@echo "Installing the contact center and building its pages (a few minutes the first time) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.developing: $(VENV)/.installed
	@$(BIN)/pip install --quiet --disable-pip-version-check --group dev
	@touch $@

$(ENGINE): $(wildcard acd/*.py media/*.py media/*/*.py) tools/compile_engine.py | $(VENV)/.installed
	@tools/make-engine $(BIN)/python
	@mkdir -p $(@D) && touch $@

demo: $(VENV)/.installed $(ENGINE) ## Run with demo data and synthetic callers; Ctrl-C stops
	@exec $(BIN)/contactcenter demo

run: $(VENV)/.installed $(ENGINE) ## Run with config.toml
	@exec $(BIN)/contactcenter serve

test: $(VENV)/.developing ## All tests, with real SIP clients and a real browser, on all cores
	@tools/install-test-programs
	@$(BIN)/python -m pytest -n logical

test-fast: $(VENV)/.developing ## The tests that need no other programs
	@$(BIN)/python -m pytest -n logical -m "not e2e"

test-compiled: $(VENV)/.developing ## The tests of engine and media with both compiled
	@folder=$$($(BIN)/python tools/compile_engine.py) && \
	$(BIN)/python -m pytest -n logical -o pythonpath="$$folder ." tests/acd tests/routing tests/media

check: $(VENV)/.developing ## Formatting, lint, types, import directions, web
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/check_web.py

format: $(VENV)/.developing ## Format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.developing $(ENGINE) ## Measure the hot paths beside a floor or a peer
	@for bench in acd media sip; do $(BIN)/python -m bench.$$bench || exit 1; done

clean: ## Remove what was built (not var/, where the data is)
	@rm -rf $(VENV) web/dist web/node_modules build dist

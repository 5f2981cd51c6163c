# Every target sets up what it needs. A second run finds it in place.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup demo quick test test-all check matrix bench chaos soak lock clean

BIN := .venv/bin
PYTEST := $(BIN)/pytest -q
UV ?= uv
WORKERS ?= 3
# Tests start the program many times, and without its bytecode each start compiles it again.
unexport PYTHONDONTWRITEBYTECODE

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.installed ## create .venv, install the locked packages, find or install Chromium and Redis
	@$(BIN)/python -m bot.adapters.provision

.venv/.installed: requirements.lock pyproject.toml .ci/install
	@.ci/install
	@touch $@

demo: setup ## run eight pairs against two practice sites, with real parts (ARGS="--headed --keep")
	@$(BIN)/pairguard demo $(ARGS)

test: check ## run the checks, then every test
	@said=$$(mktemp); $(PYTEST) tests/browser >$$said 2>&1 & browser=$$!; \
	$(PYTEST) -n $(WORKERS) --dist loadfile --no-loadscope-reorder; result=$$?; \
	wait $$browser || result=1; cat $$said; rm $$said; exit $$result

quick: check ## run the checks and the unit tests, in less than a minute
	$(PYTEST) -n 2 --dist worksteal tests/unit

test-all: ## run the checks and tests with each supported Python, each in a .venv-3.x (PYTHONS="3.12 3.13")
	@MAKE="$(MAKE)" .ci/test-all

check: setup ## ruff, mypy --strict, import-linter
	@$(BIN)/mypy --no-error-summary & types=$$!; \
	$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet . && \
	{ said=$$($(BIN)/lint-imports --no-logo) || { echo "$$said"; false; }; }; result=$$?; \
	wait $$types || result=1; exit $$result

matrix: setup ## run every case against every provider and rewrite the generated tables of the documentation
	@$(BIN)/python -m tests.conformance.reasons
	@$(BIN)/python -m tests.conformance.tables $(ARGS)

bench: setup ## run one measurement, for example make bench NAME=leg_gap
	@test -f "tests/bench/$(NAME).py" || { echo "make bench NAME=x, where x is one of:" $(basename $(notdir $(wildcard tests/bench/[a-z]*.py))) >&2; exit 2; }
	@$(BIN)/python -m tests.bench.$(NAME) $(ARGS)

chaos: setup ## crash every part at every moment and compare with the practice sites' ledgers (RUNS=200 SEED=7)
	@$(BIN)/python -m tests.chaos --runs $(or $(RUNS),200) $(if $(SEED),--seed $(SEED)) $(ARGS)

soak: setup ## bet at full rate for some minutes and report whether memory grows (MINUTES=10)
	@$(BIN)/python -m tests.chaos.soak --minutes $(or $(MINUTES),10) $(ARGS)

lock: ## resolve pyproject.toml into requirements.lock again (needs uv)
	@$(UV) pip compile pyproject.toml --group dev --upgrade --universal --generate-hashes \
	    --no-emit-index-url --no-header --quiet --output-file requirements.lock
	@echo "requirements.lock: $$(grep -c '==' requirements.lock) packages"

clean: ## remove .venv and every cache
	@rm -rf .venv .venv-3.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Everything one types in this folder. `make` alone explains.
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

# The first Python 3.11 that runs; scripts/bootstrap.py says what to do if there is none.
PYTHON ?= $(or $(shell for name in python3.11 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo $$name && break; done),python3)
CHAIN ?= anvil
PORT ?=
K ?=

BIN := $(CURDIR)/.venv/bin
TOOLS := PATH="$(BIN):$(CURDIR)/node_modules/.bin:$$PATH"
BROWNIE_HOME := $(CURDIR)/build/brownie-home
PYTEST := $(BIN)/pytest -q $(if $(K),-k '$(K)')
SOLIDITY := 'contracts/**/*.sol'

.PHONY: help
help: ## Show this
	@echo "Concord: money follows the outcome. The two commands: make run, make test."
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "Options: CHAIN=anvil|ganache and PORT=N for run, K=words for the tests, PYTHON=path for the set-up."

.PHONY: setup
setup: ## Set up everything in this folder (each other command does it, too)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null || { \
		echo "Concord needs Python 3.11, and $(PYTHON) is none: install it (Debian 12: apt-get install python3.11" \
		"python3.11-venv) and type: make setup PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m scripts.bootstrap

.PHONY: run
run: setup ## Play real agreements to their payment on a local chain that stays up until Ctrl-C
	@$(BIN)/python -m scripts.demo --chain $(CHAIN) $(if $(PORT),--port $(PORT))

.PHONY: test
test: lint test-unit test-api test-contracts test-indexer test-mutants test-scenario test-stateful test-differential test-brownie test-ganache e2e test-docs ## Run every check and test

.PHONY: test-unit
test-unit: setup ## Test what needs no chain
	@$(PYTEST) tests/unit

.PHONY: test-contracts
test-contracts: setup ## Test the contracts, function by function, on Anvil
	@$(PYTEST) tests/contracts

.PHONY: test-indexer
test-indexer: setup ## Test the indexer on Anvil, on SQLite and PostgreSQL
	@$(PYTEST) tests/indexer

.PHONY: test-api
test-api: setup ## Test the API, the client and the command line against a real chain and index
	@$(PYTEST) tests/api

.PHONY: test-docs
test-docs: setup ## Run every command that the docs tell, and build the site
	@$(PYTEST) tests/docs

.PHONY: test-mutants
test-mutants: setup ## Show that the money rules' tests fail on broken variants
	@$(PYTEST) tests/mutants

.PHONY: test-scenario
test-scenario: setup ## Test whole stories, with numbers worked by hand
	@$(PYTEST) tests/scenario

.PHONY: test-stateful
test-stateful: setup ## Hunt for lost money with state machines
	@$(PYTEST) tests/stateful

.PHONY: test-differential
test-differential: setup ## Compare the contracts with the exact rules of app.domain
	@$(PYTEST) tests/differential

.PHONY: test-brownie
test-brownie: setup ## Deploy and pay through Brownie
	@mkdir -p $(BROWNIE_HOME)
	@rm -rf build/brownie # it does not forget files that are gone
	@$(TOOLS) HOME=$(BROWNIE_HOME) SOLCX_BINARY_PATH=$(BIN)/../solc $(PYTEST) -o addopts="" tests/brownie

.PHONY: test-ganache
test-ganache: setup ## Test the contracts on Ganache
	@CHAIN=ganache $(PYTEST) tests/contracts

.PHONY: e2e
e2e: setup ## Test the page in a headless Chromium against a chain
	@$(BIN)/python -m scripts.browser
	@$(PYTEST) tests/e2e

.PHONY: lint
lint: setup ## Check style, types, layers, formatting, and that rules, tests and broken variants match
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m scripts.spec_check >/dev/null
	@$(BIN)/lint-imports --cache-dir build/import-linter >build/lint-imports.log || { cat build/lint-imports.log; exit 1; }
	@$(TOOLS) solhint --disc --noPoster --max-warnings 0 $(SOLIDITY)
	@$(TOOLS) prettier --log-level warn --check $(SOLIDITY) scripts/solc/solc.js
	@echo "Style, types, layers and formatting are fine."

.PHONY: format
format: setup ## Format Python and Solidity
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .
	@$(TOOLS) prettier --log-level warn --write $(SOLIDITY) scripts/solc/solc.js

.PHONY: compile
compile: setup ## Compile the contracts and write app/chain/abi
	@$(BIN)/python -m scripts.compile

.PHONY: web
web: setup ## Bundle the page's styles and scripts into app/web/static/dist
	@$(BIN)/python -m scripts.build_page

.PHONY: docs
docs: setup ## Build the docs site into build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict
	@echo "Open build/site/index.html."

.PHONY: bench-gas
bench-gas: setup ## Measure gas beside budgets and peers; writes build/gas.json
	@$(BIN)/python -m scripts.bench_gas

.PHONY: bench-service
bench-service: setup ## Measure the service's speed beside peers; writes build/service.json
	@$(BIN)/python -m scripts.bench_service

.PHONY: reset
reset: ## Forget the local chain of make run
	@rm -rf build/run
	@echo "The local chain's state is gone; make run starts anew."

.PHONY: clean
clean: ## Remove all that was made here: build results, environment, Node packages
	@rm -rf build .venv node_modules concord.egg-info
	@find . -name __pycache__ -prune -exec rm -rf {} +
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# Every target makes the environment it needs; `make help` lists them.

VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python -m

UI := src/anonymuse/web/static
UI_SOURCES := $(shell find ui/src) ui/index.html ui/package-lock.json ui/vite.config.ts

.DEFAULT_GOAL := help
.PHONY: help demo test check ui ui-test docs lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.ready-demo ui ## the whole thing on the shipped corpus, with embedded models
	@echo "make demo: running 'anonymuse demo'"
	@$(RUN) anonymuse demo

test: $(VENV)/.ready-test ui ui-test ## the fast tests: no network and no model
	@echo "make test: fast tests; tests marked slow or model are left to 'make check'"
	@$(RUN) pytest -q -m "not slow and not model"

check: $(VENV)/.ready-check ui ui-test ## everything that has to pass: format, lint, types, borders, tests, docs
	@echo "make check: browser"; $(RUN) tests.browser.chromium
	@echo "make check: format"; $(RUN) ruff format --check .
	@echo "make check: lint"; $(RUN) ruff check .
	@echo "make check: types"; $(RUN) mypy
	@echo "make check: borders"; $(BIN)/lint-imports --no-cache
	@echo "make check: dependencies"; $(BIN)/deptry src
	@echo "make check: tests"; $(RUN) pytest -q --cov --cov-report=term:skip-covered
	@echo "make check: docs"; $(RUN) docs.make_pages --check
	@$(BIN)/zensical build --clean --strict
	@echo "make check: all good"

ui: $(UI)/index.html ## the explorer's interface, built where its sources are newer (needs Node)

ui-test: ui
	@echo "make test: the interface's format, lint, types and tests"
	@sh ui/build.sh packages
	@cd ui && npm run --silent check

docs: $(VENV)/.ready-check ## generate the generated pages and build the site into site/
	@$(RUN) docs.make_pages
	@$(BIN)/zensical build --clean --strict

lock: ## compile requirements/*.txt from pyproject.toml, with hashes (needs uv)
	@sh requirements/compile.sh

clean: ## remove the environment and everything that was built
	@echo "make clean: removing $(VENV), site and caches"
	@rm -rf $(VENV) ui/node_modules $(UI) site .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage

$(UI)/index.html: $(UI_SOURCES)
	@sh ui/build.sh

$(VENV)/.ready-%: requirements/%.txt requirements/install.sh pyproject.toml
	@sh requirements/install.sh $(VENV) $*
	@touch $@

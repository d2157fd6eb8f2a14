# Every target makes the environment it needs; `make help` lists them.

VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python -m

.DEFAULT_GOAL := help
.PHONY: help demo test check docs lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.ready-demo ## the whole thing on the shipped corpus, with embedded models
	@echo "make demo: running 'anonymuse demo'"
	@$(RUN) anonymuse demo

test: $(VENV)/.ready-test ## the fast tests: no network, no model, no browser
	@echo "make test: fast tests; tests marked slow or model are left to 'make check'"
	@$(RUN) pytest -q -m "not slow and not model"

check: $(VENV)/.ready-check ## everything that has to pass: format, lint, types, borders, tests, docs
	@echo "make check: format"; $(RUN) ruff format --check .
	@echo "make check: lint"; $(RUN) ruff check .
	@echo "make check: types"; $(RUN) mypy
	@echo "make check: borders"; $(BIN)/lint-imports --no-cache
	@echo "make check: dependencies"; $(BIN)/deptry src
	@echo "make check: tests"; $(RUN) pytest -q --cov --cov-report=term:skip-covered
	@echo "make check: docs"; $(RUN) docs.make_pages --check
	@$(BIN)/zensical build --clean --strict
	@echo "make check: all good"

docs: $(VENV)/.ready-check ## generate the generated pages and build the site into site/
	@$(RUN) docs.make_pages
	@$(BIN)/zensical build --clean --strict

lock: ## compile requirements/*.txt from pyproject.toml, with hashes (needs uv)
	@sh requirements/compile.sh

clean: ## remove the environment and everything that was built
	@echo "make clean: removing $(VENV), site and caches"
	@rm -rf $(VENV) site .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage

$(VENV)/.ready-%: requirements/%.txt requirements/install.sh pyproject.toml
	@sh requirements/install.sh $(VENV) $*
	@touch $@

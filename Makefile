# Everything here starts from Python 3.11 or newer and make. Tools go into .venv, data into var.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install demo serve test test-postgres check check-deep e2e bench clean

BIN := .venv/bin
DONE := .venv/done
export PORT ?= 8000
export AYNI_SITE_URL ?= http://localhost:$(PORT)
# Where the PostgreSQL suite runs; the test database of that name is made and removed again.
POSTGRES_URL ?= postgresql://postgres@127.0.0.1:5432/ayni
# Exact versions with hashes, nothing beside them.
INSTALL := $(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check --no-deps
LOCKED := $(INSTALL) --require-hashes --requirement
# A site's own settings must not reach the test run.
TEST := env -u AYNI_HOME -u AYNI_MODE -u AYNI_DEBUG -u AYNI_DATABASE_URL -u AYNI_SECRET_KEY -u AYNI_HOSTS -u AYNI_HTTPS -u AYNI_PROXIES -u AYNI_SITE_URL -u PORT
PYTEST := $(BIN)/python -m pytest
SPREAD := -n auto --maxprocesses=4
TYPED := src/ayni/kernel src/ayni/matching src/ayni/language $(filter-out src/ayni/kernel/%,$(wildcard src/ayni/*/policies.py)) $(wildcard src/ayni/*/actions) src/ayni/discovery/engine

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(DONE)/run ## Fetch and prepare everything, start nothing (docs/howto/run-a-site.md)
	@echo "Ready: .venv/bin/ayni lists what it can do."

# A home of its own, so that what is made up never stands beside what is yours.
demo: $(DONE)/run ## Build the demo world and serve it at http://localhost:8000 (PORT=)
	@AYNI_HOME="$${AYNI_HOME:-var/demo}" && export AYNI_HOME && $(BIN)/ayni demo && exec $(BIN)/ayni serve

serve: $(DONE)/run ## Serve your own site, without demo data (settings: docs/reference/settings.md)
	@exec $(BIN)/ayni serve

test: $(DONE)/dev ## The tests, on SQLite
	$(TEST) $(PYTEST) $(SPREAD) $(ARGS)

test-postgres: $(DONE)/postgres ## The tests, on PostgreSQL (POSTGRES_URL=)
	$(TEST) AYNI_DATABASE_URL="$(POSTGRES_URL)" $(PYTEST) $(SPREAD) $(ARGS)

check-deep: $(DONE)/dev ## What takes too long for every day: large rounds, many made-up ones
	$(TEST) AYNI_TEST_TIMES=20 $(PYTEST) $(SPREAD) -o addopts="--strict-markers --disable-socket -q" tests/matching $(ARGS)

check: $(DONE)/dev ## Lint, types, layers, templates, translations, licences, sizes
	$(BIN)/ruff check src tests tools $(wildcard bench)
	$(BIN)/ruff format --check src tests tools $(wildcard bench)
	$(TEST) PYTHONPATH=. $(BIN)/mypy $(TYPED)
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint --lint --quiet src/ayni/web/templates
	$(TEST) PYTHONPATH=src:. DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m django makemigrations --check --dry-run
	$(BIN)/python tools/messages.py check
	$(BIN)/python tools/check_licences.py
	$(BIN)/python tools/check_locks.py
	$(BIN)/python tools/check_sizes.py

e2e: $(DONE)/e2e ## The site in a real browser, English and Arabic, with and without JavaScript
	@tools/browser.sh
	$(TEST) $(PYTEST) -p no:xdist -o addopts="--strict-markers -q" tests/e2e $(ARGS)

bench: $(DONE)/postgres ## Speed and weight, beside peers on the same machine
	$(BIN)/python -m bench $(ARGS)

clean: ## Remove what make made (.venv, caches). Data in var stays
	rm -rf .venv .ruff_cache .mypy_cache .pytest_cache .import_linter_cache .hypothesis tests/e2e/node_modules e2e-pictures
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -delete

$(DONE)/venv:
	@tools/make_venv.sh
	@mkdir -p $(DONE) && touch $@

$(DONE)/locked: $(DONE)/venv requirements/run.txt
	@echo "Installing what Ayni needs ..."
	@$(LOCKED) requirements/run.txt
	@touch $@

$(DONE)/project: $(DONE)/locked pyproject.toml
	@$(INSTALL) --no-build-isolation --editable .
	@touch $@

$(DONE)/messages: $(DONE)/locked tools/messages.py $(wildcard src/ayni/locale/*/LC_MESSAGES/*.po)
	@$(BIN)/python tools/messages.py compile
	@touch $@

$(DONE)/run: $(DONE)/project $(DONE)/messages
	@touch $@

$(DONE)/dev: $(DONE)/run requirements/dev.txt
	@echo "Installing the tools of development ..."
	@$(LOCKED) requirements/dev.txt
	@touch $@

$(DONE)/postgres: $(DONE)/dev requirements/postgres.txt
	@$(LOCKED) requirements/postgres.txt
	@touch $@

$(DONE)/e2e: $(DONE)/dev requirements/e2e.txt $(wildcard tests/e2e/package-lock.json)
	@echo "Installing what drives the browser ..."
	@$(LOCKED) requirements/e2e.txt
	@npm ci --prefix tests/e2e --silent --no-audit --no-fund
	@touch $@

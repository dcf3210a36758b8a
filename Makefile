# Everything a person types here. `make run` needs Python 3.11 or later and nothing else.
.DEFAULT_GOAL := help
.PHONY: help run test soak faults check lint clean

# Compiled modules are kept even where the environment says not to: the product and its tests start many processes, and
# each would compile all of it anew.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
VENV := .venv
PIP_INSTALL := $(VENV)/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do \
		printf '%-12s %s\n' "$$name" "$$text"; done

run: $(VENV)/.runtime-installed ## Run the whole product here; PORT=8001 make run for another port; Ctrl-C stops it
	@exec $(VENV)/bin/python manage.py up

test: $(VENV)/.test-installed ## Run the tests; ARGS="-k outbox" for some of them
	@exec $(VENV)/bin/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder $(ARGS)

soak: $(VENV)/.test-installed ## The tests that take minutes: kills under load, junk sent to every form
	@EXPLORE=1 exec $(VENV)/bin/python -m pytest -m soak $(ARGS)

faults: $(VENV)/.test-installed ## Break it on purpose, long runs included (docs/faults.md); FAULT_SEED=... repeats a run
	@exec $(VENV)/bin/python -m pytest tests/faults -m "soak or not soak" -s $(ARGS)

check: lint test ## Everything that has to be right before a change goes in

lint: $(VENV)/.test-installed ## Style, import contracts, missing migrations
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports
	DJANGO_SETTINGS_MODULE=crm.settings.test $(VENV)/bin/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

clean: ## Remove the installed packages (your data in .data stays)
	rm -rf $(VENV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; set PYTHON, for example: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# The stamps spare a warm start the look at every package. A stamp older than its lock file is installed again.
$(VENV)/.runtime-installed: requirements/runtime.lock | $(VENV)/bin/python
	@echo "Installing packages, once; this takes about a minute ..."
	@$(PIP_INSTALL) -r requirements/runtime.lock
	@touch $@

$(VENV)/.test-installed: requirements/test.lock requirements/runtime.lock | $(VENV)/bin/python
	@echo "Installing packages, once; this takes about a minute ..."
	@$(PIP_INSTALL) -r requirements/test.lock
	@touch $@ $(VENV)/.runtime-installed

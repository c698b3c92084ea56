# `sam build` runs this in the repository's root (WorkingDirectory in template.yaml), without Docker: it installs wheels for
# Lambda's processor, whatever this machine's is. ARCHITECTURE is that of the folder that includes it; `make build` sets
# UV and PYTHON, and plain `sam build` finds them.
UV ?= $(or $(shell uv --version >/dev/null 2>&1 && echo uv),$(wildcard .local/uv/bin/uv))
PYTHON ?= $(or $(wildcard .venv/bin/python),$(shell python3.13 -c "import sys; print(sys.executable)" 2>/dev/null))
ifeq ($(and $(UV),$(PYTHON)),)
$(error the layer needs uv and python3.13: run `make build` in place of `sam build`, it installs both)
endif
# A Python without our packages gets them for the one command that needs them.
WITH_PACKAGES = $(if $(shell "$(PYTHON)" -c "import pydantic" 2>/dev/null && echo yes),"$(PYTHON)",\
  "$(UV)" run --quiet --isolated --frozen --no-default-groups python)

PLATFORM = $(if $(filter x86_64,$(ARCHITECTURE)),x86_64,aarch64)-manylinux_2_28
SITE = $(ARTIFACTS_DIR)/python

# What our functions never load: DNS look-ups of email-validator, cffi's compiler.
UNUSED_PACKAGES = dnspython pycparser
# Of botocore's descriptions of all AWS services, these are ours.
SERVICES = dynamodb events kms s3 secretsmanager sesv2 sqs xray
# Of stdnum's countries Italy is ours; of phonenumbers' data not the short numbers, such as those of emergencies.
COUNTRIES = it

# argon2 from its own source where that is faster.
BUILD_ARGON2 = $(if $(filter x86_64,$(ARCHITECTURE)),layers/common/build_argon2.sh "$(SITE)" "$(UV)" "$(PYTHON)")

build-CommonLayer:
	$(UV) export --quiet --frozen --no-default-groups $(UNUSED_PACKAGES:%=--no-emit-package %) \
	  | $(UV) pip install --quiet --require-hashes --requirement - --no-deps --target "$(SITE)" --only-binary :all: \
	      --python-platform $(PLATFORM) --python-version 3.13
	find "$(SITE)/botocore/data" -mindepth 1 -maxdepth 1 -type d $(SERVICES:%=! -name %) -exec rm -r {} +
	find "$(SITE)/stdnum" -mindepth 1 -maxdepth 1 -type d $(COUNTRIES:%=! -name %) -exec rm -r {} +
	find "$(SITE)/phonenumbers/shortdata" -name 'region_*' -delete
	rm -rf "$(SITE)/bin" "$(SITE)/cffi" "$(SITE)/wrapt-stubs" "$(SITE)/boto3/data" "$(SITE)/boto3/examples" "$(SITE)/.lock" "$(SITE)"/*.dist-info/RECORD
	$(BUILD_ARGON2)
	$(PYTHON) layers/common/check_binaries.py "$(SITE)" $(ARCHITECTURE)
	cp -R layers/common/utenza "$(SITE)"
	cp LICENSE NOTICE "$(SITE)/utenza"
	$(WITH_PACKAGES) -m tools.suppliers suppliers/suppliers.toml "$(SITE)/utenza/suppliers.json"
	find "$(SITE)" -name __pycache__ -prune -exec rm -rf {} +
	$(PYTHON) -m compileall -q --invalidation-mode unchecked-hash "$(SITE)"

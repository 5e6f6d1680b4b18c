# Two commands do everything: `make demo` and `make test`. Each makes its own environment first.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/ready
WORKERS ?= 2

.PHONY: demo test check env system compiled bench model soak laws lock data clean help

help:            ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

env: $(READY)    ## the environment in .venv, exactly as requirements.lock pins it

$(READY): requirements.lock pyproject.toml
	@sh tests/system/environment.sh "$(PYTHON)"
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY)   ## close August, September and October 2026 of the sample company
	$(BIN)/recon demo

test: $(READY) system compiled  ## every test, notebooks included
	$(BIN)/python -m pytest -rs -n $(WORKERS) --dist loadgroup --doctest-modules recon_kit tests
	$(BIN)/python -m pytest --nbval-lax notebooks

compiled: $(READY)
	@$(BIN)/python -m tests.system.compiled

system:          ## programs that tests need: found, or installed
	@sh tests/system/programs.sh

check: $(READY)  ## style, types, layers, notebooks without outputs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/nbstripout --verify notebooks/*.ipynb

bench: $(READY)  ## measure, into docs/benchmarks.md
	$(BIN)/python -m tests.bench

model: $(READY)  ## train the model that ships, and say what it does
	$(BIN)/python -m recon_kit.learning.shipped

soak: $(READY)   ## fifty random kills on the sample, nothing lost
	$(BIN)/python -m tests.soak

laws: $(READY)   ## two thousand random companies for each law of matching
	RECON_EXAMPLES=2000 $(BIN)/python -m pytest -q -n $(WORKERS) tests/matching/test_laws_of_match.py tests/matching/test_metamorphic.py

data: $(READY)   ## write data_samples/ anew, from its seed
	$(BIN)/python -m recon_kit.simulate data_samples

lock: $(READY)   ## pin what pyproject.toml asks for, newest first
	$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-header --upgrade \
		--python-version 3.11 --universal -q -o requirements.lock

clean:           ## the environment and what runs produced
	rm -rf .venv .recon reports/20* dist build

# The two commands a newcomer needs: `make run` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
QUICK := tests/core tests/rules tests/engine tests/agents/test_mutations.py tests/agents/test_hostile_records.py \
  tests/test_project.py
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test quick lint bench fuzz soak clean

run: $(STAMP)  ## Relaymark's main job on examples/relay
	$(BIN)/python examples/relay/run.py

test: $(STAMP) lint  ## every check and every test
	$(BIN)/python -m pytest -n 2 --dist loadfile -rs

quick: $(STAMP) lint  ## the inner loop, under a minute: the core, the rules, the engine, every agent once
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow" -q $(QUICK)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(STAMP)  ## measured figures, stored under benchmarks/
	$(BIN)/python benchmarks/run.py

fuzz: $(STAMP)  ## the property tests with many more examples
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -q -m "not slow" tests/core tests/sources tests/agents

soak: $(STAMP)  ## a server under an hour's load of appends, watched for growth
	$(BIN)/python benchmarks/soak.py

$(STAMP): pyproject.toml server/relaymark/__init__.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Relaymark needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $(STAMP)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis examples/relay/.play benchmarks/.work

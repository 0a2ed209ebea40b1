# What a fresh machine needs: make and python3 (3.11 or later) with venv. Everything else is set up here.
#
#   make demo       the main job on 1.47 M grocery lines; prints where the report is
#   make test       set up, then lint, types, documentation and every test that is not slow
#   make test-all   the slow ones too, and the quick ones on the oldest DuckDB that we support
#   make check      what `make test` runs, without the set-up
#   make bench      speed and memory against plain SQL and pandas
#   make audit      known vulnerabilities of the locked dependencies (asks a service on the network)
#   make lock       write the locks anew (needs uv)
#   make wheel      build the package into dist/
#   make picture    the pictures of the README, from the demo's report and dashboard
#   make clean      remove everything that these commands made

PYTHON ?= python3
BIN := .venv/bin
INSTALL := -m pip install --quiet --no-deps --disable-pip-version-check
# a file of tests at a time, so that what its tests share (an engine, a shop, a browser) is made once
TWO := -n 2 --dist loadfile

.PHONY: demo test test-all test-oldest check lint bench audit lock wheel picture clean

demo: .venv-demo/.ready
	@.venv-demo/bin/python tools/demo.py

test: .venv/.ready
	@sh tools/system.sh
	@$(MAKE) --no-print-directory check

test-all: .venv/.ready
	@sh tools/system.sh
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory test-oldest
	@$(BIN)/python -m pytest -rs $(TWO)

# Stands before the others on the path; the browser and Spark look at nothing that an older DuckDB changes.
test-oldest: .venv/.ready
	@.venv/bin/python $(INSTALL) --require-hashes --upgrade --target build/oldest -r locks/oldest.lock
	@PYTHONPATH=build/oldest $(BIN)/python -m pytest -rs $(TWO) -m "not slow" -k "not spark" \
	    tests/orders tests/features tests/segments tests/sources tests/overview tests/profiles tests/engines tests/test_shop.py

check: lint
	@$(BIN)/python -m pytest -rs $(TWO) -m "not slow"

lint:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench:
	@$(BIN)/python -m bench.main_job

audit:
	@$(BIN)/pip-audit --strict --disable-pip --require-hashes -r locks/demo.lock -r locks/dev.lock

lock:
	@sh tools/lock.sh
	@$(BIN)/python tools/licences.py

picture:
	@$(BIN)/python tools/picture.py

wheel:
	@$(BIN)/python -m hatchling build -t wheel

# An environment is made anew when its lock changes: what the lock names is there, and nothing else.
.venv/.ready: locks/dev.lock
	@echo "Setting up .venv: the first time takes some minutes."
	@$(PYTHON) -m venv --clear .venv
	@.venv/bin/python $(INSTALL) --require-hashes -r locks/dev.lock
	@.venv/bin/python $(INSTALL) --no-index --no-build-isolation -e .
	@touch $@

.venv-demo/.ready: locks/demo.lock
	@echo "Setting up .venv-demo: the first time takes a minute."
	@$(PYTHON) -m venv --clear .venv-demo
	@.venv-demo/bin/python $(INSTALL) --require-hashes -r locks/demo.lock
	@.venv-demo/bin/python $(INSTALL) --no-index --no-build-isolation -e .
	@touch $@

clean:
	rm -rf .venv .venv-demo demo-shop build dist bench/out .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	    spark-warehouse metastore_db derby.log
	find src tests bench tools -name __pycache__ -type d -prune -exec rm -rf {} +

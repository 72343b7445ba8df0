.DEFAULT_GOAL := help

.PHONY: help run demo test bench wheel web lint audit clean

help:
	@echo "make run    set up, compute the bundled history, serve page and API until Ctrl-C"
	@echo "make demo   set up, compute the bundled history, show the result and end"
	@echo "make test   set up and run every check and test"
	@echo "make bench  measure what the README says about speed"
	@echo "make wheel  build dist/*.whl with page, data, definitions and migrations inside"
	@echo "make web    build the page only"
	@echo "make lint   style and types only"
	@echo "make audit  ask pip-audit about the pinned versions, where an index answers"
	@echo "make clean  remove environment, builds and the local database in var/"

ifeq ($(shell grep -s '^DART_HOME=' .env),)
run demo: export DART_HOME ?= $(CURDIR)/var
endif

run:
	@scripts/setup.sh run
	@exec .venv/bin/dart-batch up

demo:
	@scripts/setup.sh run
	@exec .venv/bin/dart-batch demo

test:
	@scripts/setup.sh dev
	@scripts/test.sh

bench:
	@scripts/setup.sh dev
	@.venv/bin/python -m bench

wheel:
	@scripts/setup.sh dev
	@rm -rf dist
	@.venv/bin/python -m build --quiet --wheel --no-isolation --outdir dist .
	@ls dist/*.whl

web:
	@scripts/setup.sh web

lint:
	@scripts/setup.sh dev
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

audit:
	@scripts/setup.sh dev
	@.venv/bin/python scripts/audit.py

clean:
	rm -rf .venv var dist build web/node_modules web/dist src/dart_batch/entrypoints/api/page

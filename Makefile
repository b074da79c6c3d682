# The two commands of the README are `make run` and `make test`; both set everything up first.
.DEFAULT_GOAL := help
.PHONY: help run test test-all bench lint texts starter setup setup-dev clean
PYTEST = .venv/bin/python -m pytest
SAMPLE ?= build/sample
LANGUAGE ?= de

help:
	@echo "make run       set up, then open SEMGui on the sample project (without a screen: classify it headless)"
	@echo "make test      set up, then run the tests"
	@echo "make test-all  the same and the slow tests"
	@echo "make bench     measurements, printed as tables"
	@echo "make lint      ruff, mypy, import-linter"
	@echo "make texts     collect what the user reads for LANGUAGE=de, and build the translations there are"
	@echo "make starter   draw, train and install the shipped model again (needs ../shared/data; 20 minutes)"

setup:
	@packaging/bootstrap.sh run

setup-dev:
	@packaging/bootstrap.sh dev

run: setup
	@.venv/bin/semgui demo $(SAMPLE) --open

test: setup-dev
	$(PYTEST) -m "not slow and not bench"

test-all: setup-dev
	$(PYTEST) -m "not bench" -o faulthandler_exit_on_timeout=false

bench: setup-dev
	$(PYTEST) tests/bench/bench_*.py -s -q -o faulthandler_exit_on_timeout=false

lint: setup-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

texts: setup-dev
	@mkdir -p resources/translations
	.venv/bin/pyside6-lupdate -extensions py -no-obsolete -locations none -tr-function-alias tr+=mark semgui \
	  -ts resources/translations/semgui_$(LANGUAGE).ts
	.venv/bin/pyside6-lrelease resources/translations/*.ts

starter: setup
	.venv/bin/python resources/models/train_starter.py

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache

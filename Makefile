# The two commands of the README are `make run` and `make test`; both set everything up first.
.DEFAULT_GOAL := help
.PHONY: help run test test-all bench soak lint texts starter setup setup-dev clean package test-package installers prove-deb
PYTEST = .venv/bin/python -m pytest
# Two processes at once, a file of tests to each: half the time on two cores.
TOGETHER = -n 2 --dist loadfile
SAMPLE ?= build/sample
LANGUAGE ?= de

help:
	@echo "make run       set up, then open SEMGui on the sample project (without a screen: classify it headless)"
	@echo "make test      set up, then run the tests"
	@echo "make test-all  the same and the slow tests"
	@echo "make bench     measurements, printed as tables"
	@echo "make soak      an hour of scrolling, looking and labelling by script: memory and gaps"
	@echo "make package       freeze the application into dist/semgui, and weigh it"
	@echo "make test-package  start what was frozen, without network, Python or home, and have it do everything"
	@echo "make installers    pack it: .deb and a portable archive, in dist"
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
	$(PYTEST) $(TOGETHER) -m "not slow and not bench"

test-all: setup-dev
	$(PYTEST) $(TOGETHER) -m "not bench" -o faulthandler_exit_on_timeout=false

bench: setup-dev
	$(PYTEST) tests/bench/bench_*.py -s -q --timeout=3600 -o faulthandler_timeout=0

soak: setup-dev
	SEMGUI_BENCH_MINUTES=60 $(PYTEST) tests/bench/bench_soak.py -s -q -o faulthandler_timeout=0

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

package: setup-dev
	@packaging/build.sh dist

test-package: setup-dev
	$(PYTEST) tests/bundle/bundle_*.py -s -q --timeout=3600 -o faulthandler_timeout=0

installers:
	@packaging/linux/make_deb.sh dist/semgui build/icons dist
	@packaging/linux/make_portable.sh dist/semgui dist

prove-deb:
	@packaging/linux/prove_deb.sh build/bare dist/semgui_*.deb

clean:
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache

# The whole developer interface. Each target first sets up .venv when it is missing or stale.
# Needs Python 3.11 or newer, make and git; another interpreter: make PYTHON=python3.13 test
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready

# A virtual environment whose interpreter is gone (an upgrade, a moved checkout) is as good as missing.
ifneq ($(shell $(RUN) -c 'print("works")' 2>/dev/null),works)
$(shell rm -rf $(VENV))
endif

.PHONY: install demo test check bench kafka conformance format clean help
.DEFAULT_GOAL := help

help:
	@echo "make demo         a real Kafka, a worker, lines from test.txt to a topic to test.sink.txt"
	@echo "make test         all tests; TESTS=tests/sdk for some of them, PYTEST_FLAGS=-x and the like"
	@echo "make check        linter, formatter, types, import rules"
	@echo "make bench        Isthmus and Java's Kafka Connect side by side; BENCH_FLAGS='--only source-json'"
	@echo "make install      .venv with all packages, which every other target makes as well"
	@echo "make kafka        a Kafka broker in the foreground on localhost:9092"
	@echo "make conformance  recorded answers of the Java classes against ours; VECTORS_DIR=folder"
	@echo "make format       let the formatter and the linter mend what they can"

$(READY): requirements.txt requirements-dev.txt sdk/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Isthmus needs Python 3.11 or newer, this is " + sys.version.split()[0] + ": make PYTHON=...")'
	@echo "setting up $(VENV), takes a minute or two the first time"
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(READY)

install: $(READY)

demo: $(READY)
	@$(RUN) -m dev.demo

# The jars are fetched before the tests start, so that a first download counts against no test's deadline.
test: $(READY)
	@$(RUN) -m dev.jars
	$(RUN) -m pytest $(PYTEST_FLAGS) $(TESTS)

check: $(READY)
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: $(READY)
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

bench: $(READY)
	@$(RUN) -m benchmarks $(BENCH_FLAGS)

kafka: $(READY)
	@$(RUN) -m dev.kafka

conformance: $(READY)
	@$(RUN) -m tests.conformance

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache demo

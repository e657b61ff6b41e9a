# Every target sets up .venv/ by itself where it is missing or older than pyproject.toml or constraints.txt.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: chat test check lint accuracy bench faults fuzz learn clean

chat: .venv/.run
	@$(BIN)/python -m bot chat

test: .venv/.test lint accuracy
	$(BIN)/pytest

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: .venv/.run
	$(BIN)/python -m bot check

accuracy: .venv/.test
	$(BIN)/python -m tests.accuracy

bench: .venv/.bench
	$(BIN)/python -m tests.bench

# Every fault at full length takes about 20 minutes; FAULTS="kill store" runs those named so.
faults: .venv/.test
	$(BIN)/python -m tests.faults $(FAULTS)

# INPUTS is for each of ten targets; 100000 make a million.
INPUTS ?= 20000
fuzz: .venv/.test
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[fuzz]' || true
	$(BIN)/python -m tests.fuzz --inputs $(INPUTS)

learn: .venv/.test
	$(BIN)/python -m intents.learn

.venv/.run: pyproject.toml constraints.txt
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/.test: .venv/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test,redis]'
	@touch $@

.venv/.bench: .venv/.test
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	@touch $@

clean:
	rm -rf .venv build *.egg-info

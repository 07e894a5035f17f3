# Two commands matter: `make run` and `make test`. Each installs what it needs in .venv.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DATA ?= instance
WORKERS ?= 2
export INSTANCE = $(abspath $(DATA))

.PHONY: run reset test lint format bench messages lock browser-check clean

run: $(VENV)/.run $(VENV)/.static
	@DEMO=1 PUBLIC_URL=http://127.0.0.1:$(PORT) $(BIN)/participatory setup
	@DEMO=1 PUBLIC_URL=http://127.0.0.1:$(PORT) $(BIN)/participatory demo load
	@DEMO=1 PUBLIC_URL=http://127.0.0.1:$(PORT) $(BIN)/participatory serve --port $(PORT)

reset:
	rm -rf "$(INSTANCE)"
	@echo "The demonstration is gone; make run starts a new one."

test: lint browser-check $(VENV)/.static
	$(BIN)/python -m pytest -n $(WORKERS) $(PYTEST)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/lint-imports --no-logo

format: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.test
	$(BIN)/python tests/bench/run.py

# The French sentences of the code, gathered for the English catalogue.
messages: $(VENV)/.test
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k _l -k lazy_gettext --no-location --sort-output -o messages.pot participatory templates
	$(BIN)/pybabel -q update -i messages.pot -d participatory/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d participatory/translations
	rm -f messages.pot

lock: $(VENV)/.test
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group build -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.txt pyproject.toml --group dev -o requirements-dev.txt

browser-check:
	@test -n "$$(command -v chromium)" || echo "No Chromium here: the browser tests are left out (install Debian's package chromium to run them)."

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: set PYTHON=/path/to/python3."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

# The server sends these compressed copies, so they are made again as soon as a file changes.
$(VENV)/.static: $(VENV)/.run $(shell find static -type f ! -name '*.br' ! -name '*.gz')
	$(BIN)/python -m whitenoise.compress --quiet static
	@touch $@

$(VENV)/.test: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

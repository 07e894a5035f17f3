# Two commands matter: `make run` and `make test`. Each installs what it needs in .venv.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
ORACLE := .venv-oracle
PORT ?= 8000
DATA ?= instance
# As many as there are processors: two at least, eight at most.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$n -lt 2 ] && n=2; [ $$n -gt 8 ] && n=8; echo $$n)
export INSTANCE = $(abspath $(DATA))

.PHONY: run reset test tests install lint format bench oracle messages lock programs-check clean

run: $(VENV)/.run $(VENV)/.static
	@DEMO=1 PUBLIC_URL=http://127.0.0.1:$(PORT) $(BIN)/participatory setup
	@DEMO=1 PUBLIC_URL=http://127.0.0.1:$(PORT) $(BIN)/participatory demo load
	@DEMO=1 PUBLIC_URL=http://127.0.0.1:$(PORT) $(BIN)/participatory serve --port $(PORT)

reset:
	rm -rf "$(INSTANCE)"
	@echo "The demonstration is gone; make run starts a new one."

test: lint tests

install: $(VENV)/.test $(VENV)/.static $(VENV)/.oracle $(VENV)/.node

tests: install programs-check
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

bench: $(VENV)/.test $(VENV)/.oracle
	$(BIN)/python -m tests.bench.run $(BENCH)

# The tally against pabutools: thousands of small elections, then every real file. It takes a long time.
oracle: $(VENV)/.test $(VENV)/.oracle
	HYPOTHESIS_EXAMPLES=$(or $(EXAMPLES),3000) $(BIN)/python -m pytest -n $(WORKERS) tests/tally/test_reference.py tests/tally/test_oracle.py
	$(BIN)/python -m tests.tally.oracle.real_files

# The French sentences of the code, gathered for the English catalogue.
messages: $(VENV)/.test
	$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k _l -k lazy_gettext --no-location --sort-output -o messages.pot participatory templates
	$(BIN)/pybabel -q update -i messages.pot -d participatory/translations --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d participatory/translations
	rm -f messages.pot

lock: $(VENV)/.test
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra saml --extra pdf --group build -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.txt pyproject.toml --extra saml --extra pdf --group dev -o requirements-dev.txt
	printf 'pabutools\ngmpy2\nnumpy\nred-dwarf\npandas\npython-dateutil\nsix\ntyping-extensions\n' | $(BIN)/uv pip compile --quiet --no-deps --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header - -o requirements-oracle.txt

programs-check:
	@test -n "$$(command -v chromium)" || echo "No Chromium here: the browser tests are left out (install Debian's package chromium to run them)."
	@test -n "$$(command -v npm)" || echo "No npm here: the tests with the certified OpenID provider are left out (install node and npm, 18 or newer)."
	@test -n "$$(command -v xmlsec1)" || echo "No xmlsec1 here: the tests of SAML are left out (install Debian's package xmlsec1 to run them)."

clean:
	rm -rf $(VENV) $(ORACLE) dist build .mypy_cache .ruff_cache .hypothesis

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

# A certified OpenID provider that the tests sign in with; it runs on node, and is never shipped.
$(VENV)/.node: tests/doors/node/package-lock.json | $(VENV)/bin/python
	@test -z "$$(command -v npm)" || npm ci --prefix tests/doors/node --ignore-scripts --no-audit --no-fund --silent
	@test -z "$$(command -v npm)" || touch $@

# pabutools and red-dwarf are only compared with, in an environment of its own: one is under the GPL, and most of what
# they ask for is left out.
$(VENV)/.oracle: requirements-oracle.txt | $(VENV)/bin/python
	$(BIN)/python -m venv --clear $(ORACLE)
	$(ORACLE)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-oracle.txt
	@touch $@

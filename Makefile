# Two commands for everybody, `make run` and `make test`; `make check` is what a change must pass.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check coverage env env-dev format lint content bench reliability lock clean

run: env
	@$(BIN)/python -m bot

test: env-dev
	@$(BIN)/python -m pytest -n auto

check: lint content

# The tests take nearly twice as long while they are measured, so this is a verb of its own.
coverage: env-dev
	@$(BIN)/python -m pytest -n auto --cov --cov-report=
	@$(BIN)/coverage report --fail-under=90

lint: env-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

content: env
	@$(BIN)/python -m bot check

env: .venv/installed
env-dev: .venv/installed-dev

.venv/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Lectern needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.12" % sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# The last ones without what they ask for: pyproject.toml says why.
.venv/installed-dev: .venv/installed requirements-dev.lock requirements-apart.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-apart.lock
	@touch $@

format: env-dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: env-dev
	@for bench in clicks at_rest study_guide store tutor room slack discord; do echo "== $$bench"; $(BIN)/python -m bench.$$bench || exit 1; done

reliability: env-dev
	@$(BIN)/python -m tests.reliability

lock:
	@$(PYTHON) -m pip install --quiet uv
	@uv pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links -q -o requirements.lock
	@uv pip compile pyproject.toml --group dev --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links -q -o requirements-dev.lock
	@uv pip compile --group pyproject.toml:apart --no-deps --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links -q -o requirements-apart.lock

clean:
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*

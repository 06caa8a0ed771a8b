# Huiyin: the commands of a day. Only python3, make and git are needed; `make setup` fetches the rest into .venv.

PYTHON ?= python3
BIN := .venv/bin
export UV_PROJECT_ENVIRONMENT := .venv
# A run starts dozens of processes: Python compiles for all of them once, whatever the shell says.
export UV_COMPILE_BYTECODE := 1
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run test check fix bench

setup: .venv/.ready

.venv/.ready: pyproject.toml uv.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv sync --frozen --inexact --quiet  # inexact: uv itself stays
	@touch $@

run: setup
	$(BIN)/huiyin serve --demo

# Two processes more than cores: journeys and fault tests wait for somebody else half of their time. In the order of
# tests/conftest.py, which knows better than the number of tests what takes long.
test: setup
	$(BIN)/pytest -n $$(( $$($(BIN)/python -c "import os; print(os.cpu_count())") + 2 )) --dist loadgroup --no-loadscope-reorder

# What CI runs; changes nothing.
check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/huiyin makemigrations --check --dry-run

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup
	$(BIN)/python -m bench

# frontend/ to huiyin/static/; the built files are committed. Node comes from the build group (ADR 0004).
.PHONY: assets assets-check
NODE_PATHS = PATH="$(CURDIR)/$(BIN):$$PATH"

node_modules/.ready: package.json package-lock.json | setup
	$(BIN)/uv sync --frozen --inexact --quiet --group build
	$(NODE_PATHS) npm ci --no-audit --no-fund --loglevel=error
	@touch $@

assets: node_modules/.ready
	$(NODE_PATHS) npm run --silent build

assets-check: node_modules/.ready
	$(NODE_PATHS) npm run --silent check

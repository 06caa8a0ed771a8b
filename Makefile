# Huiyin: the commands of a day. Only python3, make and git are needed; `make setup` fetches the rest into .venv.

PYTHON ?= python3
BIN := .venv/bin
export UV_PROJECT_ENVIRONMENT := .venv

.PHONY: setup run test check fix bench

setup: .venv/.ready

.venv/.ready: pyproject.toml uv.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv sync --frozen --inexact --quiet  # inexact: uv itself stays
	touch $@

run: setup
	$(BIN)/huiyin serve --demo

test: setup
	$(BIN)/pytest -n auto --dist loadgroup

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

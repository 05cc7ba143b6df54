# The two commands of the README are `make demo` and `make test`.
# Everything is installed into .venv from the hash-pinned lock files; nothing else is touched.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.DEFAULT_GOAL := help
.PHONY: help demo test check format docs interop soak quality bench sample lock clean

help: ## Show this help
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/installed ## Install, serve the sample forum on loopback and walk the whole way
	$(BIN)/archiver demo --workspace .

test: $(VENV)/installed-dev ## Install what tests need and run all tests
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/installed-dev ## Format, lint, types, import rules, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.docs --check
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

docs: $(VENV)/installed-dev ## Build the documentation as a site, warnings as errors
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

format: $(VENV)/installed-dev ## Put code and generated docs into their form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python -m tools.docs

interop: $(VENV)/installed-dev ## Tests with other tools (warcio, pywb, wacz, wget …)
	$(BIN)/python -m pytest -m interop

soak: $(VENV)/installed-dev ## Long rounds: crawls, indexes and exports killed; new random cases (hours)
	$(BIN)/python -m pytest -m soak
	HYPOTHESIS_PROFILE=searching $(BIN)/python -m pytest -m hypothesis

quality: $(VENV)/installed-dev ## Scores against the floors kept in the repository
	$(BIN)/python -m bench.quality

bench: $(VENV)/installed-dev ## One table of speed and memory beside named peers
	$(BIN)/python -m bench

sample: $(VENV)/installed-dev ## Generate the sample forum anew
	$(BIN)/python -m tools.sample_forum

lock: ## Pin all dependencies anew, by hash (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --extra codings --extra fast --extra xlsx pyproject.toml tools/build-requirements.txt \
		-o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --all-extras --group test --group check --group docs --group sample \
		-c requirements.lock pyproject.toml tools/build-requirements.txt -o requirements-dev.lock

clean: ## Remove what was installed and derived (the corpus stays)
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found on PATH" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/installed

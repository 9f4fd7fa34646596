# `make demo` and `make test` set up all that they need; both may be run again, in any order.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check train lock clean

demo: $(VENV)/.ready
	$(BIN)/letterproof nightly samples/archive --store sqlite:///out/letters.db --out out

# Three at once, as some tests wait; each on one processor: with two threads each, products of matrices would only wait for each other.
test: $(VENV)/.ready-dev
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 3 --dist worksteal

check: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(VENV)/.ready: requirements-pip.txt requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; (3, 11) <= sys.version_info < (3, 14) or sys.exit("letterproof needs Python 3.11, 3.12 or 3.13: make PYTHON=python3.12 demo")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-pip.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

# Learn anew from the annotated letters.
train: $(VENV)/.ready-dev
	$(BIN)/python -m bench.train samples/corpus samples/passages

# Resolve the dependencies anew; needs uv.
lock:
	uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --upgrade -o requirements.txt
	uv pip compile -q pyproject.toml --extra dev -c requirements.txt --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --upgrade -o requirements-dev.txt

clean:
	rm -rf $(VENV) out build *.egg-info

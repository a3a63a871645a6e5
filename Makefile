# make reproduce   set up, fit and score every baseline, compare with the pinned results
# make test        set up and run the tests
# make test-all    the same with what the viewer's, spaCy's and Croissant's tests need beside the core (Chromium is the system's)
# make field       fetch the texts of the field set into build/field (FROM=DIR takes the files from a folder, without network)
# make peers       set up .venv-peers, score other people's tools on the same documents, compare the best with the recommended baseline, pin what comes out
# make bench       measure speed and memory of the baselines and those tools (FROM=DIR adds the article dumps of the field sources)
# make site        write build/site, a static site to look at the documents with
# make labelstudio set up .venv-labelstudio, take the test split through a real Label Studio server and back
# make check       format, lint, types, and the rules of the data
# make pins        resolve requirements.txt anew from pyproject.toml

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
LABELSTUDIO := .venv-labelstudio

.PHONY: reproduce test test-all field peers bench site labelstudio check pins clean

reproduce: $(VENV)/.ready
	$(BIN)/python -m scripts.validate
	$(BIN)/python -m baselines run $(if $(wildcard build/field/documents),--data build/field)

test: $(VENV)/.ready
	$(BIN)/python -m pytest

test-all: $(VENV)/.ready-extras
	$(BIN)/python -m pytest

field: $(VENV)/.ready
	$(BIN)/python -m scripts.field fetch $(if $(FROM),--from "$(FROM)")

peers: $(PEERS)/.ready
	$(PEERS)/bin/python -m baselines.peers $(if $(wildcard build/field/documents),--data build/field)
	$(PEERS)/bin/python -m baselines.best_peer $(if $(wildcard build/field/documents),--data build/field)

bench: $(PEERS)/.ready
	$(PEERS)/bin/python -m baselines.bench $(if $(FROM),--sources "$(FROM)")

site: $(VENV)/.ready-site
	$(BIN)/python -m baselines.site

labelstudio: $(LABELSTUDIO)/.ready
	$(LABELSTUDIO)/bin/python -m scripts.label_studio_run

check: $(VENV)/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m scripts.validate
	$(BIN)/python -m scripts.adjudication --check
	$(BIN)/python -m scripts.card --check

pins: $(VENV)/.ready-dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --custom-compile-command "make pins" --upgrade pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --custom-compile-command "make pins" --upgrade --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --custom-compile-command "make pins" --upgrade --extra site -c requirements.txt pyproject.toml -o requirements-site.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --custom-compile-command "make pins" --upgrade --extra site --extra browser --extra croissant --extra spacy -c requirements.txt pyproject.toml -o requirements-extras.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --custom-compile-command "make pins" --upgrade --extra peers --overrides requirements.txt pyproject.toml -o requirements-peers.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --custom-compile-command "make pins" --upgrade --extra labelstudio pyproject.toml -o requirements-labelstudio.txt

$(VENV)/.ready: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

$(VENV)/.ready-extras: $(VENV)/.ready requirements-extras.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-extras.txt
	touch $@

$(VENV)/.ready-site: $(VENV)/.ready requirements-site.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-site.txt
	touch $@

# The tools ask for older versions of libraries that the core pins; the core's win, so that scores agree, and pip is not to object.
$(PEERS)/.ready: requirements-peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-peers.txt
	touch $@

# Label Studio asks for an older pyarrow than the core pins; nothing is scored here, so it gets what it asks for.
$(LABELSTUDIO)/.ready: requirements-labelstudio.txt
	$(PYTHON) -m venv $(LABELSTUDIO)
	$(LABELSTUDIO)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-labelstudio.txt
	touch $@

clean:
	rm -rf $(VENV) $(PEERS) $(LABELSTUDIO) build .pytest_cache .mypy_cache .ruff_cache .hypothesis

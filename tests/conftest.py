"""What several tests share: the golden document, a corpus of it in an empty folder, the shipped documents."""

import copy
import json
import shutil
from pathlib import Path

import pytest

from scripts import documents

GOLDEN = Path(__file__).parent / "golden"
SHARED = documents.ROOT.parent / "shared"

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
needs_seeds = pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="../shared/seeds is not here")


@pytest.fixture
def demo():
    """A fresh copy of the golden document."""
    return copy.deepcopy(json.loads((GOLDEN / "demo-0001.json").read_text("utf-8")))


@pytest.fixture
def corpus(tmp_path):
    """A ``data`` folder that holds the golden document in train, and its catalogue."""
    data = tmp_path / "data"
    (data / "documents" / "train").mkdir(parents=True)
    (data / "documents" / "test").mkdir()
    shutil.copy(GOLDEN / "demo-0001.json", data / "documents" / "train")
    shutil.copy(GOLDEN / "entities.json", data)
    return data


def shipped():
    """Every shipped document, as pytest parameters named by id."""
    return [pytest.param(path, id=path.stem) for path in documents.paths()]


@pytest.fixture(scope="module")
def browser():
    """Chromium without a screen, driven by Playwright."""
    from playwright import sync_api  # an optional extra: files that use this skip themselves without it

    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield found
        found.close()

"""What brings what: ``python -m baselines.studies [--data build/field]`` writes ``baselines/studies.json``.

An *ablation* leaves out one group of clues, or one source of training pages, of the chain; a *learning curve* fits it on growing numbers
of site styles, whole styles at a time, in three fixed random orders. Figures are of validation, and of the field set where its texts are
at hand (transfer); nothing is chosen from them.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from baselines import clues, field, results
from baselines.metrics import METRICS, case
from baselines.predict import labelled
from baselines.score import SEED, data_digest
from baselines.task import body_of
from baselines.word_chain import WordChain
from scripts import documents
from scripts.documents import ROOT, DataError, Json

STUDIES = ROOT / "baselines" / "studies.json"
FIGURES = ("body.f1", "boundary.f1", "boundary.line.f1", "boundary.inline.f1", "boundary.glued.f1", "documents.exact")
# Group of clues → functions of `baselines.clues` that give them.
GROUPS = {
    "words at the label": ("_word_labels",),
    "blocks at the label": ("_block_labels",),
    "words at the move": ("_word_moves",),
    "blocks at the move": ("_block_moves",),
    "runs of short blocks": ("_run_moves",),
    "distance to stops and breaks": ("_distance_moves",),
    "words that open paragraphs": ("_starter_moves",),
    "sentences said again": ("_sentence_moves",),
    "cohesion of blocks": ("_cohesion_moves",),
}
STYLES = (3, 6, 12, 24, 48)
SEEDS = (1, 2, 3)


def figures(model: Any, corpora: dict[str, list[Json]]) -> Json:
    """``{corpus: {metric: value}}`` of a fitted model."""
    found = {}
    for name, corpus in corpora.items():
        bodies = labelled(model, corpus)
        cases = [case(document, bodies[document["id"]], 2) for document in corpus]
        sums = {metric: [sum(counts) for counts in zip(*map(METRICS[metric].count, cases), strict=True)] for metric in FIGURES}
        values = {metric: METRICS[metric].combine(sums[metric]) for metric in FIGURES}
        found[name] = {metric: None if value is None else round(value, 4) for metric, value in values.items()}
    return found


def ablation(train: list[Json], corpora: dict[str, list[Json]], parameters: Json) -> Iterator[Json]:
    """The chain, without each group of clues, without the rule of shared styles, and with composed pages."""
    yield {"without": "nothing", **figures(fit(train, parameters), corpora)}
    for group, functions in GROUPS.items():
        with _silenced(functions):
            yield {"without": group, **figures(fit(train, parameters), corpora)}
    yield {"without": "the rule that styles share a clue", **figures(fit(train, {**parameters, "least": 1}), corpora)}
    yield {"without": "nothing, with composed pages", **figures(fit(train, {**parameters, "composed": 150}), corpora)}


def learning_curve(train: list[Json], corpora: dict[str, list[Json]], parameters: Json) -> Iterator[Json]:
    """The chain fitted on the pages of some styles."""
    styles = sorted({document["source"]["style"] for document in train})
    for seed in SEEDS:
        order = random.Random(SEED + seed).sample(styles, len(styles))
        for number in STYLES:
            if number == len(styles) and seed != SEEDS[0]:
                continue  # all styles are the same pages in every order
            kept = [document for document in train if document["source"]["style"] in order[:number]]
            yield {"pages": len(kept), "styles": number, "seed": seed, **figures(fit(kept, parameters), corpora)}


def fit(corpus: list[Json], parameters: Json) -> WordChain:
    """A chain on these documents."""
    return WordChain(**parameters).fit([d["text"] for d in corpus], [body_of(d) for d in corpus], corpus)


@contextmanager
def _silenced(functions: tuple[str, ...]) -> Iterator[None]:
    """Within it, the functions of `baselines.clues` of these names give buckets that say nothing."""
    own = {name: getattr(clues, name) for name in functions}
    for name, function in own.items():
        setattr(clues, name, lambda *arguments, function=function: [np.full_like(values, -1) for values in function(*arguments)])
    try:
        yield
    finally:
        for name, function in own.items():
            setattr(clues, name, function)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m baselines.studies", description="Ablation and learning curve of the chain.")
    parser.add_argument("--data", type=Path, metavar="DIR", help="also on the field set, whose texts lie in DIR (build/field)")
    options = parser.parse_args(arguments)
    train = documents.read_split("train")
    corpora = {"validation": documents.read_split("validation")}
    if options.data:
        corpora["transfer"] = field.read_corpus(options.data)
    parameters = results.read()["parameters"]["word_chain"]
    digests = {"train": data_digest(train), "validation": data_digest(corpora["validation"]), "field_labels": field.labels_digest()}
    rows = {name: list(tqdm(study(train, corpora, parameters), desc=name, disable=None)) for name, study in STUDY.items()}
    documents.write(STUDIES, json.dumps({"data_sha256": digests, "parameters": parameters, **rows}, indent=1) + "\n")
    print(f"written to {STUDIES.relative_to(ROOT)}")
    return 0


STUDY = {"ablation": ablation, "learning_curve": learning_curve}


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DataError as error:
        sys.exit(f"studies: {error}")

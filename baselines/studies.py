"""What brings what: ``python -m baselines.studies [--data build/field]`` writes ``baselines/studies.json``.

An *ablation* leaves out one group of clues, or one source of training pages, of the chain; a *learning curve* fits it on growing numbers
of site styles, whole styles at a time, in two fixed random orders. Figures are of validation, and of the field set where its texts are
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
from joblib import Parallel, delayed

from baselines import clues, field, results
from baselines.metrics import METRICS, case
from baselines.models import COMPOSED
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
STYLES = (6, 12, 24, 48)
SEEDS = (1, 2)


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


def ablation(parameters: Json) -> list[Json]:
    """What is left out in each run: nothing, each group of clues, the rule of shared styles; and, the other way, composed pages added."""
    runs: list[Json] = [{"without": "nothing"}, *({"without": group, "silent": functions} for group, functions in GROUPS.items())]
    runs.append({"without": "the rule that styles share a clue", "parameters": {**parameters, "least": 1}})
    runs.append({"without": "nothing, with composed pages", "parameters": {**parameters, "composed": COMPOSED}})
    return runs


def ablated(run: Json, train: list[Json], corpora: dict[str, list[Json]], parameters: Json) -> Json:
    """One row of the ablation."""
    with _silenced(run.get("silent", ())):
        return {"without": run["without"], **figures(fit(train, run.get("parameters", parameters)), corpora)}


def learning_curve(train: list[Json]) -> list[Json]:
    """The styles that each run is fitted on; all of them once, since their order changes nothing then."""
    styles = sorted({document["source"]["style"] for document in train})
    orders = {seed: random.Random(SEED + seed).sample(styles, len(styles)) for seed in SEEDS}
    return [{"seed": seed, "styles": order[:n]} for seed, order in orders.items() for n in STYLES if n < len(styles) or seed == SEEDS[0]]


def learned(run: Json, train: list[Json], corpora: dict[str, list[Json]], parameters: Json) -> Json:
    """One row of the learning curve."""
    kept = [document for document in train if document["source"]["style"] in run["styles"]]
    return {"pages": len(kept), "styles": len(run["styles"]), "seed": run["seed"], **figures(fit(kept, parameters), corpora)}


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
    side_by_side = Parallel(n_jobs=-1)
    rows = {
        "ablation": side_by_side(delayed(ablated)(run, train, corpora, parameters) for run in ablation(parameters)),
        "learning_curve": side_by_side(delayed(learned)(run, train, corpora, parameters) for run in learning_curve(train)),
    }
    documents.write(STUDIES, json.dumps({"data_sha256": digests, "parameters": parameters, **rows}, indent=1) + "\n")
    print(f"written to {STUDIES.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DataError as error:
        sys.exit(f"studies: {error}")

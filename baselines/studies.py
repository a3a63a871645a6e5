"""What brings what: ``python -m baselines.studies [--data build/field]`` writes ``baselines/studies.json``.

An *ablation* leaves out one group of clues, or one source of training pages, of the recommended chain; a *learning curve* fits it on growing numbers
of site styles, whole styles at a time, in two fixed random orders. Figures are of validation, and of the field set where its texts are
at hand (transfer); nothing is chosen from them.
"""

import argparse
import json
import random
from pathlib import Path
from typing import Any

from baselines import clues, field, results
from baselines.models import COMPOSED
from baselines.parallel import each
from baselines.predict import fitted, labelled
from baselines.score import SEED, data_digest, figures
from scripts import commands, documents
from scripts.documents import DATA, ROOT, Json

STUDIES = ROOT / "baselines" / "studies.json"
FIGURES = ("body.f1", "boundary.f1", "boundary.line.f1", "boundary.inline.f1", "boundary.glued.f1", "documents.exact")
STYLES = (22, 44, 88)
SEEDS = (1, 2)
RECORDS = "pages of scrapers' records"


def record_styles() -> set[str]:
    """The site styles whose pages are scrapers' records (``data/styles.json``)."""
    return {name for name, style in documents.read_json(DATA / "styles.json").items() if style["form"] == "record"}


def measured(model: Any, corpora: dict[str, list[Json]]) -> Json:
    """``{corpus: {metric: value}}`` of a fitted model."""
    return {name: figures(FIGURES, corpus, labelled(model, corpus)) for name, corpus in corpora.items()}


def ablation(parameters: Json) -> list[Json]:
    """What is left out in each run: nothing, each group of clues, the rule of shared styles, boldness, a source of training pages;
    and what composed pages would bring."""
    groups = (*clues.LABEL, *clues.MOVE)
    changed: dict[str, Json] = {
        "nothing": {},
        **{group: {"without": (group,)} for group in groups},
        "all word classes": {"without": tuple(group for group in groups if group.startswith("classes"))},
        "the rule that styles share a clue": {"least": 1},
        "boldness": {"boldness": 0.0},
        RECORDS: {},
        "nothing, composed pages added": {"composed": COMPOSED},
    }
    return [{"without": name, "parameters": {**parameters, **change}} for name, change in changed.items()]


def ablated(run: Json, train: list[Json], corpora: dict[str, list[Json]]) -> Json:
    """One row of the ablation."""
    left_out = record_styles() if run["without"] == RECORDS else set()
    kept = [document for document in train if document["source"]["style"] not in left_out]
    return {"without": run["without"], **measured(fit(kept, run["parameters"]), corpora)}


def learning_curve(train: list[Json]) -> list[Json]:
    """The styles that each run is fitted on; in the end all of them, once, since their order changes nothing then."""
    styles = sorted({document["source"]["style"] for document in train})
    orders = {seed: random.Random(SEED + seed).sample(styles, len(styles)) for seed in SEEDS}
    return [*({"seed": seed, "styles": order[:n]} for seed, order in orders.items() for n in STYLES), {"seed": SEEDS[0], "styles": styles}]


def learned(run: Json, train: list[Json], corpora: dict[str, list[Json]], parameters: Json) -> Json:
    """One row of the learning curve."""
    kept = [document for document in train if document["source"]["style"] in run["styles"]]
    return {"pages": len(kept), "styles": len(run["styles"]), "seed": run["seed"], **measured(fit(kept, parameters), corpora)}


def fit(corpus: list[Json], parameters: Json) -> Any:
    """The recommended chain on these documents."""
    return fitted(results.read()["recommended"], corpus, parameters)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m baselines.studies", description="Ablation and learning curve of the chain.")
    parser.add_argument("--data", type=Path, metavar="DIR", help="also on the field set, whose texts lie in DIR (build/field)")
    options = parser.parse_args(arguments)
    train = documents.read_split("train")
    corpora = {"validation": documents.read_split("validation")}
    if options.data:
        corpora["transfer"] = field.read_corpus(options.data)
    pins = results.read()
    parameters = pins["parameters"][pins["recommended"]]
    digests = {"train": data_digest(train), "validation": data_digest(corpora["validation"]), "field_labels": field.labels_digest()}
    rows = {
        "ablation": each(ablated, [(run, train, corpora) for run in ablation(parameters)], "ablation"),
        "learning_curve": each(learned, [(run, train, corpora, parameters) for run in learning_curve(train)], "learning curve"),
    }
    documents.write(STUDIES, json.dumps({"data_sha256": digests, "system": pins["recommended"], "parameters": parameters, **rows}, indent=1) + "\n")
    print(f"written to {STUDIES.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    commands.run(main, "studies")

"""What is set on a fitted chain, chosen by cross-validation: ``python -m baselines.cross_validation`` writes ``baselines/cross_validation.json``.

The pages are those of train and validation together, which are more than validation alone: each fold holds whole site styles, and is labelled by a
model fitted on the others. No page of test or of the field set has a part in it. Of values that the pages cannot tell apart the least is taken, by the
one-standard-error rule of Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees" (1984).
"""

import argparse
import json

from sklearn.model_selection import GroupKFold, ParameterGrid

from baselines.models import AFTER_FIT
from baselines.parallel import each
from baselines.predict import SETTINGS, fitted, labelled
from baselines.score import DIGITS, SEED, data_digest, figures, scores
from baselines.task import Spans
from scripts import commands, documents
from scripts.documents import ROOT, Json

SPLITS = ("train", "validation")
FOLDS = 4
JUDGED = "boundary.f1"
FIGURES = (JUDGED, "boundary.macro_f1", "body.f1", "documents.exact")
INTERVAL = 2 * 1.96  # standard errors in an interval of 95 %
Answers = list[tuple[Json, dict[str, Spans]]]


def folds(corpus: list[Json]) -> list[tuple[list[Json], list[Json]]]:
    """``(pages to fit on, pages to label)`` of each fold; no site style stands on both sides."""
    splitter = GroupKFold(FOLDS, shuffle=True, random_state=SEED)
    styles = [document["source"]["style"] for document in corpus]
    return [([corpus[at] for at in kept], [corpus[at] for at in held]) for kept, held in splitter.split(corpus, groups=styles)]


def answers(name: str, kept: list[Json], held: list[Json]) -> Answers:
    """``(parameters, {id: body})`` of the pages held out, for every value of AFTER_FIT: the model is fitted once."""
    model = fitted(name, kept)
    return [(parameters, labelled(model.set_params(**parameters), held)) for parameters in ParameterGrid(AFTER_FIT[name])]


def joined(parts: list[Answers]) -> Answers:
    """The answers over the pages of all folds."""
    return [(same[0][0], {name: body for _, bodies in same for name, body in bodies.items()}) for same in zip(*parts, strict=True)]


def judged(found: Answers, corpus: list[Json]) -> Json:
    """The figures of every value, and the first whose boundary F1 is at most one standard error below the best; AFTER_FIT goes from the least on."""
    values: list[Json] = [{"parameters": parameters, **figures(FIGURES, corpus, bodies)} for parameters, bodies in found]
    best = max(range(len(values)), key=lambda at: values[at][JUDGED])
    interval = scores(corpus, found[best][1])[JUDGED]
    error = round((interval["high"] - interval["low"]) / INTERVAL, DIGITS)
    chosen = next(row for row in values if row[JUDGED] >= values[best][JUDGED] - error)
    return {"chosen": chosen["parameters"], "standard_error": error, "values": values}


def build() -> Json:
    """The content of cross_validation.json."""
    corpora = {split: documents.read_split(split) for split in SPLITS}
    corpus = [document for split in SPLITS for document in corpora[split]]
    jobs = [(name, kept, held) for name in AFTER_FIT for kept, held in folds(corpus)]
    parts = each(answers, jobs, "cross-validation")
    systems = {name: judged(joined(parts[at * FOLDS : (at + 1) * FOLDS]), corpus) for at, name in enumerate(AFTER_FIT)}
    digests = {split: data_digest(pages) for split, pages in corpora.items()}
    return {"data_sha256": digests, "documents": len(corpus), "folds": FOLDS, "seed": SEED, "systems": systems}


def main(arguments: list[str] | None = None) -> int:
    argparse.ArgumentParser(prog="python -m baselines.cross_validation", description="Choose what is set on a fitted chain.").parse_args(arguments)
    found = build()
    documents.write(SETTINGS, json.dumps(found, indent=1) + "\n")
    for name, system in found["systems"].items():
        print(f"{name}: {system['chosen']}")
    print(f"written to {SETTINGS.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    commands.run(main, "cross_validation")

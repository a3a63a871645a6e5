"""The columns of the field set: what a baseline does on real pages of sites that it has not seen.

Parameters are those chosen on validation. Nothing here chooses anything, and no page is labelled by a model that saw its site.
"""

from pathlib import Path

from joblib import Parallel, delayed

from baselines import results
from baselines.metrics import METRICS, case
from baselines.models import GRIDS
from baselines.predict import fitted, labelled
from baselines.results import Predictions
from baselines.score import RESAMPLES, SEED, data_digest
from baselines.task import Spans
from scripts import documents
from scripts.documents import DATA, ROOT, DataError, Json

RESULTS = ROOT / "baselines" / "field_results.json"
COLUMNS = ("transfer", "leave_one_site_out")
SITE_METRICS = ("body.f1", "boundary.f1", "documents.exact")


def read_corpus(folder: Path) -> list[Json]:
    """The documents that ``python -m scripts.field fetch`` wrote to the folder.

    Raises DataError where one is missing or has other labels than ``data/field``.
    """
    corpus = documents.read_split("test", folder)
    labels = {page["id"]: page["segments"] for page in map(documents.read_json, documents.field_paths())}
    found = {document["id"]: document["segments"] for document in corpus}
    stale = [name for name in {**labels, **found} if labels.get(name) != found.get(name)]
    if stale:
        raise DataError(f"{folder}: {len(stale)} documents are missing or not those of data/field ({', '.join(stale[:3])}); `make field` writes them")
    return corpus


def by_site(corpus: list[Json]) -> dict[str, list[Json]]:
    """The documents of each site style, in the order of the styles' names."""
    return {style: [d for d in corpus if d["source"]["style"] == style] for style in sorted({d["source"]["style"] for d in corpus})}


def run_all(names: list[str], train: list[Json], corpus: list[Json], parameters: dict[str, Json]) -> Predictions:
    """Each system asked for both columns; its fits are jobs of their own, as many at a time as there are cores."""
    jobs = [(name, style) for name in reversed(names) for style in (None, *by_site(corpus))]
    answers = Parallel(n_jobs=-1)(delayed(answered)(name, train, corpus, style, parameters[name]) for name, style in jobs)
    found: Predictions = {column: {name: {} for name in names} for column in COLUMNS}
    for (name, style), bodies in zip(jobs, answers, strict=True):
        found["transfer" if style is None else "leave_one_site_out"][name] |= bodies
    order = [document["id"] for document in corpus]
    return {column: {name: {i: bodies[i] for i in order} for name, bodies in systems.items()} for column, systems in found.items()}


def answered(name: str, train: list[Json], corpus: list[Json], left_out: str | None, parameters: Json) -> dict[str, Spans]:
    """``{id: body}`` of the pages of one site, by a model fitted on train and the other sites; without a site, of all pages, by one fitted on train.

    A rule is fitted on nothing.
    """
    pages = corpus if left_out is None else by_site(corpus)[left_out]
    others = [] if left_out is None else [document for document in corpus if document["source"]["style"] != left_out]
    return labelled(fitted(name, [*train, *others] if name in GRIDS else [], parameters), pages)


def build(train: list[Json], corpus: list[Json], pinned: Json, predictions: Predictions) -> Json:
    """The content of field_results.json: as results.json, with the figures of each site."""
    columns = {name: results.column(corpus, systems) for name, systems in predictions.items()}
    for name, systems in predictions.items():
        for system, bodies in systems.items():
            columns[name]["systems"][system]["sites"] = site_scores(corpus, bodies)
    digests = {"train": data_digest(train), "field": data_digest(corpus), "field_labels": labels_digest()}
    head = {"data_sha256": digests, "seed": SEED, "resamples": RESAMPLES, "versions": results.versions()}
    return {**head, "recommended": pinned["recommended"], "parameters": pinned["parameters"], "columns": columns}


def site_scores(corpus: list[Json], bodies: dict[str, Spans]) -> dict[str, Json]:
    """``{site style: {"documents": n, metric: value}}``."""
    found: dict[str, Json] = {}
    for style, pages in by_site(corpus).items():
        cases = [case(page, bodies[page["id"]], 2) for page in pages]
        figures = {name: METRICS[name].combine([sum(counts) for counts in zip(*map(METRICS[name].count, cases), strict=True)]) for name in SITE_METRICS}
        found[style] = {"documents": len(pages), **{name: None if value is None else round(value, 4) for name, value in figures.items()}}
    return found


def labels_digest(data: Path = DATA) -> str:
    """Digest over the labels of the field set, which needs no text."""
    return documents.sha256("".join(documents.read_text(path) for path in documents.field_paths(data)))

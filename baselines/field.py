"""The columns of the field set: what a baseline does on real pages of sites that it has not seen.

In transfer nothing is chosen: parameters are those of the authored pages. Where one site is left out, what is set after fitting (``boldness``) is chosen
on the other sites. No page is labelled by a model that saw its site or was chosen on it.
"""

from pathlib import Path

from sklearn.model_selection import ParameterGrid

from baselines import results
from baselines.models import AFTER_FIT, GRIDS
from baselines.parallel import each
from baselines.predict import fitted, labelled, quality
from baselines.results import Predictions
from baselines.score import RESAMPLES, SEED, data_digest, figures
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


def without(corpus: list[Json], left_out: str) -> list[Json]:
    """The documents of the other sites."""
    return [document for document in corpus if document["source"]["style"] != left_out]


def run_all(names: list[str], train: list[Json], corpus: list[Json], parameters: dict[str, Json]) -> tuple[Predictions, dict[str, dict[str, Json]]]:
    """``(predictions, {system: {site left out: parameters}})``: each system asked for both columns.

    Its fits are jobs of their own, as many at a time as there are cores.
    """
    variants = dict(zip(names, each(transferred, [(name, train, corpus, parameters[name]) for name in names], "transfer"), strict=True))
    chosen = {name: {style: chosen_elsewhere(variants[name], corpus, style) for style in by_site(corpus)} for name in names}
    jobs = [(name, style) for name in reversed(names) for style in by_site(corpus)]
    answers = each(answered, [(name, train, corpus, style, chosen[name][style]) for name, style in jobs], "leave one site out")
    left_out: dict[str, dict[str, Spans]] = {name: {} for name in names}
    for (name, _), bodies in zip(jobs, answers, strict=True):
        left_out[name] |= bodies
    order = [document["id"] for document in corpus]
    transfer = {name: variants[name][0][1] for name in names}
    return {COLUMNS[0]: transfer, COLUMNS[1]: {name: {i: bodies[i] for i in order} for name, bodies in left_out.items()}}, chosen


def transferred(name: str, train: list[Json], corpus: list[Json], parameters: Json) -> list[tuple[Json, dict[str, Spans]]]:
    """``(parameters, {id: body})`` by a model fitted on train: with the parameters that were chosen, then with the other values of what is set after fitting.

    A rule is fitted on nothing.
    """
    model = fitted(name, train if name in GRIDS else [], parameters)
    late = ParameterGrid(AFTER_FIT.get(name, {}))
    others = [variant for variant in ({**parameters, **rest} for rest in late) if variant != parameters]
    return [(parameters, labelled(model, corpus)), *((variant, labelled(model.set_params(**variant), corpus)) for variant in others)]


def chosen_elsewhere(variants: list[tuple[Json, dict[str, Spans]]], corpus: list[Json], left_out: str) -> Json:
    """The parameters that answer best on the other sites, by the model that saw no site: nothing is chosen on the site that is left out."""
    return max(variants, key=lambda variant: quality(variant[1], without(corpus, left_out)))[0]


def answered(name: str, train: list[Json], corpus: list[Json], left_out: str, parameters: Json) -> dict[str, Spans]:
    """``{id: body}`` of the pages of one site, by a model fitted on train and the other sites. A rule is fitted on nothing."""
    return labelled(fitted(name, [*train, *without(corpus, left_out)] if name in GRIDS else [], parameters), by_site(corpus)[left_out])


def build(train: list[Json], corpus: list[Json], pinned: Json, predictions: Predictions, chosen: dict[str, dict[str, Json]]) -> Json:
    """The content of field_results.json: as results.json, with the figures of each site."""
    columns = {name: results.column(corpus, systems) for name, systems in predictions.items()}
    for name, systems in predictions.items():
        for system, bodies in systems.items():
            columns[name]["systems"][system]["sites"] = site_scores(corpus, bodies)
    told = {name: by_style for name, by_style in chosen.items() if name in AFTER_FIT}
    digests = {"train": data_digest(train), "field": data_digest(corpus), "field_labels": labels_digest()}
    head = {"data_sha256": digests, "seed": SEED, "resamples": RESAMPLES, "versions": results.versions()}
    return {**head, "recommended": pinned["recommended"], "parameters": pinned["parameters"], "left_out_parameters": told, "columns": columns}


def site_scores(corpus: list[Json], bodies: dict[str, Spans]) -> dict[str, Json]:
    """``{site style: {"documents": n, metric: value}}``."""
    return {style: {"documents": len(pages), **figures(SITE_METRICS, pages, bodies)} for style, pages in by_site(corpus).items()}


def labels_digest(data: Path = DATA) -> str:
    """Digest over the labels of the field set, which needs no text."""
    return documents.sha256("".join(documents.read_text(path) for path in documents.field_paths(data)))

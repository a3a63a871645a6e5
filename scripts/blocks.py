"""The generated blocks of the card and the README, each a function that gives Markdown. A new one is one line in BLOCKS."""

from collections import Counter
from collections.abc import Callable

from scripts import agreement, composition, documents, goals, sources, tables, views
from scripts.documents import ROOT, Json

RESULTS = ROOT / "baselines" / "results.json"
FIELD_RESULTS = ROOT / "baselines" / "field_results.json"
PEERS, BEST, BENCH, STUDIES, CHOSEN = (ROOT / "baselines" / f"{name}.json" for name in ("peers", "best_peer", "bench", "studies", "cross_validation"))


def counts() -> str:
    """What each split holds."""
    rows = [(name, *(f"{measure(corpus):,}" for corpus in _corpora().values())) for name, measure in COUNTS.items()]
    return tables.markdown(["", *documents.splits()], rows)


def made_of() -> str:
    """The composition of the splits beside the floors of the authored ones."""
    return composition.table(_corpora())


def kinds() -> str:
    """Segments and characters of each kind, by split."""
    found: dict[str, Counter[str]] = {split: Counter() for split in documents.splits()}
    size: dict[str, Counter[str]] = {split: Counter() for split in documents.splits()}
    for split, corpus in _corpora().items():
        for segment in (segment for document in corpus for segment in document["segments"]):
            found[split][segment["kind"]] += 1
            size[split][segment["kind"]] += segment["end"] - segment["start"]
    rows = [
        (f"{kind} ({label})", *(f"{found[split][kind]:,}" for split in found), *(f"{size[split][kind]:,}" for split in found))
        for kind, label in documents.label_of_kind().items()
    ]
    return tables.markdown(["kind", *(f"{split}: segments" for split in found), *(f"{split}: characters" for split in found)], rows)


def types() -> str:
    """Mentions of each entity type and quotes of each type, by split."""
    corpora = _corpora()
    rows = []
    for layer, kind in [*(("entities", t) for t in documents.enum("entity_type")), *(("quotes", t) for t in documents.enum("quote_type"))]:
        found = [sum(span["type"] == kind for document in corpus for span in document[layer]) for corpus in corpora.values()]
        rows.append((f"{'mentions' if layer == 'entities' else 'quotes'}: {kind}", *(f"{number:,}" for number in found)))
    return tables.markdown(["", *corpora], rows)


def agreements() -> str:
    """Agreement before adjudication, from data/agreement.json."""
    return tables.agreement(documents.read_json(agreement.PATH))


def styles() -> str:
    """A line on each site style, from data/styles.json."""
    found = documents.read_json(documents.DATA / "styles.json")
    rows = [f"| `{name}` | {style['name']} | {style['country']} | {style['split']} | {style['notes']} |\n" for name, style in found.items()]
    return "| style | site | imagined in | split | habits |\n| --- | --- | --- | --- | --- |\n" + "".join(rows)


def field_sites() -> str:
    """What the field set holds of each site, from its labels."""
    rows: dict[str, list[int]] = {}
    for page in map(documents.read_json, documents.field_paths()):
        found = len(agreement.boundaries(page))
        for site in (page["site"], "all"):
            counts = rows.setdefault(site, [0] * 5)
            rows[site] = [a + b for a, b in zip(counts, (1, page["chars"], len(page["segments"]), found, not found), strict=True)]
    rows["all"] = rows.pop("all")
    head = ["site", "pages", "characters", "segments", "boundaries", "pages without boilerplate"]
    return tables.markdown(head, ((site, *(f"{count:,}" for count in counts)) for site, counts in rows.items()))


def field_agreement() -> str:
    """Agreement before adjudication on the field set, by site."""
    return tables.sites_agreement(documents.read_json(agreement.PATH))


def field_sources() -> str:
    """The public files that hold the texts of the field set, and what is known of their licences."""
    found = sources.read().values()
    rows = (f"| `{s['repo']}` | `{s['path']}` at `{s['commit'][:12]}` | {s['contents']} | {s['license'] or 'none stated'} |\n" for s in found)
    return "| repository | file | contents | licence |\n| --- | --- | --- | --- |\n" + "".join(rows)


def field_results() -> str:
    """The pinned results on the field set: a table for each column, and boundary F1 by site."""
    found = documents.read_json(FIELD_RESULTS)
    parts = [f"{_column(found, column)}\n{tables.sites(found, column)}" for column in found["columns"]]
    return "\n".join(parts)


def peers() -> str:
    """Other people's tools on the same documents."""
    return tables.peers(documents.read_json(PEERS))


def best_peer() -> str:
    """The recommended baseline against the best of them."""
    return tables.best_peer(documents.read_json(BEST))


def bench() -> str:
    """Speed and memory."""
    return tables.bench(documents.read_json(BENCH))


def studies() -> str:
    """The ablation, and the learning curve."""
    return tables.studies(documents.read_json(STUDIES))


def cross_validation() -> str:
    """What is set on the fitted chains, and what was chosen."""
    return tables.cross_validation(documents.read_json(CHOSEN))


def results_summary() -> str:
    """The pinned results, five columns of three figures: those of the shipped pages, and those of the field set."""
    found = _results()
    return tables.summary({**found, "columns": {**found["columns"], **documents.read_json(FIELD_RESULTS)["columns"]}})


def results() -> str:
    """The pinned results, a table for each column."""
    found = _results()
    return "\n".join(_column(found, column) for column in found["columns"])


def results_note() -> str:
    """What the results belong to."""
    found = _results()
    libraries = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    digests = ", ".join(f"{split} `{digest[:12]}`" for split, digest in found["data_sha256"].items())
    return (
        f"Data digests: {digests}; {found['resamples']} bootstrap resamples over documents, seed {found['seed']}; {libraries}. ★ is the best on validation.\n"
    )


def kept() -> str:
    """What is kept of each kind of boilerplate, on validation."""
    return tables.kept(tables.scores_of(_results(), "validation"))


COUNTS: dict[str, Callable[[list[Json]], int]] = {
    "documents": len,
    "characters": lambda corpus: sum(len(document["text"]) for document in corpus),
    "lines that are not blank": lambda corpus: sum(1 for document in corpus for _ in views.lines(document, {})),
    "segments": lambda corpus: sum(len(document["segments"]) for document in corpus),
    "boundaries": lambda corpus: sum(composition.boundary_types(document).total() for document in corpus),
    "glued boundaries": lambda corpus: sum(composition.boundary_types(document)["glued"] for document in corpus),
    "inline boundaries": lambda corpus: sum(composition.boundary_types(document)["inline"] for document in corpus),
    "quotes": lambda corpus: sum(len(document["quotes"]) for document in corpus),
    "entity mentions": lambda corpus: sum(len(document["entities"]) for document in corpus),
}

BLOCKS: dict[str, Callable[[], str]] = {
    "counts": counts,
    "made_of": made_of,
    "kinds": kinds,
    "types": types,
    "agreements": agreements,
    "styles": styles,
    "results_summary": results_summary,
    "results": results,
    "results_note": results_note,
    "kept": kept,
    "field_sites": field_sites,
    "field_agreement": field_agreement,
    "field_sources": field_sources,
    "field_results": field_results,
    "peers": peers,
    "best_peer": best_peer,
    "bench": bench,
    "studies": studies,
    "cross_validation": cross_validation,
    "goals": goals.table,
}


def _corpora() -> dict[str, list[Json]]:
    return {split: documents.read_split(split) for split in documents.splits()}


def _column(found: Json, column: str) -> str:
    content = found["columns"][column]
    return f"**{column.replace('_', ' ')}**, {content['documents']} documents, k = {content['window']}\n\n{tables.results(tables.scores_of(found, column))}"


def _results() -> Json:
    return dict(documents.read_json(RESULTS))

"""The pages of the site: what each template is given."""

import functools
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from baselines.site import outcomes, palette, text
from baselines.site.entries import Entry, is_foreign
from baselines.site.outcomes import Answer, Outcome
from scripts import documents, runs, shape
from scripts.documents import DataError, Json
from scripts.runs import Mark

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent


class Page(NamedTuple):
    """A file of the site: its path from the root, its template, and what the template is given."""

    path: str
    template: str
    content: Json


def document_pages(entry: Entry, before: Entry | None, after: Entry | None, recommended: str | None) -> tuple[list[Page], Json]:
    """The pages of one document, and its row in the list."""
    found = [(answer, outcomes.outcome(entry.document, answer.body)) for answer in entry.answers]
    own = Counter(mark.layer + " " + mark.name for mark in runs.marks_of(entry.document))
    shared = {"entry": entry, "foreign": is_foreign(entry), "title": headline(entry.document), "before": before, "after": after}
    shared |= {"table": systems(found), "recommended": recommended}
    pages = [Page(f"documents/{entry.id}.html", "document.html", {**shared, **labels_view(entry, own)})]
    pages += [Page(answer_path(entry.id, a), "errors.html", {**shared, **errors_view(entry, a, o)}) for a, o in found]
    if entry.passes:
        pages.append(Page(f"passes/{entry.id}.html", "passes.html", {**shared, **passes_view(entry)}))
    best = next((o for a, o in found if a.name == recommended), None)
    return pages, {**row(entry, own), "title": shared["title"], "errors": len(best.rows) if best else None}


def answer_path(identifier: str, answer: Answer) -> str:
    """Where the error view of an answer lies, from the root of the site."""
    return f"predictions/{identifier}/{answer.column}.{answer.name}.html"


def labels_view(entry: Entry, own: Counter[str]) -> Json:
    """The gold labels of a document."""
    document = entry.document
    marks = runs.marks_of(document)
    panel = text.panel(document["text"], marks, [text.kinds_margin()], label)
    return {"panel": panel, "long": text.is_long(document["text"]), "legend": legend(own), "island": island(marks, entry)}


def errors_view(entry: Entry, answer: Answer, found: Outcome) -> Json:
    """What a system did with a document."""
    panel = text.panel(entry.document["text"], found.marks, [text.kinds_margin(), outcomes.margin], outcomes.label)
    stops = [mark for mark in found.marks if mark.layer != "agreed"]
    return {"panel": panel, "long": text.is_long(entry.document["text"]), "answer": answer, "found": found, "island": island(stops, entry)}


def passes_view(entry: Entry) -> Json:
    """The passes over a document side by side, and where they were not of one mind."""
    disputes = [Mark(d["start"], d["end"], "dispute", d["layer"], f"x{number}") for number, d in enumerate(entry.decisions, 1)]
    panels, marks = [], []
    for layers in entry.passes:
        prefix = f"{layers['pass']}-"
        mine = [*runs.marks_of(layers), *disputes]
        panels.append((layers, text.panel(entry.document["text"], mine, [text.kinds_margin(prefix)], label, prefix)))
        marks += [mark._replace(ref=prefix + mark.ref) for mark in mine]
    return {"panels": panels, "long": text.is_long(entry.document["text"]), "island": island(marks, entry)}


def label(mark: Mark) -> str:
    """What is written above the start of a mark: q1, cue 1, by 1, PERSON, ≠1; the kind of a segment inside a line."""
    number = mark.ref.removeprefix("q").partition("-")[0]
    written = {"quote": mark.ref, "cue": f"cue {number}", "speaker": f"by {number}", "entity": mark.name.partition("_")[0]}
    return {**written, "dispute": f"≠{mark.ref[1:]}", "segment": mark.name}[mark.layer]


def headline(document: Json) -> str:
    """The words by which a person knows the page: its headline, else its first words."""
    spans = [(s["start"], s["end"]) for s in document["segments"] if s["kind"] == "headline"]
    start, end = spans[0] if spans else (0, len(document["text"]))
    return shape.shortened(" ".join(document["text"][start : min(end, start + 400)].split()), 90)


def systems(found: list[tuple[Answer, Outcome]]) -> dict[str, list[tuple[Answer, Outcome]]]:
    """Answers by column."""
    columns = dict.fromkeys(answer.column for answer, _ in found)
    return {column: [(a, o) for a, o in found if a.column == column] for column in columns}


def legend(own: Counter[str]) -> Json:
    """``{layer: [(name, family, how many)]}`` of what the document has, in the order of the schema."""
    names = {"segment": documents.enum("kind"), "quote": documents.enum("quote_type"), "entity": documents.enum("entity_type")}
    family = {**palette.KINDS, **palette.TYPES}
    return {layer: [(n, family.get(n, n), own[f"{layer} {n}"]) for n in every if own[f"{layer} {n}"]] for layer, every in names.items()}


def island(marks: list[Mark], entry: Entry) -> str:
    """What the script says of a mark, as JSON: ``{"marks": {ref: [layer, name, start, end, id]}, "names": {id: [Arabic, English]}}``."""
    ids = {f"e{n}": e["id"] for n, e in enumerate(entry.document["entities"], 1)} | {q["id"]: q["speaker_id"] for q in entry.document["quotes"]}
    known = {m.ref: [m.layer, m.name, m.start, m.end, ids.get(m.ref)] for m in marks}
    used = {i: [entry.names[i]["name"], entry.names[i]["name_en"]] for i in ids.values() if i in entry.names}
    # In a script element nothing but </script and <!-- ends or changes the text.
    return json.dumps({"marks": known, "names": used}, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def row(entry: Entry, own: Counter[str]) -> Json:
    """What the list says of a document, and what it is filtered by."""
    document = entry.document
    size = {label: sum(s["end"] - s["start"] for s in document["segments"] if s["label"] == label) for label in documents.enum("label")}
    layers = {layer: sum(n for name, n in own.items() if name.startswith(f"{layer} ")) for layer in ("segment", "quote", "entity")}
    found = {layer: [name.partition(" ")[2] for name in own if name.startswith(f"{layer} ")] for layer in layers}
    changes = sum(a["label"] != b["label"] for a, b in zip(document["segments"], document["segments"][1:], strict=False))
    share = round(100 * size["body"] / sum(size.values()))
    counts = {"boundaries": changes, "body": share, "characters": len(document["text"]), "disagreements": len(entry.decisions) if entry.passes else None}
    return {"id": entry.id, "split": entry.split, "style": document["source"]["style"], "counts": {**layers, **counts}, "names": found}


def index(rows: list[Json], recommended: str | None, foreign: bool) -> Page:
    """The list of all documents."""
    filters = {"split": list(dict.fromkeys(row["split"] for row in rows))}
    named = {"segment": "kind", "quote": "quote_type", "entity": "entity_type"}
    filters |= {layer: [n for n in documents.enum(enum) if any(n in row["names"][layer] for row in rows)] for layer, enum in named.items()}
    return Page("index.html", "index.html", {"rows": rows, "filters": filters, "recommended": recommended, "foreign": foreign})


def assets() -> Iterator[tuple[str, str]]:
    """``(path, content)`` of the style sheet and the script."""
    content = {"palettes": palette.PALETTES, "families": palette.families(), "quotes": documents.enum("quote_type"), "types": palette.TYPES}
    yield "assets/site.css", _environment().get_template("site.css").render(content)
    yield "assets/site.js", documents.read_text(FOLDER / "assets" / "site.js")


def render(page: Page) -> str:
    """The page's HTML."""
    root = "../" * page.path.count("/")
    return _environment().get_template(page.template).render(page.content, root=root, here=page.path, answer_path=answer_path)


@functools.cache
def _environment() -> "Environment":
    try:
        import jinja2
    except ImportError as error:
        raise DataError("the site is written with Jinja2, which is not installed: `pip install -e .[site]`, or `make site`") from error
    loader = jinja2.FileSystemLoader([FOLDER / "templates", FOLDER / "assets"])
    options: dict[str, Any] = {"autoescape": jinja2.select_autoescape(["html"]), "trim_blocks": True, "lstrip_blocks": True}
    return jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined, keep_trailing_newline=True, **options)

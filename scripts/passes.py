"""The passes before adjudication, ``data/annotations/<pass>/<id>.json``: read, list and write."""

from collections import Counter
from pathlib import Path

from scripts import documents
from scripts.documents import DATA, DataError, Json

FOLDER = "annotations"
# The pass of who read a new page and answers for its labels.
CONFIRMED = "confirmed"


def names(identifier: str, data: Path = DATA) -> list[str]:
    """The passes that labelled this document, in the order of their names."""
    return sorted(path.parent.name for path in (data / FOLDER).glob(f"*/{identifier}.json"))


def read(name: str, identifier: str, data: Path = DATA) -> Json:
    """One pass over one document. Raises DataError where there is none."""
    path = data / FOLDER / name / f"{identifier}.json"
    if not path.exists():
        raise DataError(f"{path}: there is no pass {name} over {identifier}; it has {', '.join(names(identifier, data)) or 'none'}")
    return dict(documents.read_json(path))


def suggested(name: str, data: Path = DATA) -> Counter[str]:
    """How many labels of a pass began as a suggestion, by what suggested them."""
    found = (documents.read_json(path).get("suggested_by") for path in sorted((data / FOLDER / name).glob("*.json")))
    return Counter(filter(None, found))


def write(name: str, document: Json, annotator: str, data: Path = DATA) -> None:
    """Keep the layers of ``document`` as the pass of that name; of a page of the field set, its segments. Also says what suggested them."""
    suggested = {key: value for key, value in document["annotation"].items() if key == "suggested_by"}
    kept = {
        "id": document["id"],
        "pass": name,
        "annotator": annotator,
        "guidelines": document["annotation"]["guidelines"],
        "sha256": document["sha256"] if "pointer" in document else document["source"]["sha256"],
        **suggested,
        **{layer: document.get(layer, []) for layer in ("segments", "quotes", "entities")},
    }
    documents.write(data / FOLDER / name / f"{document['id']}.json", documents.render(documents.ordered(kept, "annotation_pass")))

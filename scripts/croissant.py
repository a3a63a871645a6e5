"""``croissant.json`` of the Hub folder: what the set is, how it was made, what each column means; Croissant 1.1, written as JSON.

The RAI vocabulary repeats sections of the card, so that nothing is said here that the card does not say. A record set stands for
one Parquet file, whose digest is checked on reading; class numbers refer to enumerations, which are record sets of their own.
Source: the Croissant specification 1.1 and its RAI vocabulary 1.0, https://docs.mlcommons.org/croissant/.
"""

from pathlib import PurePosixPath
from typing import Any, NamedTuple

from scripts import card, documents, prose
from scripts.documents import DataError, Json

NAME = "croissant.json"
CONFORMS_TO = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
LICENSES = {"cc-by-4.0": "https://creativecommons.org/licenses/by/4.0/"}
FORMATS = {".parquet": "application/x-parquet", ".json": "application/json", ".md": "text/markdown", ".cff": "application/yaml"}
TYPES = {"string": "sc:Text", "integer": "sc:Integer", "boolean": "sc:Boolean"}
SPLIT_TERMS = {"train": "cr:TrainingSplit", "validation": "cr:ValidationSplit", "test": "cr:TestSplit"}

# RAI property → sections of the card: as one text, or as several where both the vocabulary and mlcroissant allow that.
ONE_TEXT = {
    "dataCollection": ["Curation Rationale", "Data Collection and Processing"],
    "dataCollectionRawData": ["Who are the source data producers?"],
    "dataCollectionMissingData": ["The field set"],
    "dataAnnotationProtocol": ["Annotation process"],
    "dataSocialImpact": ["Social Impact"],
    "dataReleaseMaintenancePlan": ["Rights", "More Information", "Dataset Card Contact"],
}
MANY_TEXTS = {
    "dataAnnotationAnalysis": ["Who are the annotators?"],
    "annotatorDemographics": ["Who are the annotators?"],
    "dataBiases": ["Bias, Risks, and Limitations"],
    "dataLimitations": ["Bias, Risks, and Limitations", "Out-of-Scope Use", "Recommendations"],
    "dataUseCases": ["Direct Use"],
    "personalSensitiveInformation": ["Personal and Sensitive Information"],
}
# What was done → the section that tells it, and what Wikidata calls it.
ACTIVITIES = {
    "Data collection": ("Data Collection and Processing", "https://www.wikidata.org/wiki/Q4929239"),
    "Data annotation": ("Annotation process", "https://www.wikidata.org/wiki/Q109719325"),
}
# The vocabulary's own words; there is none for authorship by a model.
COLLECTION_TYPES = ["Secondary Data Analysis", "Others: written for the set by language models"]

# What the official context of 1.1 shortens.
_TERMS = """arrayShape citeAs column containedIn equivalentProperty extract field fileProperty fileObject fileSet format includes isArray
    isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator source subField transform"""


class File(NamedTuple):
    """A file of the folder: its path in it, its size in bytes, its digest, and for a Parquet file its config and split."""

    path: str
    size: int
    sha256: str
    config: str | None = None
    split: str | None = None


def describe(front: Json, citation: Json, body: str, files: list[File], corpus: list[Json], sources: list[Json]) -> Json:
    """The JSON-LD of the folder.

    ``front`` and ``body`` are the card's, ``citation`` is CITATION.cff, ``corpus`` all documents, ``sources`` data/sources.json.
    Raises DataError where the card lacks a section.
    """
    sections = prose.sections(body)
    return {
        "@context": context(),
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": front["pretty_name"],
        "description": " ".join(_said(sections, [heading])[0] for heading in (f"Dataset Card for {front['pretty_name']}", "Dataset Description")),
        "license": [LICENSES[front["license"]], _terms_of_texts(sections)],
        "citeAs": prose.code(body, "bibtex").strip(),
        "version": citation["version"],
        "datePublished": str(citation["date-released"]),
        "creator": [{"@type": "sc:Organization", "name": author["name"]} for author in citation["authors"]],
        "keywords": citation["keywords"],
        "inLanguage": front["language"],
        "isLiveDataset": False,
        **rai(sections, corpus),
        **provenance(sections, corpus, sources),
        "distribution": [file_object(file) for file in files],
        "recordSet": [splits(), *enumerations(), *(record_set(file) for file in files if file.config)],
    }


def context() -> Json:
    """The official ``@context`` of 1.1, and the name space of PROV."""
    return {
        "@language": "en",
        "@vocab": "https://schema.org/",
        **{term: f"cr:{term}" for term in _TERMS.split()},
        "conformsTo": "dct:conformsTo",
        "cr": "http://mlcommons.org/croissant/",
        "data": {"@id": "cr:data", "@type": "@json"},
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "dct": "http://purl.org/dc/terms/",
        "description": {"@container": "@language"},
        "examples": {"@id": "cr:examples", "@type": "@json"},
        "name": {"@container": "@language"},
        "prov": "http://www.w3.org/ns/prov#",
        "rai": "http://mlcommons.org/croissant/RAI/",
        "sc": "https://schema.org/",
    }


def rai(sections: dict[str, list[str]], corpus: list[Json]) -> Json:
    """The RAI properties, from the card, and what the documents themselves say of passes and origin."""
    passes = sorted({len(document["annotation"]["passes"]) for document in corpus})
    return {
        "rai:dataCollectionType": COLLECTION_TYPES,
        **{f"rai:{name}": "\n\n".join(_said(sections, headings)) for name, headings in ONE_TEXT.items()},
        **{f"rai:{name}": _said(sections, headings) for name, headings in MANY_TEXTS.items()},
        "rai:annotationsPerItem": f"{' or '.join(map(str, passes))} passes by language models, then a reading that decides; no human labels",
        "rai:hasSyntheticData": any(document["origin"] == "authored" for document in corpus),
    }


def provenance(sections: dict[str, list[str]], corpus: list[Json], sources: list[Json]) -> Json:
    """What the set was made from, the pages' outlets and the repositories that the field labels point into, and by what activities."""
    outlets = sorted({document["source"]["outlet"] for document in corpus if document["origin"] == "web"})
    repositories = sorted({f"https://github.com/{source['repo']}/tree/{source['commit']}" for source in sources})
    entities = [{"prov:label": f"A page of {outlet}"} for outlet in outlets] + [{"@id": url, "prov:label": url} for url in repositories]
    activities = {
        label: {"prov:type": {"@id": kind}, "prov:label": label, "sc:description": "\n\n".join(_said(sections, [heading]))}
        for label, (heading, kind) in ACTIVITIES.items()
    }
    return {
        "prov:wasDerivedFrom": [{"@type": "prov:Entity", **entity} for entity in entities],
        "prov:wasGeneratedBy": [{"@type": "prov:Activity", **activity} for activity in activities.values()],
    }


def file_object(file: File) -> Json:
    """One file of the folder, its place relative to ``croissant.json``."""
    kind = FORMATS.get(PurePosixPath(file.path).suffix, "text/plain")
    place = {"contentUrl": file.path, "contentSize": f"{file.size} B", "encodingFormat": kind, "sha256": file.sha256}
    return {"@type": "cr:FileObject", "@id": file.path, "name": PurePosixPath(file.path).name, **place}


def splits() -> Json:
    """The splits and what Croissant calls them."""
    rows = [{"splits/name": name, "splits/url": SPLIT_TERMS[name]} for name in documents.SPLITS]
    kinds = {"splits/name": "sc:Text", "splits/url": "sc:URL"}
    return _listed("splits", "cr:Split", documents.schema()["$defs"]["split"]["description"], kinds, rows)


def enumerations() -> list[Json]:
    """What the class numbers of the Parquet files stand for: a record set for each enumeration that a column uses."""
    names = {name for row in card.CONFIGS.values() for name in _enumerations(documents.schema()["$defs"][row])}
    kinds = {"{}/number": "sc:Integer", "{}/name": "sc:Text"}
    return [
        _listed(
            name,
            "sc:Enumeration",
            documents.schema()["$defs"][name]["description"],
            {key.format(name): kind for key, kind in kinds.items()},
            [{f"{name}/number": number, f"{name}/name": value} for number, value in enumerate(documents.enum(name))],
        )
        for name in sorted(names)
    ]


def record_set(file: File) -> Json:
    """The rows of a Parquet file."""
    identifier, definition = f"{file.config}/{file.split}", documents.schema()["$defs"][card.CONFIGS[str(file.config)]]
    split = {"@type": "cr:Field", "@id": f"{identifier}/split", "name": "split", "dataType": "sc:Text", "value": file.split, **_refers("splits/name")}
    columns = [_field(identifier, name, node, file.path, [name]) for name, node in card.published(definition).items()]
    return {"@type": "cr:RecordSet", "@id": identifier, "name": identifier, "description": definition["description"], "field": [split, *columns]}


def _field(parent: str, name: str, node: Json, file: str, path: list[str]) -> Json:
    """A column, or a part of one: ``path`` leads to it from the column's name. Null is always allowed."""
    target = card.target(node)
    description = node.get("description") or target.get("description")
    field: Json = {"@type": "cr:Field", "@id": f"{parent}/{name}", "name": name, **({"description": description} if description else {})}
    if "items" in target:
        field |= {"isArray": True, "arrayShape": "-1"}
        node, target = target["items"], card.target(target["items"])
    if "properties" in target:
        parts = card.published(target).items()
        return field | {"subField": [_field(field["@id"], key, part, file, [*path, key]) for key, part in parts]}
    extract = {"fileObject": {"@id": file}, "extract": {"column": path[0]}}
    within = {"transform": {"jsonPath": ".".join(path[1:])}} if path[1:] else {}
    return field | _type(node, target) | {"source": {**extract, **within}}


def _type(node: Json, target: Json) -> Json:
    if "enum" in target:
        return {"dataType": ["sc:Integer", "cr:Label"], **_refers(f"{_reference(node)}/number")}
    kinds = target["type"] if isinstance(target["type"], list) else [target["type"]]
    return {"dataType": TYPES[kinds[0]]}


def _refers(field: str) -> Json:
    return {"references": {"field": {"@id": field}}}


def _reference(node: Json) -> str:
    """The name of the enumeration that a node refers to, maybe as one alternative."""
    found = [option["$ref"].rsplit("/", 1)[1] for option in [node, *node.get("anyOf", [])] if "$ref" in option]
    return str(found[0])


def _enumerations(node: Json) -> set[str]:
    target = card.target(node)
    if "enum" in target:
        return {_reference(node)}
    parts = [*(card.published(target).values() if "properties" in target else []), *([target["items"]] if "items" in target else [])]
    return {name for part in parts for name in _enumerations(part)}


def _listed(name: str, kind: str, description: str, kinds: dict[str, str], rows: list[Json]) -> Json:
    """A record set whose records stand in the file itself; its first field is the key."""
    fields = [{"@type": "cr:Field", "@id": key, "name": key.rsplit("/", 1)[1], "dataType": value} for key, value in kinds.items()]
    head = {"@type": "cr:RecordSet", "@id": name, "name": name, "description": description, "dataType": kind, "key": {"@id": next(iter(kinds))}}
    return {**head, "field": fields, "data": rows}


def _terms_of_texts(sections: dict[str, list[str]]) -> Json:
    return {"@type": "sc:CreativeWork", "name": "Rights in the texts", "description": "\n\n".join(_said(sections, ["Rights"])), "url": "data/LICENSE"}


def _said(sections: dict[str, list[str]], headings: list[str]) -> list[Any]:
    for heading in headings:
        if not sections.get(heading):
            raise DataError(f"dataset_card.md: has no text under a heading {heading}, which {NAME} repeats; write it, or change scripts/croissant.py")
    return [text for heading in headings for text in sections[heading]]

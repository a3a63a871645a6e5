"""The shape of things: a value against ``schema.json``, the spans of a document, and how a message quotes a text."""

import functools
from collections.abc import Iterator
from typing import Any

import jsonschema

from scripts import documents
from scripts.documents import Json

Found = Iterator[tuple[str, str]]


def schema_faults(value: Any, definition: str) -> Found:
    """Where ``value`` breaks the definition of that name under ``$defs``."""
    for error in sorted(_validator(definition).iter_errors(value), key=lambda error: error.json_path):
        leaf = jsonschema.exceptions.best_match([error])
        yield leaf.json_path.removeprefix("$").removeprefix(".") or definition, shortened(leaf.message, 300)


@functools.cache
def _validator(definition: str) -> jsonschema.Draft202012Validator:
    """Made once, and with every reference resolved: looking one up for each number of a long list takes most of the time."""
    schema = documents.schema()
    return jsonschema.Draft202012Validator(_resolved(schema["$defs"][definition], schema["$defs"]))


def _resolved(node: Any, definitions: Json) -> Any:
    """The node with the definitions that it refers to in their places. No definition refers to itself."""
    if isinstance(node, dict):
        here = {key: _resolved(value, definitions) for key, value in node.items() if key != "$ref"}
        return {**_resolved(definitions[node["$ref"].removeprefix("#/$defs/")], definitions), **here} if "$ref" in node else here
    return [_resolved(item, definitions) for item in node] if isinstance(node, list) else node


def spans(document: Json) -> Iterator[tuple[str, Json]]:
    """``(place, span)`` of everything that has a start and an end."""
    for number, segment in enumerate(document["segments"]):
        yield f"segments[{number}]", segment
    yield from marked_spans(document)


def marked_spans(document: Json) -> Iterator[tuple[str, Json]]:
    """As :func:`spans`, segments left out."""
    for number, quote in enumerate(document["quotes"]):
        yield f"quotes[{number}]", quote
        yield from ((f"quotes[{number}].{part}", quote[part]) for part in ("cue", "speaker") if quote[part])
    for number, entity in enumerate(document["entities"]):
        yield f"entities[{number}]", entity


def cut(text: str, size: int = 60) -> str:
    """The text in quotation marks, its middle left out where it is long."""
    return repr(shortened(text, size))


def shortened(text: str, size: int) -> str:
    """The text, its middle left out where it is long."""
    return text if len(text) <= size else f"{text[: size // 2]} … {text[-size // 2 :]}"

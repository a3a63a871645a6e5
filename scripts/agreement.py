"""Agreement between two passes, before adjudication: ``python -m scripts.agreement [ID …]``.

Prints a column for each split and for the field set, and writes ``data/agreement.json`` where no ids are named. Characters are
the code points that are not whitespace; in the field set, whose texts are not here, those that lie in a segment of both passes.
The passes stand in no order of truth, so F1 is the same whichever is taken for gold.
"""

import argparse
import itertools
import json
from collections.abc import Callable
from typing import Any

import krippendorff
import numpy as np
from sklearn.metrics import cohen_kappa_score

from scripts import commands, documents, passes, tables
from scripts.alignment import correspondence, renamed
from scripts.documents import DATA, DataError, Json

Pair = tuple[Json, Json]
PATH = DATA / "agreement.json"


def character_values(layers: Json, text: str, field: str) -> list[str]:
    """For each character that is not whitespace, the ``field`` of its segment."""
    return [value for value, char in zip(_spread(layers, field, len(text)), text, strict=True) if not char.isspace()]


def paired_values(pair: Pair, text: str | None, field: str) -> tuple[list[str], list[str]]:
    """The ``field`` of each character, by each pass; without a text, of the characters that both passes put in a segment."""
    if text is not None:
        return character_values(pair[0], text, field), character_values(pair[1], text, field)
    size = max(segment["end"] for layers in pair for segment in layers["segments"])
    both = [values for values in zip(*(_spread(layers, field, size) for layers in pair), strict=True) if all(values)]
    return [a for a, _ in both], [b for _, b in both]


def kappa(first: list[str], second: list[str]) -> float | None:
    """Cohen's kappa; null where both passes give everything one value, since chance alone then explains all."""
    values, codes = np.unique([first, second], return_inverse=True)
    return None if len(values) < 2 else float(cohen_kappa_score(*codes))


def alpha(first: list[str], second: list[str]) -> float | None:
    """Krippendorff's alpha, nominal; null where there is one value."""
    values, codes = np.unique([first, second], return_inverse=True)
    return None if len(values) < 2 else float(krippendorff.alpha(reliability_data=codes, level_of_measurement="nominal"))


def boundaries(layers: Json) -> set[tuple[int, str]]:
    """``(start, label)`` of each segment whose label differs from the one before."""
    segments = layers["segments"]
    return {(b["start"], b["label"]) for a, b in itertools.pairwise(segments) if a["label"] != b["label"]}


def block_boundaries(layers: Json) -> set[int]:
    """``start`` of each segment but the first."""
    return {segment["start"] for segment in layers["segments"][1:]}


def f1(shared: int, first: int, second: int) -> float | None:
    """Twice what is shared over what there is; null where there is nothing."""
    return 2 * shared / (first + second) if first + second else None


def set_f1(pairs: list[Pair], items: Callable[[Json], set[Any]]) -> float | None:
    """Exact F1 of what ``items`` finds in each pass."""
    sets = [(items(a), items(b)) for a, b in pairs]
    return f1(sum(len(a & b) for a, b in sets), sum(len(a) for a, _ in sets), sum(len(b) for _, b in sets))


def overlap_f1(pairs: list[Pair], layer: str) -> float | None:
    """F1 of spans that share at least one character with a span of the other pass."""
    hits = [(_touched(a[layer], b[layer]), _touched(b[layer], a[layer])) for a, b in pairs]
    total = sum(len(a[layer]) + len(b[layer]) for a, b in pairs)
    return sum(a + b for a, b in hits) / total if total else None


def shared_spans(pairs: list[Pair], layer: str) -> list[Pair]:
    """The spans of a layer that both passes have, with the same edges."""
    found = []
    for a, b in pairs:
        others = {(span["start"], span["end"]): span for span in b[layer]}
        found += [(span, others[key]) for span in a[layer] if (key := (span["start"], span["end"])) in others]
    return found


def share_equal(spans: list[Pair], value: Callable[[Json], Any]) -> float | None:
    """Among shared spans, the share on which both passes give one value."""
    return sum(value(a) == value(b) for a, b in spans) / len(spans) if spans else None


def measure(pairs: list[Pair], texts: list[str | None]) -> dict[str, float | None]:
    """Every figure over all pairs of passes: name → value, null where it is not defined."""
    figures: dict[str, float | None] = {}
    for field in ("label", "kind"):
        values = [paired_values(pair, text, field) for pair, text in zip(pairs, texts, strict=True)]
        first, second = ([value for both in values for value in both[n]] for n in (0, 1))
        figures[f"characters.{field}.kappa"] = kappa(first, second)
        figures[f"characters.{field}.alpha"] = alpha(first, second)
    figures["boundary.f1"] = set_f1(pairs, boundaries)
    figures["block_boundary.f1"] = set_f1(pairs, block_boundaries)
    quotes, entities = shared_spans(pairs, "quotes"), shared_spans(pairs, "entities")
    for layer in ("quotes", "entities"):
        figures[f"{layer}.exact.f1"] = set_f1(pairs, lambda layers, layer=layer: {(s["start"], s["end"]) for s in layers[layer]})  # type: ignore[misc]
        figures[f"{layer}.overlap.f1"] = overlap_f1(pairs, layer)
    for name, part in (("type", _get("type")), ("cue", _edges("cue")), ("speaker", _edges("speaker")), ("speaker_id", _get("speaker_id"))):
        figures[f"quotes.{name}"] = share_equal(quotes, part)
    linked = [(a, renamed(b, correspondence(b, a))) for a, b in pairs]
    figures["quotes.speaker_link"] = share_equal(shared_spans(linked, "quotes"), _get("speaker_id"))
    figures["entities.type"] = share_equal(entities, _get("type"))
    figures["entities.id"] = share_equal(entities, _get("id"))
    figures["entities.link"] = share_equal(shared_spans(linked, "entities"), _get("id"))
    return {name: None if value is None else round(value, 4) for name, value in figures.items()}


def report(identifiers: list[str], names: tuple[str, str]) -> Json:
    """The agreement over these documents, with counts."""
    texts = [documents.read_json(documents.path_of(identifier)).get("text") for identifier in identifiers]
    pairs = [(passes.read(names[0], identifier), passes.read(names[1], identifier)) for identifier in identifiers]
    counts = {layer: [sum(len(pair[n][layer]) for pair in pairs) for n in (0, 1)] for layer in ("segments", "quotes", "entities")}
    return {"passes": list(names), "documents": len(identifiers), "counts": counts, "figures": measure(pairs, texts)}


def groups() -> dict[str, tuple[list[str], tuple[str, str]]]:
    """``{group: (ids, passes)}`` of what two passes labelled: each split, the field set, and each of its sites as ``field/<site>``.

    Raises DataError where a group mixes pairs of passes.
    """
    found: dict[str, tuple[list[str], tuple[str, str]]] = {}
    for group, identifiers in _members().items():
        names = {identifier: tuple(passes.names(identifier)) for identifier in identifiers}
        pairs = {pair for pair in names.values() if len(pair) == 2}
        if len(pairs) > 1:
            raise DataError(f"{group}: its documents have different pairs of passes, {sorted(pairs)}; measure each in a group of its own")
        for pair in pairs:
            found[group] = ([identifier for identifier, mine in names.items() if mine == pair], (pair[0], pair[1]))
    return found


def reports() -> dict[str, Json]:
    """The agreement of each group."""
    return {split: report(*group) for split, group in groups().items()}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m scripts.agreement", description="Agreement between two passes.")
    parser.add_argument("ids", nargs="*", help="documents (default: all that have two passes, and data/agreement.json is written)")
    options = parser.parse_args(arguments)
    if options.ids:
        names = passes.names(options.ids[0])
        print(tables.agreement({"these": report(options.ids, (names[0], names[1]))}))
        return 0
    found = reports()
    documents.write(PATH, json.dumps(found, indent=2) + "\n")
    print(tables.agreement(found))
    return 0


def _members() -> dict[str, list[str]]:
    members = {split: [path.stem for path in documents.paths(split)] for split in documents.splits()}
    for path in documents.field_paths():
        page = documents.read_json(path)
        for group in ("field", f"field/{page['site']}"):
            members.setdefault(group, []).append(page["id"])
    return members


def _spread(layers: Json, field: str, size: int) -> list[str]:
    values = [""] * size
    for segment in layers["segments"]:
        values[segment["start"] : segment["end"]] = [segment[field]] * (segment["end"] - segment["start"])
    return values


def _touched(spans: list[Json], others: list[Json]) -> int:
    return sum(any(o["start"] < s["end"] and s["start"] < o["end"] for o in others) for s in spans)


def _get(key: str) -> Callable[[Json], Any]:
    return lambda span: span[key]


def _edges(key: str) -> Callable[[Json], Any]:
    return lambda span: span[key] and (span[key]["start"], span[key]["end"])


if __name__ == "__main__":
    commands.run(main, "agreement")

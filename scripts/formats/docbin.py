"""spaCy: ``<split>.spacy``, a DocBin whose documents have our tokens, their exact spaces, entities and span groups.

Tokens are those of the tokens view, cut where any mark begins or ends, and what spaces cannot say (line breaks, two spaces, NBSP) is a
token of whitespace, so ``doc.text`` is the text. ``doc.ents`` and the group ``entities`` are the entities, with ``kb_id_``; the groups
``segments`` and ``quotes`` hold the rest, and ``doc.user_data["hashiya"]`` as JSON what spans cannot: cues, speakers, proclitics, source.
Needs the extra ``spacy``.
"""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts import documents, views
from scripts.documents import DataError, Json
from scripts.formats import layers
from scripts.formats.layers import LAYERS, Check, Corpora, Read
from scripts.shape import marked_spans, spans

KEY = "hashiya"


def write(corpora: Corpora, folder: Path) -> list[str]:
    """One file a split. Nothing is left out. Raises DataError where spaCy is missing or would change a text."""
    spacy = _spacy()
    vocab = spacy.blank("ar").vocab
    for split, corpus in corpora.items():
        binary = spacy.tokens.DocBin(store_user_data=True)
        for document in corpus:
            binary.add(doc(document, split, vocab))
        documents.write_bytes(folder / f"{split}.spacy", binary.to_bytes())
    return []


def read(path: Path, check: Check = layers.accept) -> Iterator[Read]:
    """The documents of a DocBin, or of each in the folder; ``check`` may refuse a text."""
    spacy = _spacy()
    for file in layers.files(path, ".spacy"):
        try:
            binary = spacy.tokens.DocBin().from_bytes(file.read_bytes())
            docs = list(binary.get_docs(spacy.blank("ar").vocab))
        except OSError as error:
            raise DataError(f"{file}: cannot be read ({error.strerror})") from error
        except Exception as error:  # zlib's, msgpack's and spaCy's own errors
            raise DataError(f"{file}: is no DocBin that spaCy {spacy.__version__} reads, or is cut short ({error})") from error
        for number, found in enumerate(docs):
            yield document(found, f"{file}, document {number}", check)


def doc(document: Json, split: str, vocab: Any) -> Any:
    """The document as a ``spacy.tokens.Doc``. Raises DataError where its text would not be the document's."""
    tokens = _spacy().tokens
    words, spaces = tokenized(document)
    found = tokens.Doc(vocab, words=words, spaces=spaces)
    if found.text != document["text"]:
        raise DataError(f"{document['id']}: spaCy would change the text; not exported")
    first = {token.idx: token.i for token in found}
    last = {token.idx + len(token): token.i + 1 for token in found}

    def group(layer: str, label: str, kb_id: str = "", span_id: str = "") -> list[Any]:
        fields = [(s["start"], s["end"], s[label], s.get(kb_id) or "", s.get(span_id) or "") for s in document[layer]]
        return [tokens.Span(found, first[start], last[end], label=name, kb_id=kb, span_id=key) for start, end, name, kb, key in fields]

    groups = {
        "segments": group("segments", "kind"),
        "quotes": group("quotes", "type", "speaker_id", "id"),
        "entities": group("entities", "type", "id"),
    }
    for name, made in groups.items():
        found.spans[name] = made
    found.set_ents(groups["entities"])
    parts = [{part: quote[part] for part in layers.PARTS} for quote in document["quotes"]]
    proclitics = [entity["proclitic"] for entity in document["entities"]]
    carried = {"id": document["id"], **layers.rest(document, split), "parts": parts, "proclitics": proclitics}
    found.user_data[KEY] = json.dumps(carried, ensure_ascii=False)
    return found


def document(found: Any, where: str, check: Check = layers.accept) -> Read:
    """A Doc as a document. Its groups give segments, quotes and entities; a change in ``doc.ents`` alone is refused."""
    if not isinstance(found.user_data.get(KEY), str) or any(layer not in found.spans for layer in LAYERS):
        raise DataError(f"{where}: has no user_data[{KEY!r}] or lacks one of the span groups {', '.join(LAYERS)}; export wrote them")
    carried = documents.parse_json(found.user_data[KEY], where)
    layers.check_fields(carried, {"id": str, "parts": list, "proclitics": list}, where)
    for parts in carried["parts"]:
        layers.check_fields(parts, {}, f"{where}, parts")
    where = f"{where} ({carried['id']})"
    check(carried["id"], found.text, where)
    if [_fields(span) for span in found.ents] != [_fields(span) for span in found.spans["entities"]]:
        raise DataError(f"{where}: doc.ents and the span group entities differ; change both alike")
    split, rest = layers.split_and_rest(carried, where)
    return Read(where, carried["id"], split, found.text, _layers(found, carried, where), rest, [])


def tokenized(document: Json) -> tuple[list[str], list[bool]]:
    """``(words, spaces)`` that give the text back: a single space after a token is its space, other whitespace a token."""
    text = document["text"]
    words: list[str] = []
    spaces: list[bool] = []
    for start, end in itertools.pairwise([0, *_cuts(document), len(text)]):
        piece = text[start:end]
        if words and not spaces[-1] and piece.isspace() and piece[0] == " " and not words[-1].isspace():
            spaces[-1], piece = True, piece[1:]
        if piece:
            words.append(piece)
            spaces.append(False)
    return words, spaces


def _cuts(document: Json) -> list[int]:
    """Where a token or whitespace begins or ends."""
    edges = {edge for _, span in spans(document) for edge in (span["start"], span["end"])}
    for segment in document["segments"]:
        inside = [span for _, span in marked_spans(document) if segment["start"] <= span["start"] < segment["end"]]
        edges.update(edge for token in views.token_spans(document["text"], segment, inside) for edge in token)
    return sorted(edges - {0, len(document["text"])})


def _fields(span: Any) -> Json:
    place = {"start": span.start_char, "end": span.end_char, "text": span.text}
    return {**place, "type": span.label_, "id": span.kb_id_ or None}


def _layers(found: Any, carried: Json, where: str) -> Json:
    quotes, entities = list(found.spans["quotes"]), list(found.spans["entities"])
    if (len(quotes), len(entities)) != (len(carried["parts"]), len(carried["proclitics"])):
        raise DataError(f"{where}: user_data[{KEY!r}] has parts and proclitics for another number of quotes and entities; correct both alike")
    for layer, group in (("segment", found.spans["segments"]), ("quote", quotes), ("entity", entities)):
        for span in group:
            layers.check_label(layer, span.label_, f"{where}, [{span.start_char}, {span.end_char})")
    label_of = documents.label_of_kind()
    segments = [{"start": s.start_char, "end": s.end_char, "label": label_of[s.label_], "kind": s.label_} for s in found.spans["segments"]]
    said = [
        {**_fields(span), **{part: parts.get(part) for part in layers.PARTS}, "speaker_id": span.kb_id_ or None, "id": span.id_}
        for span, parts in zip(quotes, carried["parts"], strict=True)
    ]
    named = [{**_fields(span), "proclitic": proclitic} for span, proclitic in zip(entities, carried["proclitics"], strict=True)]
    return {"segments": segments, "quotes": said, "entities": named}


def _spacy() -> Any:
    try:
        import spacy
    except ImportError as error:
        raise DataError('spaCy is not installed; it is the extra "spacy": pip install -e ".[spacy]"') from error
    return spacy

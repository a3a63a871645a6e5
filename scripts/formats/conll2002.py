"""CoNLL-2002: ``<split>.conll``, ``token TAG`` a line with IOB2 tags, tokens and tags as in the tokens view.

A document begins with ``-DOCSTART- <id> O``. A blank line ends a line of the text and a segment, but never parts an entity.
It holds types and places of entities and nothing else, so there is no way back; what is left out is counted.
"""

import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from scripts import documents, views
from scripts.documents import Json
from scripts.formats.layers import Corpora

Token = tuple[int, int, str]


def write(corpora: Corpora, folder: Path) -> list[str]:
    """One file a split. Returns what is left out, a line each kind."""
    lost: Counter[str] = Counter()
    for split, corpus in corpora.items():
        documents.write(folder / f"{split}.conll", "".join(rendered(document) for document in corpus))
        for document in corpus:
            lost.update(left_out(document))
    return [f"left out: {count} {kind}" for kind, count in lost.items() if count]


def rendered(document: Json) -> str:
    """The document's lines, a blank line after each sentence."""
    blocks = [[f"-DOCSTART- {document['id']} O"]]
    blocks += [[f"{document['text'][start:end]} {tag}" for start, end, tag in sentence] for sentence in sentences(document)]
    return "".join("\n".join(block) + "\n\n" for block in blocks)


def sentences(document: Json) -> Iterator[list[Token]]:
    """The tokens of each line in each segment as ``(start, end, tag)``."""
    for row in views.tokens(document, {}):
        sentence: list[Token] = []
        for token in zip(row["starts"], row["ends"], row["ner_tags"], strict=True):
            if sentence and "\n" in document["text"][sentence[-1][1] : token[0]] and not token[2].startswith("I-"):
                yield sentence
                sentence = []
            sentence.append(token)
        if sentence:
            yield sentence


def left_out(document: Json) -> Counter[str]:
    """``{kind of thing: how many}`` of what the format cannot say."""
    tokens = [token for sentence in sentences(document) for token in sentence]
    gaps = [document["text"][before[1] : after[0]] for before, after in itertools.pairwise(tokens)]
    quotes, entities = document["quotes"], document["entities"]
    return Counter(
        {
            "documents' source, origin and provenance": 1,
            "segments' labels and kinds": len(document["segments"]),
            "quotes with their types": len(quotes),
            "cues": sum(quote["cue"] is not None for quote in quotes),
            "speakers": sum(quote["speaker"] is not None for quote in quotes),
            "quotes' speaker ids": sum(quote["speaker_id"] is not None for quote in quotes),
            "entities' ids": sum(entity["id"] is not None for entity in entities),
            "proclitics, which are words of their own there": sum(bool(entity["proclitic"]) for entity in entities),
            "places where a word touches the next": sum(not gap for gap in gaps),
            "gaps that are not one space or one line break": sum(gap not in ("", " ", "\n") for gap in gaps),
            "line breaks inside of entities": sum("\n" in entity["text"] for entity in entities),
        }
    )

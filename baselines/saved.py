"""Fitted chains as files without code in them: a zip of a JSON head and plain arrays, ``baselines/fitted/<name>.zip``.

The head names the training data by their digest and the parameters; a file that was made from others is refused.
"""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from baselines import lexicon
from baselines.chain import Weights
from baselines.clues import clues
from baselines.letters import TABLE
from baselines.models import CHAINS
from baselines.predict import fitted
from baselines.score import data_digest
from baselines.word_chain import WordChain
from baselines.words import units
from scripts import documents
from scripts.documents import ROOT, DataError, Json

FOLDER = ROOT / "baselines" / "fitted"
FORMAT = 2
ARRAYS = ("label_buckets", "label", "move_buckets", "move", "known", "starters")
# Every group of clues says something of this text: what it says is in the head, so that weights are not read with other clues than they were fitted with.
_PROBE = "عنوان الخبر\nقال المتحدث إن السوق باقية. وأضاف أن السوق «لن تغلق» في 12 مارس.  اقرأ أيضاShare\n\nوكانت السوق قد أغلقت."
_DAY = (2024, 11, 22, 0, 0, 0)  # one day for all, so that the same model has the same bytes


def ready(name: str, corpus: list[Json], parameters: Json) -> Any:
    """The model of that name, fitted on the corpus: read where it is kept, else fitted now."""
    if name in CHAINS and path_of(name).exists():
        return load(name, corpus, parameters)
    return fitted(name, corpus, parameters)


def update(corpus: list[Json], parameters: dict[str, Json]) -> None:
    """Fit and keep the chains."""
    for name in CHAINS:
        write(name, fitted(name, corpus, parameters[name]), corpus, parameters[name])


def path_of(name: str, folder: Path | None = None) -> Path:
    """Where the model of that name lies."""
    return (folder or FOLDER) / f"{name}.zip"


def write(name: str, model: WordChain, corpus: list[Json], parameters: Json, folder: Path | None = None) -> None:
    """Keep a fitted chain."""
    head = _head(name, corpus, parameters)
    arrays: dict[str, np.ndarray] = dict(zip(ARRAYS, (*model.weights_, model.known_, model.starters_), strict=True))
    documents.write_bytes(path_of(name, folder), _packed(head, arrays))


def load(name: str, corpus: list[Json], parameters: Json, folder: Path | None = None) -> WordChain:
    """The chain that was fitted on this corpus with these parameters. Raises DataError for a file that is broken or of others."""
    path = path_of(name, folder)
    head, arrays = _unpacked(path)
    for key, value in _head(name, corpus, parameters).items():
        if head.get(key) != value:
            raise DataError(f"{path}: its {key} is {head.get(key)!r}, not {value!r}; `python -m baselines run --update` writes it anew")
    model = WordChain(**parameters)
    model.weights_ = Weights(*(arrays[key] for key in ARRAYS[:4]))
    model.known_, model.starters_ = arrays["known"], arrays["starters"]
    return model


def _head(name: str, corpus: list[Json], parameters: Json) -> Json:
    return {"format": FORMAT, "name": name, "parameters": parameters, "data_sha256": data_digest(corpus), "clues_sha256": clues_digest()}


def clues_digest() -> str:
    """Digest of the clues of a short text, which a change of the code of clues changes, and of the lexicon, of which such a text has little."""
    found = units(_PROBE)
    told = clues(found, np.zeros(len(found.start), np.int64), np.zeros(TABLE, np.int8))
    return documents.sha256(json.dumps([part.buckets.tolist() for part in (*told.label, *told.move)]) + documents.read_text(lexicon.PATH))


def _packed(head: Json, arrays: dict[str, np.ndarray]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(_entry("head.json"), json.dumps(head, indent=1, sort_keys=True))
        for key, values in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(values), allow_pickle=False)
            archive.writestr(_entry(f"{key}.npy"), content.getvalue())
    return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _unpacked(path: Path) -> tuple[Json, dict[str, np.ndarray]]:
    try:
        with zipfile.ZipFile(path) as archive:
            head = json.loads(archive.read("head.json"))
            arrays = {key: np.lib.format.read_array(io.BytesIO(archive.read(f"{key}.npy")), allow_pickle=False) for key in ARRAYS}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: is no fitted model ({error}); `python -m baselines run --update` writes it") from error
    if arrays["known"].shape != (TABLE,) or arrays["starters"].shape != (TABLE,):
        raise DataError(f"{path}: its tables have another size than {TABLE}; `python -m baselines run --update` writes them anew")
    return head, arrays

"""The public files that hold the texts of the field set, ``data/sources.json``: get one, from its repository or from a folder.

A file is taken at one commit and checked against its digest before anything reads it.
"""

import hashlib
import sys
from pathlib import Path
from urllib.parse import quote

import pooch

from scripts import documents
from scripts.documents import DATA, ROOT, DataError, Json

URL = "https://raw.githubusercontent.com/{repo}/{commit}/{path}"
CACHE = ROOT / "build" / "sources"

Key = tuple[str, str, str]


def key(pointer: Json) -> Key:
    """What names a source file: repository, commit and path."""
    return pointer["repo"], pointer["commit"], pointer["path"]


def read(data: Path = DATA) -> dict[Key, Json]:
    """The files of ``data/sources.json`` by their keys."""
    return {key(source): source for source in documents.read_json(data / "sources.json")}


def get(source: Json, folder: Path | None = None) -> Path:
    """The file, its digest checked: ``folder/<repo>/<path>`` where a folder is named, else downloaded once to ``build/sources``.

    Raises DataError where it is missing, cannot be fetched, or is another file.
    """
    return _local(source, folder) if folder else _download(source)


def _local(source: Json, folder: Path) -> Path:
    path = folder / source["repo"] / source["path"]
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); it is {source['path']} of {source['repo']} at {source['commit'][:12]}") from error
    if found != source["sha256"]:
        raise DataError(f"{path}: its sha256 is {found[:12]}…, not {source['sha256'][:12]}…; take the file of commit {source['commit']}")
    return path


def _download(source: Json) -> Path:
    """Through pooch: a file that lies in the cache with the right digest is not fetched again, and none is left half-written."""
    url = URL.format(**{**source, "path": quote(source["path"])})
    pooch.get_logger().setLevel("WARNING")
    bar = pooch.HTTPDownloader(progressbar=sys.stderr.isatty())
    name = f"{source['sha256'][:12]}-{Path(source['path']).name}"
    try:
        return Path(pooch.retrieve(url, f"sha256:{source['sha256']}", fname=name, path=CACHE, downloader=bar))
    except (OSError, ValueError) as error:  # requests' errors are OSErrors, pooch's wrong digest a ValueError
        raise DataError(f"{url}: {str(error).splitlines()[0]}; the file may lie in a folder of yours: --from DIR") from error

"""The benchmark: ``python -m baselines run | predict NAME --input FILE --output FILE | score FILE | compare A B | errors | pictures``.

``--data build/field`` names a folder of documents that `python -m scripts.field fetch` wrote; `score` also takes one of `python -m scripts.annotate new`.
"""

import argparse
import sys
from pathlib import Path

from baselines import compare, errors, field, journal, pictures, results, saved
from baselines.models import MODELS
from baselines.score import scores
from baselines.stream import label_files
from baselines.task import read_predictions
from scripts import commands, documents, passes, tables
from scripts.documents import DataError, Json


def run(options: argparse.Namespace) -> int:
    """Fit and score every baseline, print the tables, and compare with the pinned results or pin them anew."""
    corpora = {split: documents.read_split(split) for split in documents.splits()}
    parameters, predictions = results.run_all(list(MODELS), corpora)
    found = results.build(corpora, parameters, predictions)
    status = _settle(found, predictions, results.RESULTS, options)
    if options.update:
        saved.update(corpora["train"], parameters)
    if options.data:
        return max(status, _run_field(corpora["train"], found, options))
    print(f"the field set is not scored: its texts are not here (`make field` gets them); {_name(field.RESULTS)} stays as it is")
    return status


def _run_field(train: list[Json], chosen: Json, options: argparse.Namespace) -> int:
    corpus = field.read_corpus(options.data)
    predictions, left_out = field.run_all(list(MODELS), train, corpus, chosen["parameters"])
    found = field.build(train, corpus, chosen, predictions, left_out)
    status = _settle(found, predictions, field.RESULTS, options)
    print(tables.sites(found, "leave_one_site_out"))
    return status


def _settle(found: Json, predictions: results.Predictions, pinned: Path, options: argparse.Namespace) -> int:
    """Print the tables; pin the results anew where that is asked for, else compare them with the pinned ones."""
    for column, content in found["columns"].items():
        print(f"{column}, {content['documents']} documents\n\n{tables.results(tables.scores_of(found, column))}")
    if options.update:
        results.update(found, predictions, options.allow_lower, pinned)
        print(f"pinned in {_name(pinned)}; `python -m scripts.card` brings README and card up to date")
        return 0
    differences = results.differences(results.read(pinned), found)
    for line in differences[:20]:
        print(line, file=sys.stderr)
    if differences:
        print(f"{len(differences)} values differ from {_name(pinned)}; `python -m baselines run --update` pins new ones", file=sys.stderr)
        return 1
    print(f"equal to the pinned results in {_name(pinned)}")
    return 0


def _name(path: Path) -> str:
    return str(path.relative_to(documents.ROOT))


def predict(options: argparse.Namespace) -> int:
    """Label files of pages; an interrupted run goes on where it was when it is started again."""
    parameters = results.read()["parameters"].get(options.name, {})
    kept = {name: getattr(options, name) for name in ("workers", "strict", "restart")}
    count, faults = label_files(options.name, options.input, options.output, parameters, **kept)
    print(f"{count} pages labelled by {options.name} in {options.output}", flush=True)
    if faults:
        print(f"{faults} records are broken and have no line; {journal.errors_path(options.output)} says where and why", file=sys.stderr)
    return int(faults > 0)


def score(options: argparse.Namespace) -> int:
    """Score a prediction file of anyone's."""
    corpus = documents.read_split(options.split, options.data or documents.DATA)
    if not corpus:
        raise DataError(f"{options.data}: has no documents/{options.split}/*.json; `python -m scripts.field fetch` or `scripts.annotate new` writes them")
    bodies = read_predictions(options.file, corpus)
    found = scores(corpus, bodies)
    print(tables.results({options.file.stem: found}))
    for name, estimate in found.items():
        bounds = "" if estimate["value"] is None else f"   [{estimate['low']:.4f}, {estimate['high']:.4f}]"
        print(f"{name:32} {'undefined' if estimate['value'] is None else format(estimate['value'], '.4f'):>9}{bounds}")
    if options.data:
        print(f"\n{tables.site(field.site_scores(corpus, bodies))}")
        for name, count in passes.suggested(passes.CONFIRMED, options.data).items():
            print(f"{count} of the pages were labelled from a suggestion of {name}: the figures of {name}, and of systems like it, are too high")
    return 0


COMMANDS = {"run": run, "predict": predict, "score": score, "compare": compare.command, "errors": errors.command, "pictures": pictures.command}


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    return COMMANDS[options.command](options)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from 1 on")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m baselines", description="The boundary benchmark.")
    commands = parser.add_subparsers(dest="command", required=True)
    ran = commands.add_parser("run", help=str(run.__doc__))
    ran.add_argument("--update", action="store_true", help="pin the results that come out")
    ran.add_argument("--allow-lower", action="store_true", help="with --update: also where a baseline gets worse")
    ran.add_argument("--data", type=Path, metavar="DIR", help="also score on the field set, whose texts lie in DIR (build/field)")
    predicted = commands.add_parser("predict", help=str(predict.__doc__))
    predicted.add_argument("name", choices=list(MODELS), help="the baseline")
    files = 'JSONL of {"id", "text"} or *.parquet, also .gz or .zst; a folder of them; - is standard input'
    predicted.add_argument("--input", type=Path, required=True, nargs="+", metavar="FILE", help=files)
    predicted.add_argument("--output", type=Path, required=True, metavar="FILE", help='JSONL of {"id", "body"}, also .gz or .zst')
    predicted.add_argument("--workers", type=_positive, default=1, metavar="N", help="processes that label (default: 1)")
    predicted.add_argument("--strict", action="store_true", help="stop at the first broken record instead of listing them in OUTPUT.errors.jsonl")
    predicted.add_argument("--restart", action="store_true", help="begin anew what an earlier run left half-done in OUTPUT.part")
    scored = commands.add_parser("score", help=str(score.__doc__))
    scored.add_argument("file", type=Path, help="the prediction file")
    scored.add_argument("--split", choices=documents.SPLITS, default="test", help="the documents that are scored (default: test)")
    scored.add_argument("--data", type=Path, metavar="DIR", help="score on DIR/documents instead, by site (build/field, or a folder of scripts.annotate)")
    compare.add_arguments(commands.add_parser("compare", help=str(compare.command.__doc__)))
    errors.add_arguments(commands.add_parser("errors", help=str(errors.command.__doc__)))
    commands.add_parser("pictures", help=str(pictures.command.__doc__))
    return parser


if __name__ == "__main__":
    commands.run(main, "baselines")

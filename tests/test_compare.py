"""Two systems side by side: figures, intervals and p of corpora so small that every swap and every draw is counted on paper."""

import numpy as np
import pytest

from baselines import __main__ as command
from baselines import compare, field, results
from baselines.metrics import Metric
from baselines.task import body_of
from scripts import documents
from scripts.documents import DataError


def document(number, body, rest=1):
    """A page of ``body`` visible characters of body and ``rest`` of boilerplate, a line each."""
    parts = [(0, body, "body", "paragraph"), (body + 1, body + 1 + rest, "boilerplate", "other")]
    segments = [dict(zip(("start", "end", "label", "kind"), part, strict=True)) for part in parts]
    return {"id": f"x-{number:02}", "text": "ب" * body + "\n" + "ح" * rest, "segments": segments}


def bodies(corpus, right):
    """The gold body where ``right`` says so, else none."""
    return {d["id"]: body_of(d) if is_right else [] for d, is_right in zip(corpus, right, strict=True)}


def compared(sizes, first, second, name):
    corpus = [document(number, size) for number, size in enumerate(sizes)]
    return compare.compare(corpus, bodies(corpus, first), bodies(corpus, second), [name])[name]


def test_three_documents_all_won_by_one_side():
    # Eight swaps; only the one that is there, and its mirror, are as far from zero as 1: p = 2 · 1/8.
    expected = {"a": 1.0, "b": 0.0, "difference": 1.0, "low": 1.0, "high": 1.0, "p": 0.25, "swaps": 8}
    assert compared([3, 3, 3], [1, 1, 1], [0, 0, 0], "documents.exact") == expected
    mirrored = {**expected, "a": 0.0, "b": 1.0, "difference": -1.0, "low": -1.0, "high": -1.0}
    assert compared([3, 3, 3], [0, 0, 0], [1, 1, 1], "documents.exact") == mirrored


def test_a_document_on_which_both_are_right_says_nothing():
    # Sixteen swaps, those of the fourth document change nothing: two of 16 give 3/4, p = 2 · 2/16.
    found = compared([3, 3, 3, 3], [1, 1, 1, 1], [0, 0, 0, 1], "documents.exact")
    assert (found["difference"], found["p"], found["swaps"]) == (0.75, 0.25, 16)


def test_counts_are_added_up_before_they_are_divided():
    # Four characters of body found by A alone, one by B alone. A: 2·4/(8+1) = 8/9, B: 2/(2+4) = 1/3; a mean over documents would see no difference.
    # Swaps: 5/9, −5/9, and with one document swapped −1 and 1: two of four are at least 5/9, p = 1.
    # Draws of two: both the first (1), both the second (−1), one of each (5/9): the middle 95 % reaches from −1 to 1.
    expected = {"a": 0.8889, "b": 0.3333, "difference": 0.5556, "low": -1.0, "high": 1.0, "p": 1.0, "swaps": 4}
    assert compared([4, 1], [1, 0], [0, 1], "body.f1") == expected


def test_interval_is_the_middle_95_percent_of_the_draws():
    # One document of three is won. Of 27 draws 8 have it not at all, 12 once, 6 twice (96.3 % so far) and 1 thrice:
    # 97.5 % are reached only with 3/3; 95 % would be with 2/3.
    found = compared([3, 3, 3], [1, 0, 0], [0, 0, 0], "documents.exact")
    assert (found["difference"], found["low"], found["high"]) == (0.3333, 0.0, 1.0)
    mirrored = compared([3, 3, 3], [0, 0, 0], [1, 0, 0], "documents.exact")
    assert (mirrored["difference"], mirrored["low"], mirrored["high"]) == (-0.3333, -1.0, 0.0)


def test_a_system_does_not_differ_from_itself():
    found = compared([4, 1, 2], [1, 0, 1], [1, 0, 1], "boundary.f1")
    assert (found["difference"], found["low"], found["high"], found["p"]) == (0.0, 0.0, 0.0, 1.0)


def test_where_not_all_swaps_are_counted_p_is_never_nought(monkeypatch):
    monkeypatch.setattr(compare, "RESAMPLES", 7)
    found = compared([3, 3, 3], [1, 1, 1], [0, 0, 0], "documents.exact")
    assert (found["swaps"], compare.is_exact(found, 3)) == (7, False)
    assert found["p"] >= 2 / 8
    assert "p is not exact, it comes from 7 random ways" in compare.sentence({"documents.exact": found}, "a", "b", "test", 3)


def test_sums_in_another_order_tie():
    metric = Metric(lambda case: (0,), lambda sums: sums[0])
    counts = np.array([[0.3], [0], [0], [0], [0.1], [0.2]])  # 0.3 - (0.1 + 0.2) is not 0 in floating point
    assert compare._difference(counts, metric, np.arange(3), np.arange(3, 6)) == 0


def test_what_is_not_defined_has_no_p_and_draws_without_it_do_not_count():
    assert compared([3, 3], [1, 1], [0, 0], "kept.legal") == {"a": None, "b": None, **dict.fromkeys(("difference", "low", "high", "p", "swaps"))}
    # Glued boundaries are in the first page only; a draw of the second twice defines no figure, the others say 1.
    corpus = [document(0, 3), document(1, 3)]
    corpus[0]["text"] = "ببب" + "حح"
    corpus[0]["segments"][1]["start"] = 3
    found = compare.compare(corpus, bodies(corpus, [1, 1]), bodies(corpus, [0, 0]), ["boundary.glued.f1"])["boundary.glued.f1"]
    assert (found["low"], found["high"], found["p"]) == (1.0, 1.0, 1.0)


def test_words_for_what_was_found():
    row = {"a": 0.5, "b": 0.75, "difference": -0.25, "low": -0.5, "high": 0.0, "p": 0.0312, "swaps": 64}
    found = {"body.f1": row, "pk": {**row, "p": 0.05}, "kept.legal": dict.fromkeys(row)}
    assert compare.sentence(found, "one", "two", "test", 6) == (
        "On the 6 documents of test, for one against two: body.f1 is lower by .250 (p = .0312), pk is not shown to differ (p = .0500), "
        "kept.legal is not defined; p is exact, from all 64 ways of swapping the two, and cannot be under .0312."
    )
    assert "| body.f1 | .500 | .750 | −.250 | [−.500, .000] | .0312 |" in compare.table(found, "one", "two")
    assert "| kept.legal | – | – | – | – | – |" in compare.table(found, "one", "two")


def test_bad_input_is_one_clear_error(tmp_path):
    corpus = [document(0, 3), document(1, 3)]
    same = bodies(corpus, [1, 1])
    with pytest.raises(DataError, match=r"body.f2: no such metric; there are body.precision"):
        compare.compare(corpus, same, same, ["body.f2"])
    with pytest.raises(DataError, match="1 documents: .* two or more"):
        compare.compare(corpus[:1], same, same)
    with pytest.raises(DataError, match="mine: no prediction file, and no baseline with predictions for transfer; .*line_logreg"):
        compare.prediction_file("mine", "transfer")
    with pytest.raises(DataError, match="136 documents are missing"):
        command.main(["compare", "nothing", "all_body", "--column", field.COLUMNS[0], "--data", str(tmp_path)])


def test_a_name_and_the_path_of_its_predictions_are_the_same(capsys, tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_bytes(results.prediction_path("test", "first_marker").read_bytes())
    pinned = results.read()["columns"]["test"]["systems"]
    assert command.main(["compare", "first_marker", "nothing"]) == 0
    by_name = capsys.readouterr().out
    assert command.main(["compare", str(path), "nothing"]) == 0
    assert capsys.readouterr().out.replace(str(path), "first_marker") == by_name
    assert f"exact, from all {2 ** len(documents.paths('test'))} ways" in by_name
    assert f"{pinned['first_marker']['scores']['boundary.f1']['value']:.3f}".removeprefix("0") in by_name

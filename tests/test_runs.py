"""Layers are cut into runs: without gaps, at every edge, with the marks that stand over each."""

import pytest
from conftest import shipped
from hypothesis import given
from hypothesis import strategies as st

from scripts import documents, runs
from scripts.documents import DataError
from scripts.runs import Mark

SIZE = 30
spans = st.tuples(st.integers(0, SIZE - 1), st.integers(1, SIZE)).filter(lambda span: span[0] < span[1])
some_marks = st.lists(st.tuples(spans, st.sampled_from(runs.LAYERS)), max_size=8).map(
    lambda found: [Mark(start, end, layer, "x", f"m{number}") for number, ((start, end), layer) in enumerate(found)]
)


def mark(start, end, layer="quote", ref="q1"):
    return Mark(start, end, layer, "direct", ref)


@given(some_marks, st.lists(st.integers(-2, SIZE + 2), max_size=4))
def test_runs_are_the_marks_character_by_character(marks, places):
    found = list(runs.cut(SIZE, marks, places))
    assert [(run.start, run.end) for run in found] == list(zip([0, *(run.end for run in found)], [run.end for run in found], strict=False))
    assert found[-1].end == SIZE
    for run in found:
        for at in range(run.start, run.end):
            assert set(run.marks) == {m for m in marks if m.start <= at < m.end}
    starts = {run.start for run in found}
    assert starts >= {m.start for m in marks} | {p for p in places if 0 <= p < SIZE}


def test_the_outer_mark_stands_first():
    outer, inner, name = mark(0, 9), mark(2, 9, ref="q2"), mark(2, 9, "entity", "e1")
    assert [run.marks for run in runs.cut(9, [name, inner, outer])] == [(outer,), (outer, inner, name)]
    assert runs.levels((outer, inner, name)) == {"q1": 1, "q2": 2}


def test_nothing_to_cut():
    assert list(runs.cut(0, [])) == []
    assert [run.marks for run in runs.cut(3, [])] == [()]


@pytest.mark.parametrize("span", [(-1, 2), (2, 2), (3, 2), (2, 11)])
def test_a_mark_outside_the_text_is_refused(span):
    with pytest.raises(DataError, match=r"q1: \[.*\) is no span of a text of 10 characters"):
        list(runs.cut(10, [mark(*span)]))


def test_lines_end_at_line_feeds_and_hold_them():
    text = "ab\n\ncd\u2028e\n"
    lines = list(runs.lines(text, [mark(1, 5)]))
    assert [(line.number, text[line.start : line.end]) for line in lines] == [(1, "ab\n"), (2, "\n"), (3, "cd\u2028e\n")]
    assert [[(run.start, run.end, len(run.marks)) for run in line.runs] for line in lines] == [[(0, 1, 0), (1, 3, 1)], [(3, 4, 1)], [(4, 5, 1), (5, 9, 0)]]
    assert list(runs.lines("", [])) == []
    assert [line.number for line in runs.lines("a\nb", [])] == [1, 2]


@pytest.mark.parametrize("path", shipped())
def test_the_runs_of_a_document_are_its_text(path):
    document = documents.read_json(path)
    marks = runs.marks_of(document)
    assert len({m.ref for m in marks}) == len(marks)
    lines = list(runs.lines(document["text"], marks))
    assert "".join(document["text"][run.start : run.end] for line in lines for run in line.runs) == document["text"]
    for line in lines:
        for run in line.runs:
            assert [m.ref for m in marks if m.start <= run.start and run.end <= m.end] == sorted((m.ref for m in run.marks), key=[m.ref for m in marks].index)


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("قال بأن", 5, 4),  # بأن joins: before the word
        ("قال وأن", 5, 5),  # و joins nothing after it
        ("قال بَأن", 6, 4),  # not between a letter and its sign
        ("قال أن", 4, 4),
        ("«لن", 1, 1),
        ("بأن", 1, 0),
        ("بأن", 3, 3),
        ("مستشفيات", 7, 7),  # nowhere near: where it was asked for
    ],
)
def test_a_place_where_no_letters_join(text, place, expected):
    assert runs.unjoined(text, place) == expected


def test_the_work_grows_with_the_text_alone():
    marks = [mark(at, at + 3, ref=f"q{at}") for at in range(0, 300_000, 3)]
    assert sum(1 for _ in runs.cut(300_000, marks)) == 100_000

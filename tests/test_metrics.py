"""Metrics against tables made by hand, the empty cases among them, and the properties that hold for any pair."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baselines import metrics
from baselines.metrics import METRICS, case
from baselines.score import scores
from baselines.task import boundaries, mask_of, spans_of, visible


def page(text, *segments):
    """A document: ``(start, end)`` of its body segments, the rest boilerplate, one segment a stretch."""
    edges = sorted({0, len(text), *(edge for segment in segments for edge in segment)})
    made = []
    for start, end in itertools.pairwise(edges):
        surface = text[start:end]
        if surface.strip():
            body = any(s <= start and end <= e for s, e in segments)
            begin = start + len(surface) - len(surface.lstrip())
            made.append(
                {"start": begin, "end": start + len(surface.rstrip()), "label": "body" if body else "boilerplate", "kind": "paragraph" if body else "other"}
            )
    return {"id": "p", "text": text, "segments": made, "quotes": [], "entities": []}


def counted(name, document, body, window=2):
    return tuple(METRICS[name].count(case(document, body, window)))


# text of 12 code points: "aaaa\nbbbb cc"; gold body is bbbb cc, 6 visible characters, one boundary at 5 (line)
TEXT = "aaaa\nbbbb cc"
GOLD = page(TEXT, (5, 12))


@pytest.mark.parametrize(
    ("body", "characters", "exact", "within"),
    [
        ([[5, 12]], (6, 0, 0), (1, 0, 0), (1, 0, 0)),  # perfect
        ([[0, 12]], (6, 4, 0), (0, 0, 1), (0, 0, 1)),  # all body
        ([], (0, 0, 6), (0, 0, 1), (0, 0, 1)),  # nothing
        ([[3, 12]], (6, 1, 0), (0, 1, 1), (1, 0, 0)),  # boundary two too early
        ([[5, 9]], (4, 0, 2), (1, 1, 0), (1, 1, 0)),  # cc lost: one boundary too many, at 10
        ([[0, 4]], (0, 4, 6), (0, 1, 1), (0, 1, 1)),  # right place, wrong direction
        ([[4, 12]], (6, 0, 0), (1, 0, 0), (1, 0, 0)),  # whitespace does not count
    ],
)
def test_counts_by_hand(body, characters, exact, within):
    assert counted("body.f1", GOLD, body) == characters
    assert counted("boundary.f1", GOLD, body) == exact
    assert counted("boundary_within_5.f1", GOLD, body) == within


@pytest.mark.parametrize(
    ("counts", "precision", "recall", "f1"),
    [((0, 0, 0), 1, 1, 1), ((0, 3, 0), 0, 0, 0), ((0, 0, 3), 0, 0, 0), ((2, 2, 0), 0.5, 1, 2 / 3), ((3, 1, 2), 0.75, 0.6, 2 / 3)],
)
def test_figures_by_hand(counts, precision, recall, f1):
    assert metrics.precision(counts) == pytest.approx(precision)
    assert metrics.recall(counts) == pytest.approx(recall)
    assert metrics.f1(counts) == pytest.approx(f1)


def test_types_of_boundaries_by_hand():
    text = "aa\nbb cc\u00a0ddee \n ff"
    document = page(text, (3, 5), (9, 11), (16, 18))
    found = boundaries(text, mask_of(text, [[3, 5], [9, 11], [16, 18]]))
    assert [(b.position, b.opens, b.type) for b in found] == [
        (3, True, "line"), (6, False, "inline"), (9, True, "inline"), (11, False, "glued"), (16, True, "line")
    ]  # fmt: skip
    assert counted("boundary.glued.f1", document, [[3, 5], [9, 11]]) == (1, 0, 0)
    assert counted("boundary.inline.f1", document, [[3, 5], [9, 11]]) == (2, 0, 0)
    assert counted("boundary.line.f1", document, [[3, 5], [9, 11]]) == (1, 0, 1)


def test_one_boundary_matches_one():
    text = "a" * 20
    # gold opens at 10; predictions open at 8 and at 12: only one of the two can be it
    document = page(text, (10, 20))
    assert counted("boundary_within_5.f1", document, [[8, 9], [12, 20]]) == (1, 2, 0)


def test_matching_takes_the_most_pairs():
    # 5 could go to 1 or 9; only 5-1 leaves 9 for 13
    assert metrics._matches([5, 13], [1, 9], 4) == 2
    assert metrics._matches([0, 10], [6], 5) == 1


def test_a_page_that_is_all_body_has_nothing_to_find():
    document = page("aaaa", (0, 4))
    right, wrong = scores([document], {"p": [[0, 4]]}), scores([document], {"p": [[0, 2]]})
    assert (right["boundary.f1"]["value"], right["boundary.macro_f1"]["value"], right["documents.exact"]["value"]) == (1, 1, 1)
    assert (wrong["boundary.f1"]["value"], wrong["boundary.precision"]["value"]) == (0, 0)
    assert right["boundary.glued.f1"]["value"] is None
    assert right["pk"]["value"] == 0


def test_kept_share_by_hand():
    kept = metrics.metrics()["kept.other"]
    assert kept.count(case(GOLD, [[2, 12]], 2)) == (2, 4)
    assert kept.combine((0, 0)) is None


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("body", [[], [[0, 12]], [[3, 12]], [[5, 12]], [[5, 9]], [[7, 8]]])
def test_pk_and_windowdiff_against_their_definitions(body, k):
    # Beeferman et al. (1999) and Pevzner and Hearst (2002), over boundaries between visible characters
    gold, found = (np.flatnonzero(np.diff(mask_of(TEXT, b).astype(int))) for b in ([[5, 12]], body))
    n = 10
    starts = range(n - k + 1)
    inside = [[sum(s <= b < s + k for b in marks) for s in starts] for marks in (gold, found)]
    pk = sum((a > 0) != (b > 0) for a, b in zip(*inside, strict=True))
    wd = sum(a != b for a, b in zip(*inside, strict=True))
    assert counted("pk", GOLD, body, k) == pytest.approx((pk, len(starts)))
    assert counted("windowdiff", GOLD, body, k) == pytest.approx((wd, len(starts)))


def test_a_text_shorter_than_the_window_has_no_windows():
    assert counted("pk", page("ab", (0, 2)), [], 50) == (0, 0)


def test_sums_are_divided_once():
    # 6 of 6 characters on one page, 0 of 2 on the other: F1 = 12 / 14, and not the mean of 1 and 0
    short = {**page("zz", (0, 2)), "id": "q"}
    found = scores([GOLD, short], {"p": [[5, 12]], "q": []})
    assert found["body.f1"]["value"] == pytest.approx(12 / 14, abs=1e-4)
    assert found["body.macro_f1"]["value"] == 0.5
    assert found["documents.exact"] == {"value": 0.5, "low": 0.0, "high": 1.0}


def test_the_interval_is_seeded():
    pages = [{**page("ab" * n, (0, n)), "id": str(n)} for n in range(1, 9)]
    bodies = {str(n): [[0, n]] if n % 3 else [] for n in range(1, 9)}
    assert scores(pages, bodies) == scores(pages, bodies)


PAIR = st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from(["", "", " ", "\n", "\u00a0"])), min_size=1, max_size=40)


def built(cells, shift=""):
    text, places = shift, []
    for _, _, gap in cells:
        text += gap + "x"
        places.append(len(text) - 1)
    first, second = ([[p, p + 1] for p, cell in zip(places, cells, strict=True) if cell[n]] for n in (0, 1))
    return text, first, second


@given(PAIR)
@settings(deadline=None)
def test_swapping_gold_and_prediction_swaps_fp_and_fn(cells):
    text, first, second = built(cells)
    for name in ("body.f1", "boundary.f1", "boundary_within_5.f1", "boundary.glued.f1"):
        tp, fp, fn = counted(name, page(text, *first), second)
        assert counted(name, page(text, *second), first) == (tp, fn, fp)


@given(PAIR)
@settings(deadline=None)
def test_perfect_is_one_and_shifting_changes_nothing(cells):
    text, first, second = built(cells)
    found = scores([page(text, *first)], {"p": first})
    for name in ("body.f1", "boundary.f1", "boundary.macro_f1", "boundary_within_5.f1", "documents.exact"):
        assert found[name]["value"] == 1
    moved_text, moved, other = built(cells, shift="\n \n")
    for name in ("body.f1", "boundary.f1", "boundary_within_5.f1", "documents.exact"):
        assert counted(name, page(text, *first), second) == counted(name, page(moved_text, *moved), other)


@given(PAIR)
@settings(deadline=None)
def test_masks_and_spans_are_one_thing(cells):
    text, first, _ = built(cells)
    mask = mask_of(text, first)
    spans = spans_of(text, mask)
    assert (mask_of(text, spans) == mask).all()
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)


def test_visible_characters_are_those_that_are_no_whitespace_of_every_code_point():
    text = "".join(map(chr, range(0x110000)))
    assert visible(text).tolist() == [at for at, char in enumerate(text) if not char.isspace()]
    assert visible("").tolist() == visible(" \u3000\n").tolist() == []

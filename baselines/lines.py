"""A trained baseline that labels whole lines: surface features and character n-grams in a logistic regression,
one line at a time or with the best sequence of labels over the page."""

import re
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from baselines.score import SEED
from baselines.task import Spans, mask_of
from scripts.views import line_spans

END_MARKS = '.!?؟…»”"؛'
_LATIN = re.compile(r"[A-Za-z]")
_ARABIC = re.compile(r"[\u0620-\u064a]")
_DIGIT = re.compile(r"[0-9\u0660-\u0669]")
_PUNCTUATION = re.compile(r"[^\w\s]")

Features = dict[str, float]
Scores = NDArray[np.float64]


def filled_lines(text: str) -> list[tuple[int, int]]:
    """``(start, end)`` of the lines that have a visible character."""
    return [(start, end) for _, start, end in line_spans(text) if text[start:end].strip()]


def line_features(text: str) -> list[Features]:
    """Surface features of each line that is not blank, those of its neighbours among them."""
    spans = filled_lines(text)
    own = [_surface(text[start:end].strip()) for start, end in spans]
    out = []
    for number, features in enumerate(own):
        row = dict(features)
        row["position"] = number / max(1, len(own) - 1)
        row["from_top"], row["from_end"] = min(number, 10), min(len(own) - 1 - number, 10)
        for name, at in (("previous", number - 1), ("next", number + 1)):
            row[f"{name}_none"] = float(not 0 <= at < len(own))
            for key in ("length", "ends_sentence", "ends_colon"):
                row[f"{name}_{key}"] = own[at][key] if 0 <= at < len(own) else 0.0
        out.append(row)
    return out


def viterbi(emissions: Scores, transitions: Scores, start: Scores) -> NDArray[np.int64]:
    """The most probable label sequence, from log scores: emissions (lines, labels), transitions (from, to), start (labels).

    Viterbi (1967); at a tie the lower label wins.
    """
    best, back = start + emissions[0], []
    for row in emissions[1:]:
        steps = best[:, None] + transitions
        back.append(steps.argmax(axis=0))
        best = steps.max(axis=0) + row
    path = [int(best.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return np.array(path[::-1], dtype=np.int64)


class LineClassifier(BaseEstimator):
    """Calls each line body or boilerplate, by logistic regression.

    Parameters
    ----------
    sequence : bool
        Decode the page as a first-order chain: the classifier's log odds, and transitions counted on the training pages.
    C : float
        Inverse strength of the regularisation, scikit-learn's default.
    """

    def __init__(self, sequence: bool = False, C: float = 1.0) -> None:
        self.sequence = sequence
        self.C = C

    def fit(self, texts: list[str], bodies: list[Spans]) -> Self:
        """Learn from pages and their body spans. A line belongs to the side that has most of its visible characters."""
        labels = [_line_labels(text, body) for text, body in zip(texts, bodies, strict=True)]
        lines = [line for text in texts for line in _lines(text)]
        self.pipeline_ = _pipeline(self.C).fit(lines, np.concatenate(labels))
        self.start_, self.transitions_ = _chain([labels_ for labels_ in labels if len(labels_)])
        return self

    def predict(self, texts: list[str]) -> list[Spans]:
        """The body of each page, as spans that hold whole lines."""
        return [self._predict_one(text) for text in texts]

    def _predict_one(self, text: str) -> Spans:
        lines = _lines(text)
        if not lines:
            return []
        scores = self.pipeline_.predict_log_proba(lines)
        path = viterbi(scores, self.transitions_, self.start_) if self.sequence else scores.argmax(axis=1)
        return join(text, [span for span, label in zip(filled_lines(text), path, strict=True) if label])


def join(text: str, kept: list[tuple[int, int]]) -> Spans:
    """Spans of the kept lines: trimmed, and neighbours with only whitespace between them made one."""
    spans: Spans = []
    for start, end in kept:
        line = text[start:end]
        start, end = start + len(line) - len(line.lstrip()), start + len(line.rstrip())
        if spans and not text[spans[-1][1] : start].strip():
            spans[-1][1] = end
        else:
            spans.append([start, end])
    return spans


def _lines(text: str) -> list[tuple[str, Features]]:
    return [(text[start:end].strip(), row) for (start, end), row in zip(filled_lines(text), line_features(text), strict=True)]


def _line_labels(text: str, body: Spans) -> NDArray[np.int64]:
    places = np.cumsum([0, *(not char.isspace() for char in text)])
    inside = np.concatenate(([0], np.cumsum(mask_of(text, body))))
    share = [(inside[places[end]] - inside[places[start]]) / (places[end] - places[start]) for start, end in filled_lines(text)]
    return np.array([value > 0.5 for value in share], dtype=np.int64)


def _chain(sequences: list[NDArray[np.int64]]) -> tuple[Scores, Scores]:
    """Log start and transition probabilities, counted with one added to each, less the labels' own log prior.

    The classifier's posterior already holds the prior, so the chain must not count it again.
    """
    start, moves = np.ones(2), np.ones((2, 2))
    for labels in sequences:
        start[labels[0]] += 1
        np.add.at(moves, (labels[:-1], labels[1:]), 1)
    prior = np.log(np.bincount(np.concatenate(sequences), minlength=2) + 1.0) - np.log(sum(map(len, sequences)) + 2)
    return np.log(start / start.sum()) - prior, np.log(moves / moves.sum(axis=1, keepdims=True)) - prior


def _pipeline(strength: float) -> Pipeline:
    surface = make_pipeline(FunctionTransformer(_second), DictVectorizer(sparse=False), StandardScaler())
    grams = make_pipeline(FunctionTransformer(_first), TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True))
    union = FeatureUnion([("surface", surface), ("grams", grams)])
    return make_pipeline(union, LogisticRegression(C=strength, class_weight="balanced", max_iter=1000, random_state=SEED))


def _first(lines: list[tuple[str, Features]]) -> list[str]:
    return [line for line, _ in lines]


def _second(lines: list[tuple[str, Features]]) -> list[Features]:
    return [features for _, features in lines]


def _surface(line: str) -> Features:
    size, words = len(line), line.split()
    return {
        "length": float(np.log1p(size)),
        "words": float(np.log1p(len(words))),
        "word_length": sum(map(len, words)) / len(words),
        "latin": len(_LATIN.findall(line)) / size,
        "arabic": len(_ARABIC.findall(line)) / size,
        "digits": len(_DIGIT.findall(line)) / size,
        "punctuation": len(_PUNCTUATION.findall(line)) / size,
        "ends_sentence": float(line[-1] in END_MARKS),
        "ends_colon": float(line[-1] == ":"),
        "has_colon": float(":" in line[:40]),
        "opens_with_letter": float(line[0].isalpha()),
    }

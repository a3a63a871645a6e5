"""The baselines. A new one is one function or class here or beside, and one line in MODELS.

Every model has scikit-learn's ``fit(texts, bodies)`` and ``predict(texts)``; a text is a page, a body its
half-open spans in code points. A rule learns nothing; ``GRIDS`` names those that do.
"""

import re
from collections.abc import Callable
from typing import Any, Self

from sklearn.base import BaseEstimator

from baselines.lines import LineClassifier, filled_lines, join
from baselines.task import Spans
from baselines.word_chain import WordChain

# Ends of sentences: those of the C4 rule, and the Arabic and typographic ones beside them.
C4_END_MARKS = (".", "!", "?", '"', "؟", "…", "»", "”")
# How Arabic news sites head what follows an article; hamza and tanwin are left out before comparing.
END_MARKERS = (
    "اقرا ايضا", "اقرا المزيد", "اقرئي ايضا", "طالع ايضا", "شاهد ايضا", "انظر ايضا", "مواضيع ذات صلة", "موضوعات ذات صلة",
    "مواضيع متعلقة", "اخبار ذات صلة", "اخبار متعلقة", "مقالات ذات صلة", "مقالات مشابهة", "المصدر", "كلمات دلالية",
    "كلمات مفتاحية", "الكلمات المفتاحية", "الوسوم", "وسوم", "شارك", "للمزيد",
)  # fmt: skip
COMPOSED = 150  # training pages composed of blocks of others
_HAMZA = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", **dict.fromkeys(map(chr, range(0x064B, 0x0653)), "")})


class Rule(BaseEstimator):
    """A function from a text to its body, with an estimator's methods."""

    def __init__(self, function: Callable[[str], Spans]) -> None:
        self.function = function

    def fit(self, texts: list[str], bodies: list[Spans]) -> Self:
        """Nothing to learn."""
        return self

    def predict(self, texts: list[str]) -> list[Spans]:
        """The body of each page."""
        return [self.function(text) for text in texts]


def all_body(text: str) -> Spans:
    """Everything is body."""
    return join(text, [(0, len(text))]) if text.strip() else []


def nothing(text: str) -> Spans:
    """Nothing is body."""
    return []


def lines_over_100(text: str) -> Spans:
    """Lines of more than 100 characters, as in many cleaning scripts."""
    return join(text, [(start, end) for start, end in filled_lines(text) if len(text[start:end].strip()) > 100])


def c4_end_of_line(text: str) -> Spans:
    """Lines of five words or more that end with a sentence's final mark: Raffel et al. (2020), with Arabic marks."""
    return join(text, [(start, end) for start, end in filled_lines(text) if _is_sentence(text[start:end].strip())])


def first_marker(text: str) -> Spans:
    """Everything before the first line that opens with "read also", a source, tags or the like."""
    kept = []
    for start, end in filled_lines(text):
        if _plain(text[start:end]).startswith(END_MARKERS):
            break
        kept.append((start, end))
    return join(text, kept)


MODELS: dict[str, Callable[..., Any]] = {
    "all_body": lambda: Rule(all_body),
    "nothing": lambda: Rule(nothing),
    "lines_over_100": lambda: Rule(lines_over_100),
    "c4_end_of_line": lambda: Rule(c4_end_of_line),
    "first_marker": lambda: Rule(first_marker),
    "line_logreg": lambda **parameters: LineClassifier(**parameters),
    "line_logreg_sequence": lambda **parameters: LineClassifier(sequence=True, **parameters),
    "word_chain": lambda **parameters: WordChain(**parameters),
    "word_chain_composed": lambda **parameters: WordChain(**{"composed": COMPOSED, **parameters}),
}

# The chains: their ``fit`` also takes the documents, of which they learn segment kinds and site styles, and their fitted models are kept.
CHAINS = ("word_chain", "word_chain_composed")
# What is tried on validation; a model that learns has an entry here, a rule has none.
GRIDS: dict[str, dict[str, list[Any]]] = {
    "line_logreg": {"C": [0.1, 1.0, 10.0]},
    "line_logreg_sequence": {"C": [0.1, 1.0, 10.0]},
    "word_chain": {},
    "word_chain_composed": {},
}
# What is set on a fitted model, and changes how it answers: chosen by cross-validation over site styles (``baselines.cross_validation``).
AFTER_FIT: dict[str, dict[str, list[Any]]] = {name: {"boldness": [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5]} for name in CHAINS}


def _is_sentence(line: str) -> bool:
    return line.endswith(C4_END_MARKS) and len(line.split()) >= 5


def _plain(line: str) -> str:
    return re.sub(r"^\W+", "", line.translate(_HAMZA))

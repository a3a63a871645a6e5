"""A trained baseline that may put a boundary between any two words, and inside a word where two blocks may be glued."""

from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np
from sklearn.base import BaseEstimator
from threadpoolctl import threadpool_limits

from baselines import chain, compose, fitting
from baselines.clues import clues
from baselines.letters import Grades, Ints, grades
from baselines.task import Spans
from baselines.words import Units, units, word_hashes
from scripts.documents import Json

# A block behind the body of so many words is prose, whoever wrote it; a headline in front of the body is a summary from so many on.
PROSE_WORDS, SUMMARY_WORDS = 20, 6
# Pages that are scored at a time, few, so that their numbers stay near the processor; and decoded at a time, many, since each step is one of numpy's.
SCORED, DECODED = 128, 1024


class WordChain(BaseEstimator):
    """A linear chain over words (``baselines.chain``), with clues of words, gaps, blocks and what is said again (``baselines.clues``).

    Parameters
    ----------
    penalty : float
        Of the squared weights.
    least : int
        Site styles that must share a clue for it to have a weight: what one style alone does is no knowledge about pages.
    rounds : int
        Steps of the search at most.
    composed : int
        Pages composed of blocks of the training pages, added to them (``baselines.compose``).
    seed : int
        Of the composition.
    boldness : float
        Added to the score of every move when pages are labelled: more finds more boundaries, and invents more.
    without : tuple of str
        Groups of clues to do without (``baselines.clues``).
    """

    def __init__(
        self,
        penalty: float = 0.15,
        least: int = 3,
        rounds: int = 110,
        composed: int = 0,
        seed: int = 1,
        boldness: float = 0.0,
        without: tuple[str, ...] = (),
    ) -> None:
        self.penalty = penalty
        self.least = least
        self.rounds = rounds
        self.composed = composed
        self.seed = seed
        self.boldness = boldness
        self.without = without

    def fit(self, texts: list[str], bodies: list[Spans], documents: list[Json] | None = None) -> Self:
        """Learn from pages. With their documents, segment kinds tell articles from margins and site styles are known; without, bodies must do."""
        corpus = documents or [_bare(str(number), text, body) for number, (text, body) in enumerate(zip(texts, bodies, strict=True))]
        corpus = [document for document in corpus if document["text"].strip()]
        self.known_, self.starters_ = known_words([document["text"] for document in corpus]), starters(corpus)
        # One thread: two would add the same numbers in another order, and are no quicker over vectors of this size.
        with threadpool_limits(1):
            self.weights_ = self._fitted([*corpus, *compose.pages(corpus, self.composed, self.seed)])
        return self

    def _fitted(self, corpus: list[Json]) -> chain.Weights:
        """The weights that these pages teach."""
        styles = sorted({document["source"]["style"] for document in corpus})
        pages = _read([document["text"] for document in corpus], self.known_)
        states = [states_of(start, document["segments"]) for start, document in zip(pages.parted(pages.units.start), corpus, strict=True)]
        groups = [styles.index(document["source"]["style"]) for document in corpus]
        found = clues(pages.units, pages.page, self.starters_, self.without)
        return fitting.fit(found, states, groups, self.penalty, min(self.least, len(styles)), self.rounds)

    def predict(self, texts: list[str]) -> list[Spans]:
        """The body of each page."""
        scorer, found = chain.Scorer(self.weights_, self.boldness), []
        for at in range(0, len(texts), DECODED):
            scored = [self._scored(texts[begin : begin + SCORED], scorer) for begin in range(at, min(at + DECODED, len(texts)), SCORED)]
            found += _decoded(_Scored(*(np.concatenate(values) for values in zip(*scored, strict=True))))
        return found

    def _scored(self, texts: list[str], scorer: chain.Scorer) -> "_Scored":
        pages = _read(texts, self.known_)
        scores = scorer.scores(clues(pages.units, pages.page, self.starters_, self.without)) if len(pages.page) else chain.NO_SCORES
        return _Scored(pages.units.start, pages.units.end, np.bincount(pages.page, minlength=len(texts)), *scores)


class _Scored(NamedTuple):
    """The offsets of the units of several pages, how many units each page has, and the scores of all units."""

    start: Ints
    end: Ints
    sizes: Ints
    state: chain.Singles
    move: chain.Singles


class _Pages(NamedTuple):
    """The units of several pages, their offsets counted in their own page, and the number of the page of each."""

    units: Units
    page: Ints
    total: int

    def parted(self, values: np.ndarray) -> list[np.ndarray]:
        """The values of each page."""
        return np.split(values, np.searchsorted(self.page, np.arange(1, self.total)))


def _read(texts: list[str], known: Grades) -> _Pages:
    """The units of all texts at once; a line feed parts two texts, so that none runs into the next."""
    begins = np.cumsum([0, *(len(text) + 1 for text in texts)])
    found = units("\n".join(texts), known)
    page = np.searchsorted(begins, found.start, side="right") - 1
    return _Pages(found._replace(start=found.start - begins[page], end=found.end - begins[page]), page, len(texts))


def known_words(texts: list[str]) -> Grades:
    """The words that stand twice or more in the texts."""
    words, count = np.unique(np.concatenate([word_hashes(text) for text in texts]), return_counts=True)
    return grades(words[count >= 2], np.ones(int((count >= 2).sum()), np.int64))


def starters(corpus: list[Json]) -> Grades:
    """How often each word that stands twice or more opens a paragraph of a body: from 1, never, to 5, often."""
    opening, every = [], []
    for document in corpus:
        page = units(document["text"])
        starts = [segment["start"] for segment in document["segments"] if segment["kind"] == "paragraph"]
        at = np.searchsorted(page.start, starts)
        opening.append(page.hash[at[at < len(page.hash)]])
        every.append(page.hash)
    words, count = np.unique(np.concatenate(every), return_counts=True)
    first = np.bincount(np.searchsorted(words, np.concatenate(opening)), minlength=len(words))
    grade = np.digitize((first + 0.2) / (count + 2), (0.06, 0.12, 0.3, 0.5)) + 1
    return grades(words[count >= 2], grade[count >= 2])


def states_of(start: Ints, segments: list[Json]) -> Ints:
    """The state of each unit that starts there, from the labels: see ``baselines.chain``."""
    which = np.maximum(np.searchsorted([segment["start"] for segment in segments], start, side="right") - 1, 0)
    body = np.array([segment["label"] == "body" for segment in segments])[which]
    if not body.any():
        return np.full(len(which), chain.BEFORE)
    first, last = int(body.argmax()), len(body) - 1 - int(body[::-1].argmax())
    states = np.where(body, chain.BODY, chain.INSIDE)
    states[:first], states[last + 1 :] = chain.BEFORE, chain.AFTER
    words = np.bincount(which, minlength=len(segments))
    prose = np.array([segment["kind"] == "related_article" for segment in segments]) | (words >= PROSE_WORDS)
    states[(states == chain.AFTER) & prose[which]] = chain.ARTICLE
    before = which[first] - 1
    if before >= 0 and segments[before]["kind"] == "headline" and words[before] >= SUMMARY_WORDS:
        states[:first][which[:first] == before] = chain.SUMMARY
    return states


def _decoded(pages: _Scored) -> list[Spans]:
    """The stretches of body of each page."""
    if not len(pages.start):
        return [[] for _ in pages.sizes]
    body = chain.best_states(chain.Scores(pages.state, pages.move), pages.sizes) == chain.BODY
    page = np.repeat(np.arange(len(pages.sizes)), pages.sizes)
    turns = np.flatnonzero(np.diff(np.where(body, page, -1), prepend=-1, append=-1))
    opens, closes = turns[np.append(body, False)[turns]], turns[np.append(False, body)[turns]]
    spans = np.stack((pages.start[opens], pages.end[closes - 1]), axis=1).tolist()
    cuts = np.searchsorted(page[opens], np.arange(len(pages.sizes) + 1)).tolist()
    return [spans[first:last] for first, last in pairwise(cuts)]


def _bare(identifier: str, text: str, body: Spans) -> Json:
    """A document of which only the body is known: what is left between is margin of no known kind."""
    segments: list[Json] = []
    end = 0
    for start, stop in [*body, [len(text), len(text)]]:
        gap = text[end:start]
        if gap.strip():
            begin = end + len(gap) - len(gap.lstrip())
            segments.append({"start": begin, "end": end + len(gap.rstrip()), "label": "boilerplate", "kind": "other"})
        if start < stop:
            segments.append({"start": start, "end": stop, "label": "body", "kind": "paragraph"})
        end = stop
    return {"id": identifier, "text": text, "segments": segments, "source": {"style": identifier}}

"""Words by class: what asks the reader for something, what captions say, titles, names, months, subjects of news.

A class tells more of a word that training never showed than its letters do. ``lexicon.tsv`` has a class a line, its name and its words, each once; the first
AROUND classes are those of what stands around articles. A language model wrote it from what it knows of Arabic and of news sites, without any page of this set
before it. Of words that are alike once their letters are folded one is kept.
"""

import functools
from pathlib import Path

import numpy as np

from baselines.letters import Grades, Ints, graded, grades
from baselines.words import Units, word_hashes

PATH = Path(__file__).with_name("lexicon.tsv")
AROUND = 19
# Of a word of so few letters `Units.bare` does not take a conjunction off; Arabic ones stand in the table with it too.
_SHORT = 3


def classed(found: Units) -> Ints:
    """The class of each unit, numbered from 1 in the order of the file; 0 for a word of none."""
    whole = graded(found.hash, _table())
    return np.where(whole > 0, whole, graded(found.bare, _table())).astype(np.int64)


@functools.cache
def classes() -> dict[str, list[str]]:
    """``{class: words}``."""
    rows = (line.split("\t") for line in PATH.read_text("utf-8").splitlines())
    return {name: words.split(" ") for name, words in rows}


@functools.cache
def _table() -> Grades:
    """The class of each word, by its hash."""
    pairs = [(word, number) for number, words in enumerate(classes().values(), 1) for word in words]
    pairs = [("و" + word, number) for word, number in pairs if len(word) <= _SHORT and word >= "ء"] + pairs
    return grades(word_hashes("\n".join(word for word, _ in pairs)), np.array([number for _, number in pairs]))

"""The chain over words: its units, its clues, its decoding against every path, its likelihood against differences, and its file."""

import itertools
import json
import zipfile

import numpy as np
import pytest

from baselines import chain, clues, compose, fitting, letters, lexicon, models, saved, words
from baselines.buckets import Part
from baselines.class_clues import class_labels, class_moves
from baselines.layout import layout
from baselines.restart_clues import restart_moves
from baselines.task import body_of
from baselines.word_chain import WordChain, known_words, starters, states_of
from baselines.words import AFTER_POINT, BEFORE_OPENING, BLANK, FINAL_LETTER, GLUED, LINE, ONE_SPACE, SCRIPT, START, TWO_KNOWN, WIDE
from scripts import documents, shape
from scripts.documents import DataError

TRAIN = documents.read_split("train")


def pieces(text, known=None):
    found = words.units(text, known)
    return [text[a:b] for a, b in zip(found.start, found.end, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال: نعم.", ["قال:", "نعم."]),
        ("انتهى.وقال", ["انتهى.", "وقال"]),
        ("المدينةكتب", ["المدينة", "كتب"]),
        ("2024كتب", ["2024", "كتب"]),
        ("نصShare", ["نص", "Share"]),
        ("خبر(صورة)", ["خبر", "(صورة)"]),
        ("مدرّسةً في", ["مدرّسةً", "في"]),  # vowel marks belong to the letter they stand on
        ("", []),
        (" \n\u00a0", []),
        ("\x00", ["\x00"]),
    ],
)
def test_units(text, expected):
    assert pieces(text) == expected


def test_a_word_is_cut_where_it_is_unknown_and_its_parts_are_known():
    known = letters.grades(words.word_hashes("الماضي وقال"), np.ones(2, np.int64))
    assert pieces("الأسبوع الماضيوقال", known) == ["الأسبوع", "الماضي", "وقال"]
    assert pieces("الأسبوع الماضيوقال") == ["الأسبوع", "الماضيوقال"]
    assert list(words.units("الماضيوقال", known).cut) == [0, TWO_KNOWN]


def test_gaps_and_cuts_say_what_stands_before():
    found = words.units("أ ب  ج\nد\n\nه.وة\u00a0ز ةك")
    assert list(found.gap) == [START, ONE_SPACE, WIDE, LINE, BLANK, GLUED, ONE_SPACE, ONE_SPACE, GLUED]
    assert list(found.cut) == [0, 0, 0, 0, 0, AFTER_POINT, 0, 0, FINAL_LETTER]
    assert list(found.odd) == [False, False, False, False, False, False, True, False, False]
    assert list(words.units("أb").cut) == [0, SCRIPT] and list(words.units("أ[").cut) == [0, BEFORE_OPENING]


def test_one_hash_for_spellings_that_are_folded():
    same = words.word_hashes("أَحْمَد احمد إحمــد")
    assert len(set(same.tolist())) == 1
    assert len(set(words.word_hashes("أحمد حماد 12 13 99").tolist())) == 3  # numbers by their length


def test_clues_of_a_page_do_not_depend_on_the_pages_beside_it():
    model = WordChain()
    model.known_, model.starters_ = known_words([d["text"] for d in TRAIN[:9]]), starters(TRAIN[:9])
    texts = [d["text"] for d in TRAIN[:7]]
    single = [clues.clues(words.units(text, model.known_), np.zeros(len(words.units(text, model.known_).start), np.int64), model.starters_) for text in texts]
    from baselines.word_chain import _read

    pages = _read(texts, model.known_)
    together = clues.clues(pages.units, pages.page, model.starters_)
    offsets = np.cumsum([0, *(one.units for one in single)])
    assert together.units == offsets[-1]
    for layer in ("label", "move"):
        for number, part in enumerate(getattr(together, layer)):
            alone = [getattr(one, layer)[number] for one in single]
            assert (np.concatenate([one.buckets for one in alone], 1) == part.buckets).all()
            if part.at is not None:
                assert (np.concatenate([one.at + start for one, start in zip(alone, offsets, strict=False)]) == part.at).all()


def random_scores(units, seed):
    draw = np.random.default_rng(seed)
    return chain.Scores(draw.normal(size=(units, len(chain.STATES))).astype(np.float32), draw.normal(size=(units, len(chain.MOVES))).astype(np.float32))


def paths(scores):
    """Every allowed path with its score."""
    moves = {pair: number for number, pair in enumerate(chain.MOVES)}
    for path in itertools.product(range(len(chain.STATES)), repeat=len(scores.state)):
        steps = list(itertools.pairwise(path))
        if path[0] in chain.STARTS and path[-1] in chain.ENDS and all(a == b or (a, b) in moves for a, b in steps):
            total = sum(scores.state[i][s] for i, s in enumerate(path))
            yield path, total + sum(scores.move[i][moves[step]] for i, step in enumerate(steps, 1) if step in moves)


def decoded(pages):
    """The best states of each page, all decoded together."""
    sizes = np.array([len(page.state) for page in pages])
    states = chain.best_states(chain.Scores(*(np.concatenate(values) for values in zip(*pages, strict=True))), sizes)
    return np.split(states, np.cumsum(sizes)[:-1])


@pytest.mark.parametrize("sizes", [[4], [5, 1, 3], [1], [2, 5, 5], [3, 0, 4]])
def test_decoding_finds_the_best_of_all_paths(sizes):
    pages = [random_scores(size, seed) for seed, size in enumerate(sizes)]
    found = decoded(pages)
    assert [tuple(path) for path in found] == [max(paths(page), key=lambda item: item[1])[0] if len(page.state) else () for page in pages]


def made_up(units, draw):
    """Clues that speak at every unit, and some that speak at the first and the last alone."""
    whole = [Part(None, draw.integers(0, 4, (2, units)).astype(np.int32)), Part(np.array([0, units - 1]), draw.integers(4, 7, (1, 2)).astype(np.int32))]
    return clues.Clues(units, whole, [Part(None, draw.integers(0, 5, (3, units)).astype(np.int32))])


def joined(parts, sizes):
    """The parts of pages as one part of all of them."""
    starts = np.cumsum([0, *sizes])[:-1]
    at = None if parts[0].at is None else np.concatenate([part.at + start for part, start in zip(parts, starts, strict=True)])
    return Part(at, np.concatenate([part.buckets for part in parts], 1))


def test_likelihood_is_that_of_all_paths_and_its_slope_that_of_small_steps():
    sizes, draw = [5, 3], np.random.default_rng(1)
    before, summary, inside, after, article, body = range(len(chain.STATES))
    pages = [made_up(n, draw) for n in sizes]
    together = clues.Clues(
        sum(sizes), *([joined(layer, sizes) for layer in zip(*parts, strict=True)] for parts in ([p.label for p in pages], [p.move for p in pages]))
    )
    states = [np.array([before, body, inside, body, after]), np.array([summary, body, article])]
    problem = fitting._Problem(together, states, [0, 1], penalty=0.5, least=1)
    point = draw.normal(size=problem.size)
    loss, slope = problem.loss(point)
    label, move = problem.parted(point)
    weights = chain.Weights(problem.label_buckets, label, problem.move_buckets, move)
    expected = 0.0
    for page, path in zip(pages, states, strict=True):
        every = dict(paths(chain.Scorer(weights).scores(page)))
        expected += np.logaddexp.reduce(list(every.values())) - every[tuple(path)]
    assert loss == pytest.approx((expected + 0.25 * (point @ point)) / 2, rel=1e-5)
    for at in range(0, problem.size, 7):
        step = np.zeros(problem.size)
        step[at] = 1e-5
        assert slope[at] == pytest.approx((problem.loss(point + step)[0] - problem.loss(point - step)[0]) / 2e-5, abs=1e-5)


def test_a_clue_of_one_style_has_no_weight():
    found = clues.Clues(4, [Part(None, np.array([[1, 2, 1, 3]], np.int32))], [Part(None, np.array([[8, 7, 9, 7]], np.int32))])
    states = [np.array([chain.BEFORE, chain.BODY])] * 2
    weights = fitting.fit(found, states, [0, 1], penalty=0.01, least=2, rounds=9)
    assert (list(weights.label_buckets), list(weights.move_buckets)) == ([1], [7])
    weights = fitting.fit(found, states, [0, 0], penalty=0.01, least=2, rounds=9)
    assert (list(weights.label_buckets), list(weights.move_buckets)) == ([], [])


def test_boldness_is_added_to_every_move_and_to_nothing_else():
    found = clues.Clues(2, [Part(None, np.array([[1, 2]], np.int32))], [Part(np.array([1]), np.array([[7]], np.int32))])
    weights = chain.Weights(np.array([1]), np.ones((1, 3), np.float32), np.array([7]), np.full((1, len(chain.MOVES)), 2.0, np.float32))
    plain, bold = chain.Scorer(weights).scores(found), chain.Scorer(weights, 0.5).scores(found)
    assert (plain.move[0] == 0).all() and (plain.move[1] == 2).all()
    assert (bold.move == plain.move + 0.5).all() and (bold.state == plain.state).all()


def test_states_come_from_kinds_and_places():
    kinds = ["navigation", "headline", "paragraph", "caption", "paragraph", "related_links", "related_article", "legal"]
    text = "قائمة\nعنوان من ست كلمات أو أكثر هنا\nمتن\nصورة\nمتن\nروابط\nمقال\nحقوق"
    ends = np.cumsum([len(line) + 1 for line in text.split("\n")])
    segments = [
        {"start": int(end - 1 - len(line)), "end": int(end - 1), "kind": kind, "label": documents.label_of_kind()[kind]}
        for line, end, kind in zip(text.split("\n"), ends, kinds, strict=True)
    ]
    states = states_of(words.units(text).start, segments)
    assert [chain.STATES[s] for s, _ in itertools.groupby(states)] == ["before", "summary", "body", "inside", "body", "after", "another_article", "after"]


def test_composed_pages_are_whole_and_always_the_same():
    made = compose.pages(TRAIN[:12], 40, seed=5)
    assert made == compose.pages(TRAIN[:12], 40, seed=5) != compose.pages(TRAIN[:12], 40, seed=6)
    assert compose.pages(TRAIN, 0, seed=5) == []
    styles = {d["source"]["style"] for d in TRAIN[:12]}
    for page in made:
        covered = np.zeros(len(page["text"]), bool)
        for segment in page["segments"]:
            assert page["text"][segment["start"] : segment["end"]].strip()
            covered[segment["start"] : segment["end"]] = True
        assert not "".join(char for char, inside in zip(page["text"], covered, strict=True) if not inside).strip()
        assert body_of(page) and page["source"]["style"] in styles


@pytest.fixture(scope="module")
def small():
    corpus = TRAIN[:24]
    return corpus, WordChain(rounds=40, least=2).fit([d["text"] for d in corpus], [body_of(d) for d in corpus], corpus)


def test_a_chain_learns_its_training_pages(small):
    corpus, model = small
    found = model.predict([d["text"] for d in corpus])
    assert sum(body == body_of_lines(d) for d, body in zip(corpus, found, strict=True)) >= 12  # 40 rounds are no full fit


def body_of_lines(document):
    """The gold body with neighbours that only whitespace parts made one, as a prediction has them."""
    from baselines.task import mask_of, spans_of

    return spans_of(document["text"], mask_of(document["text"], body_of(document)))


def test_stems_leave_out_conjunction_preposition_and_article():
    def stems(text):
        return words.units(text).stem.tolist()

    assert len(set(stems("المدينة والمدينة بالمدينة للمدينة ومدينة مدينتنا مدينة"))) == 1
    assert len(set(stems("ولد وال في قلم بحر والد"))) == 6


def test_each_word_of_the_lexicon_is_one_unit_in_one_class():
    listed = [word for words_ in lexicon.classes().values() for word in words_]
    hashes = words.word_hashes("\n".join(listed))
    assert len(hashes) == len(listed) == len(set(hashes.tolist()))
    found = lexicon.classed(words.units("\n".join(listed)))
    right = np.repeat(np.arange(len(lexicon.classes())) + 1, [len(words_) for words_ in lexicon.classes().values()])
    assert (found == right).mean() > 0.97  # two words in one place of the table are rare
    assert list(lexicon.classes())[lexicon.AROUND - 1 : lexicon.AROUND + 1] == ["menu_word", "said_past"]


def test_a_word_has_its_class_also_behind_conjunction_preposition_and_article():
    names = ["", *lexicon.classes()]

    def kinds(text):
        return [names[kind] for kind in lexicon.classed(words.units(text))]

    assert kinds("مدير المدير والمدير للمدير ومدير") == ["title_role"] * 5
    assert kinds("قمح وقمح") == ["subject_farming"] * 2
    assert kinds("خنفشاريات 12 ! زعطوط") == [""] * 4


def test_words_of_one_class_have_the_same_class_clues():
    first, second, other = (layout(words.units(text), np.zeros(3, np.int64)) for text in ("اقرأ أيضا خبرا", "طالع أيضا خبرا", "قال أيضا خبرا"))
    for look in (class_moves, class_labels):
        assert (look(first).buckets == look(second).buckets).all()
        assert (look(first).buckets[:, 0] != look(other).buckets[:, 0]).all()


@pytest.mark.parametrize("texts", [[""], ["", " \n", "نص"], ["\x00"], ["\n" * 10_000], ["English page.\nMenu | Home"], ["كلمة " * 3], ["😀 \udcff"]])
def test_odd_pages_have_an_answer(texts, small):
    found = small[1].predict(texts)
    assert len(found) == len(texts)
    for text, body in zip(texts, found, strict=True):
        assert all(0 <= a < b <= len(text) and text[a:b] == text[a:b].strip() for a, b in body)


def test_a_million_characters_in_one_line_take_linear_time(small):
    import time

    text = "كلمة أخرى. " * 20_000
    begin = time.perf_counter()
    small[1].predict([text])
    once = time.perf_counter() - begin
    small[1].predict([text * 5])
    assert time.perf_counter() - begin - once < 12 * max(once, 0.2)


def test_answers_do_not_depend_on_the_batch(small):
    texts = [d["text"] for d in TRAIN[:30]]
    assert small[1].predict(texts) == [small[1].predict([text])[0] for text in texts]


def test_bodies_alone_are_enough_to_fit():
    corpus = TRAIN[:10]
    model = WordChain(rounds=5).fit([d["text"] for d in corpus], [body_of(d) for d in corpus])
    assert len(model.predict([corpus[0]["text"]])) == 1


def test_a_kept_model_answers_alike_and_has_the_same_bytes(small, tmp_path):
    corpus, model = small
    parameters = {"rounds": 40, "least": 2}
    saved.write("mine", model, corpus, parameters, tmp_path)
    first = saved.path_of("mine", tmp_path).read_bytes()
    saved.write("mine", model, corpus, parameters, tmp_path)
    assert saved.path_of("mine", tmp_path).read_bytes() == first
    texts = [d["text"] for d in TRAIN[:20]]
    assert saved.load("mine", corpus, parameters, tmp_path).predict(texts) == model.predict(texts)


def test_a_kept_model_of_other_data_or_parameters_is_refused(small, tmp_path):
    corpus, model = small
    saved.write("mine", model, corpus, {"least": 2}, tmp_path)
    with pytest.raises(DataError, match="its data_sha256 is"):
        saved.load("mine", corpus[1:], {"least": 2}, tmp_path)
    with pytest.raises(DataError, match="its parameters is"):
        saved.load("mine", corpus, {"least": 3}, tmp_path)
    saved.path_of("mine", tmp_path).write_bytes(b"PK")
    with pytest.raises(DataError, match="is no fitted model"):
        saved.load("mine", corpus, {"least": 2}, tmp_path)


def test_a_kept_model_of_another_lexicon_is_refused(small, tmp_path, monkeypatch):
    corpus, model = small
    saved.write("mine", model, corpus, {}, tmp_path)
    (tmp_path / "lexicon.tsv").write_text("said_past\tقال\n", "utf-8")
    monkeypatch.setattr(lexicon, "PATH", tmp_path / "lexicon.tsv")
    with pytest.raises(DataError, match="its clues_sha256 is"):
        saved.load("mine", corpus, {}, tmp_path)


def test_a_kept_model_of_other_clues_is_refused(small, tmp_path, monkeypatch):
    corpus, model = small
    saved.write("mine", model, corpus, {"least": 2}, tmp_path)
    monkeypatch.setattr(clues, "MOVE", {name: group for name, group in clues.MOVE.items() if name != "cohesion of blocks"})
    with pytest.raises(DataError, match="its clues_sha256 is"):
        saved.load("mine", corpus, {"least": 2}, tmp_path)


def test_a_page_beside_shorter_ones_and_alone_is_decoded_alike():
    long, short = random_scores(3 * chain._STRETCH // 2, 1), random_scores(7, 2)
    together = decoded([short, long, short])
    assert [path.tolist() for path in together] == [decoded([page])[0].tolist() for page in (short, long, short)]
    assert decoded([long, long])[0].tolist() == together[1].tolist()  # two of a length are decoded by numpy to the end


def test_a_kept_model_holds_no_code(small, tmp_path):
    corpus, model = small
    model.starters_ = np.array([print], object)
    with pytest.raises(ValueError, match="Object arrays"):
        saved.write("mine", model, corpus, {}, tmp_path)
    model.starters_ = starters(corpus)


def test_the_kept_models_are_those_of_the_pinned_results():
    from baselines import results

    for name in models.CHAINS:
        saved.load(name, TRAIN, results.read()["parameters"][name])
        with zipfile.ZipFile(saved.path_of(name)) as archive:
            assert set(json.loads(archive.read("head.json"))) == {"format", "name", "parameters", "data_sha256", "clues_sha256"}
    assert list(shape.schema_faults(results.read(), "results")) == []


def test_small_weights_are_left_out_and_the_others_kept_as_they_are():
    buckets, weights = fitting._worth(np.array([3, 5, 8]), np.array([[0.0, 0.01], [-0.5, 0.01], [0.02, 0.03]]))
    assert (buckets.tolist(), weights.tolist()) == ([5, 8], np.array([[-0.5, 0.01], [0.02, 0.03]], np.float32).tolist())
    assert [len(values) for values in fitting._worth(np.zeros(0, int), np.zeros((0, 2)))] == [0, 0]


def test_a_search_that_leaves_small_weights_out_ends_where_the_whole_search_ends(monkeypatch):
    draw = np.random.default_rng(3)
    found, states = made_up(12, draw), [np.array([chain.BEFORE] * 4 + [chain.BODY] * 8)]
    short = fitting.fit(found, states, [0], 1.0, 1, 200)
    monkeypatch.setattr(fitting, "_SMALL", 0.0)
    whole = fitting.fit(found, states, [0], 1.0, 1, 200)
    kept = np.isin(whole.move_buckets, short.move_buckets)
    assert 0 < kept.sum() <= len(kept)
    assert short.move == pytest.approx(whole.move[kept], abs=0.02)


def begins_twice(text):
    """(the units at which the clues of a restart stand, their buckets) of a page."""
    page = words.units(text)
    found = restart_moves(layout(page, np.zeros(len(page.start), np.int64)), np.zeros(1 << 20, np.int8))
    return found.at, found.buckets


def test_a_lead_that_says_the_summary_again_is_seen_where_it_begins():
    summary = "مزارعون يستعيدون بساتين الرمان بعد خمسة مواسم جافة"
    lead = "استعاد مزارعون في القرية بساتين الرمان التي تركوها خمسة مواسم لأن السنوات كانت جافة ثم عادت الأمطار"
    at, _ = begins_twice(f"{summary} {lead}")
    assert len(summary.split()) in at  # the lead's first word
    other = "وصل القطار إلى محطة بعيدة عند الفجر ونزل منه ركاب كثيرون يحملون حقائب ثقيلة وصناديق"
    assert len(begins_twice(f"{summary} {other}")[0]) == 0  # nothing is said again


def test_a_page_of_one_word_begins_once():
    at, buckets = begins_twice("كلمة")
    assert (len(at), buckets.shape[1]) == (0, 0)

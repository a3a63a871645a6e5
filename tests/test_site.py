"""The site in a real browser, headless Chromium through Playwright: opened from its folder, without a network."""

import time

import pytest
from conftest import needs_chromium

from baselines.site import __main__ as command
from baselines.site import entries, outcomes, palette
from baselines.site.outcomes import Answer
from baselines.task import body_of, mask_of, visible
from scripts import documents

pytest.importorskip("jinja2", reason="the extra `site` is not installed")
pytest.importorskip("playwright.sync_api", reason="the extra `browser` is not installed")
pytestmark = needs_chromium

SYSTEMS = ("word_chain", "lines_over_100")
# Everything that a browser may take for something else, and a character that takes two UTF-16 units.
ODD = "خبر <b>&amp;\t و\u00a0ب\r\n😀 قال 12 \u200fABC\u200e و\n\n«نص» \u2028 بأن لنا\rعين\n"


def segmented(identifier, text, every=None):
    """A document of one paragraph a line, without other labels."""
    segments, start = [], 0
    for line in text.split("\n"):
        if line.strip():
            first = start + len(line) - len(line.lstrip())
            segments.append({"start": first, "end": first + len(line.strip()), "label": "body", "kind": "paragraph"})
        start += len(line) + 1
    source = {"file": "x", "outlet": None, "aggregator": None, "style": "odd", "published": None, "sha256": documents.sha256(text)}
    layers = {"segments": segments, "quotes": [], "entities": every or []}
    return {
        "id": identifier,
        "origin": "authored",
        "source": source,
        "text": text,
        **layers,
        "annotation": {"guidelines": "1.0", "passes": [], "adjudicated": False},
    }


def entry(document, *bodies):
    answers = [Answer("test", f"system_{number}", body) for number, body in enumerate(bodies)]
    return entries.Entry(document, "train", [], [], answers, {})


def glued(entry):
    """How many segments of a document begin inside a word."""
    text = entry.document["text"]
    return sum(bool(s["start"]) and not text[s["start"] - 1].isspace() for s in entry.document["segments"])


@pytest.fixture(scope="module")
def shown():
    """The two longest pages of the test split, a train page with blocks glued into its lines, a validation page with a displaced boundary,
    and odd characters; the first column's answers of two systems."""
    found = entries.read()
    chosen = sorted((e for e in found if e.split == "test"), key=lambda e: -len(e.document["text"]))[:2]
    chosen.append(max((e for e in found if e.split == "train"), key=glued))
    displaced = lambda e: any(outcomes.outcome(e.document, a.body).boundaries["displaced"] for a in e.answers if a.name in SYSTEMS)  # noqa: E731
    chosen.append(next(e for e in found if e.split == "validation" and displaced(e)))
    chosen = [e._replace(answers=[a for a in e.answers if a.name in SYSTEMS and a.column != "leave_one_out"]) for e in chosen]
    return [*chosen, entry(segmented("odd-0001", ODD), [[4, 9]])]


@pytest.fixture(scope="module")
def folder(shown, tmp_path_factory):
    target = tmp_path_factory.mktemp("site") / "site"
    command.build(shown, target, SYSTEMS[0])
    return target


@pytest.fixture(scope="module")
def tab(browser):
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.set_default_timeout(10_000)
    yield page
    page.close()


@pytest.fixture
def visit(tab, folder):
    """``visit(path)`` opens a page of the site afresh and gives its tab."""

    def open_page(path):
        tab.emulate_media(media="screen", color_scheme="light")
        tab.goto("about:blank")
        tab.goto((folder / path.partition("#")[0]).as_uri() + "".join(path.partition("#")[1:]))
        tab.evaluate("new Promise(done => setTimeout(done, 20))")
        return tab

    return open_page


def lit(tab):
    return tab.evaluate("[...new Set([...document.querySelectorAll('.r.lit')].flatMap(run => run.dataset.m.split(' ')))]")


def with_parts(shown):
    """``(entry, quote)`` of the first quote of the set that has a cue and a speaker and is the only one to have them."""
    for one in shown:
        quotes = one.document["quotes"]
        for quote in quotes:
            parts = [(quote[part] or {}).get("start") for part in ("cue", "speaker")]
            others = {(q[part] or {}).get("start") for q in quotes if q is not quote for part in ("cue", "speaker")}
            if None not in parts and not others & set(parts):
                return one, quote
    raise AssertionError("no quote with a cue and a speaker of its own")


def test_every_page_opens_without_errors_asks_for_nothing_outside_and_links_to_what_is_there(browser, folder):
    tab, said, asked, linked = browser.new_page(), [], [], {}
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    script = "({ids: [...document.querySelectorAll('[id]')].map(n => n.id), links: [...document.links].map(a => a.href)})"
    for path in folder.rglob("*.html"):
        tab.goto(path.as_uri())
        linked[path.as_uri()] = tab.evaluate(script)
    tab.close()
    assert said == []
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"} and len(asked) >= 3 * len(linked)
    for page, found in linked.items():
        assert len(set(found["ids"])) == len(found["ids"]), page
        for link in found["links"]:
            target, _, fragment = link.partition("#")
            assert target in linked, f"{page} → {link}"
            assert not fragment or fragment[0].isdigit() or fragment in linked[target]["ids"], f"{page} → {link}"


def test_the_text_is_verbatim_and_so_is_its_copy(visit, shown):
    for one in shown:
        tab = visit(f"documents/{one.id}.html")
        assert tab.evaluate("[...document.querySelectorAll('.t')].map(t => t.textContent).join('')") == one.document["text"]
        copied = tab.evaluate("(getSelection().selectAllChildren(document.querySelector('.text')), getSelection().toString())")
        # A selection gives spaces in place of tabs and the like nowhere: what is visible, and line by line.
        assert copied.replace("\r", "").strip("\n") == one.document["text"].replace("\r", "").strip("\n"), one.id


def test_the_first_mark_of_a_line_stands_on_its_right(visit, shown):
    """Of two Arabic runs on one row, the one that comes later in the text lies further left."""
    script = """[...document.querySelectorAll('.t')].flatMap(line => {
      const arabic = run => /^[^A-Za-z0-9]*[ء-ي][^A-Za-z0-9]*$/.test(run.textContent);
      const runs = [...line.querySelectorAll('.r')].filter(run => arabic(run) && run.getClientRects().length === 1);
      const boxes = runs.map(run => run.getBoundingClientRect());
      return boxes.slice(1).flatMap((box, at) => Math.abs(box.top - boxes[at].top) < 4 ? [boxes[at].right - box.right] : []);
    })"""
    count = 0
    for one in shown:
        steps = visit(f"documents/{one.id}.html").evaluate(script)
        assert all(step > 0 for step in steps), one.id
        count += len(steps)
    assert count > 100


def test_marks_take_no_room_and_letters_go_on_joining(visit, shown):
    """A line is as wide as its text without any mark in it, so no word is torn at a mark."""
    script = """(() => {
      const lines = [...document.querySelectorAll('.t')];
      const bare = lines.map(line => { const twin = line.cloneNode(false); twin.textContent = line.textContent; return twin; });
      lines.forEach((line, at) => line.after(bare[at]));
      for (const line of [...lines, ...bare]) line.style.cssText = 'white-space: pre; grid-column: 1 / -1';
      const range = document.createRange();
      const wide = node => (range.selectNodeContents(node), range.getBoundingClientRect().width);
      return lines.map((line, at) => {
        const ends = [...line.querySelectorAll('.r')].map(run => run.getBoundingClientRect());
        return [Math.max(...ends.map(box => box.right)) - Math.min(...ends.map(box => box.left)), wide(bare[at])];
      });
    })()"""
    for one in shown:
        for marked, bare in visit(f"documents/{one.id}.html").evaluate(script):
            assert marked == pytest.approx(bare, abs=1.5), one.id


def test_pointing_at_a_mark_links_quote_cue_and_speaker(visit, shown):
    one, quote = with_parts(shown)
    parts = {quote["id"], f"{quote['id']}-cue", f"{quote['id']}-speaker"}
    for part in ("cue", "speaker"):
        tab = visit(f"documents/{one.id}.html")
        tab.hover(f"#{quote['id']}-{part} .r")
        assert parts <= set(lit(tab))
        bar = tab.text_content("#bar")
        assert all(" ".join(quote[key]["text"].split())[:20] in " ".join(bar.split()) for key in ("cue", "speaker"))
        tab.mouse.move(5, 5)
        assert lit(tab) == [] and not tab.text_content("#bar")


def test_the_keyboard_alone_is_enough(visit, shown):
    one, quote = with_parts(shown)
    tab = visit(f"documents/{one.id}.html")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    tab.wait_for_function("document.activeElement.id === 'main'")
    for _ in range(60):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.matches('.r')"):
            break
    stops = tab.locator(".text .r[tabindex]").count()
    seen = [tab.evaluate("document.activeElement.dataset.s")]
    for _ in range(stops + 3):
        tab.keyboard.press("ArrowLeft")
        seen.append(tab.evaluate("document.activeElement.dataset.s"))
    assert list(dict.fromkeys(seen)) == tab.evaluate("[...document.querySelectorAll('.text .r[tabindex]')].map(run => run.dataset.s)")
    tab.keyboard.press("Home")
    assert tab.evaluate("document.activeElement.dataset.s") == seen[0]
    tab.keyboard.press("End")
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("document.activeElement.dataset.s") == list(dict.fromkeys(seen))[-2]
    tab.evaluate(f"document.querySelector('#{quote['id']}-cue .r').focus()")
    assert f"{quote['id']}-speaker" in lit(tab)
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("Enter")
    assert tab.evaluate("location.hash") == f"#{quote['id']}-cue"
    tab.keyboard.press("Escape")
    assert lit(tab) == [] and not tab.evaluate("document.activeElement.matches('.r')")


def test_a_link_to_a_mark_scrolls_to_it(visit, shown):
    one = next(one for one in shown if one.split == "test")
    quote = one.document["quotes"][-1]
    tab = visit(f"documents/{one.id}.html#{quote['id']}")
    assert quote["id"] in lit(tab)
    box = tab.locator(f"#{quote['id']} .r").first.bounding_box()
    assert 0 <= box["y"] < 900 and tab.evaluate("scrollY") > 0


@pytest.mark.parametrize("place", [(4, 9), (18, 24), (len(ODD) - 9, len(ODD) - 4)])
def test_a_link_to_characters_finds_them(visit, place):
    start, end = place
    tab = visit(f"documents/odd-0001.html#{start}-{end}")
    found = tab.evaluate("[...CSS.highlights.get('place')].map(range => range.toString()).join('')")
    assert found == ODD[start:end]


def test_a_link_to_characters_scrolls_to_them(visit, shown):
    quote = shown[0].document["quotes"][-1]
    tab = visit(f"documents/{shown[0].id}.html#{quote['start']}-{quote['end']}")
    top = tab.evaluate("[...CSS.highlights.get('place')][0].getBoundingClientRect().top")
    assert 0 <= top < 900 and tab.evaluate("scrollY") > 0
    assert quote["text"].split()[0] in tab.text_content("#bar")


def test_the_legend_takes_marks_away_and_brings_them_back(visit, shown):
    one = next(one for one in shown if one.document["entities"])
    kind = one.document["entities"][0]["type"]
    tab = visit(f"documents/{one.id}.html")
    shade = f"getComputedStyle(document.querySelector('.r.entity-{kind} .c')).backgroundColor"
    label = f"getComputedStyle(document.querySelector('.ls b.entity-{kind}')).display"
    before = tab.evaluate(shade)
    tab.uncheck(f"[data-off=entity-{kind}]")
    assert tab.evaluate(shade) == "rgba(0, 0, 0, 0)" != before
    assert tab.evaluate(label) == "none"
    tab.check(f"[data-off=entity-{kind}]")
    assert tab.evaluate(shade) == before


def test_whitespace_is_shown_on_demand(visit):
    tab = visit("documents/odd-0001.html")
    marks = "[...document.querySelectorAll('.w')].map(mark => getComputedStyle(mark, '::before').content)"
    assert set(tab.evaluate(marks)) == {"none"}
    tab.check("[data-on=whitespace]")
    assert tab.evaluate(marks).count('"⏎"') == ODD.count("\n")
    assert {'"⇥"', '"⍽"', '"RLM"', '"2028"', '"000D"'} <= set(tab.evaluate(marks))
    assert tab.evaluate("CSS.highlights.get('space').size") == ODD.count(" ")
    assert tab.evaluate("[...document.querySelectorAll('.t')].map(t => t.textContent).join('')") == ODD


def matching(shown, layer, value):
    return [one.id for one in shown if any(value in (item.get("kind"), item.get("type")) for item in one.document[layer])]


def test_filters_choose_documents_and_count_them(visit, shown):
    tab = visit("index.html")
    rows = "[...document.querySelectorAll('#list tbody tr:not([hidden]) th')].map(cell => cell.textContent)"
    assert tab.evaluate(rows) == [one.id for one in shown]
    tab.select_option("[name=segment]", "related_article")
    expected = matching(shown, "segments", "related_article")
    assert tab.evaluate(rows) == expected and 0 < len(expected) < len(shown)
    tab.select_option("[name=split]", "test")
    expected = [one.id for one in shown if one.id in expected and one.split == "test"]
    assert tab.evaluate(rows) == expected
    quotes = sum(len(one.document["quotes"]) for one in shown if one.id in expected)
    assert tab.text_content("#total").startswith(f"{len(expected)} of {len(shown)} documents: ") and f" {quotes:,} quotes" in tab.text_content("#total")
    partial = sum(one.id in expected for one in shown if one.id in matching(shown, "quotes", "partial"))
    assert f"partial ({partial})" in tab.locator("[name=quote] option").all_text_contents()
    # A choice is counted as if it stood in the place of the one that is made.
    sources = sum(one.split == "test" for one in shown if one.id in matching(shown, "segments", "source"))
    others = sum(one.id in matching(shown, "segments", "related_article") for one in shown if one.split == "train")
    assert f"source ({sources})" in tab.locator("[name=segment] option").all_text_contents()
    assert f"train ({others})" in tab.locator("[name=split] option").all_text_contents()
    assert tab.evaluate("location.hash") == "#split=test&segment=related_article"
    assert visit("index.html#split=test&segment=related_article").evaluate(rows) == expected
    tab.click("button[type=reset]")
    tab.wait_for_function("!location.hash.includes('=')")
    assert tab.evaluate(rows) == [one.id for one in shown]
    tab.fill("[name=words]", "odd")
    assert tab.evaluate(rows) == ["odd-0001"]


def test_the_list_is_sorted_by_a_column_with_the_keyboard(visit, shown):
    tab = visit("index.html")
    tab.focus("#list thead th:nth-child(5) button")
    tab.keyboard.press("Enter")
    rows = "[...document.querySelectorAll('#list tbody th')].map(cell => cell.textContent)"
    assert tab.evaluate(rows) == [one.id for one in sorted(shown, key=lambda one: len(one.document["text"]))]
    assert tab.get_attribute("#list thead th:nth-child(5)", "aria-sort") == "ascending"


def test_the_error_view_marks_exactly_what_differs(visit, shown):
    read = "[...document.querySelectorAll('.r.outcome-{0}')].map(run => [Number(run.dataset.s), [...run.textContent].length])"
    marked = 0
    for one in shown:
        for answer in one.answers:
            tab = visit(f"predictions/{one.id}/{answer.column}.{answer.name}.html")
            seen = visible(one.document["text"])
            gold, said = (mask_of(one.document["text"], body) for body in (body_of(one.document), answer.body))
            for outcome, mask in {"lost": gold & ~said, "wrong": said & ~gold}.items():
                places = {at for start, size in tab.evaluate(read.format(outcome)) for at in range(start, start + size)}
                assert places & set(seen.tolist()) == set(seen[mask].tolist())
                marked += len(places)
            slips = outcomes.outcome(one.document, answer.body).rows
            assert tab.locator(".slips li").count() == len(slips)
    assert marked > 1000


def test_an_error_is_reached_by_its_link_and_said_in_words(visit, shown):
    one, answer, found = next((e, a, o) for e in shown for a in e.answers if (o := outcomes.outcome(e.document, a.body)).boundaries["displaced"])
    row = next(row for row in found.rows if row["error"] == "displaced")
    tab = visit(f"predictions/{one.id}/{answer.column}.{answer.name}.html")
    tab.click(f".slips a[href='#p{row['predicted']}']")
    tab.wait_for_function("document.querySelector('#bar').textContent")
    assert f"put here, at character {row['predicted']}" in tab.text_content("#bar")
    assert tab.evaluate("document.activeElement.matches('.r')")


def test_both_passes_stand_side_by_side_with_the_decisions(visit, shown):
    one = max(shown, key=lambda one: len(one.decisions))
    tab = visit(f"passes/{one.id}.html")
    first, second = (box.bounding_box() for box in tab.locator(".pair .text").all())
    assert first["y"] == second["y"] and first["x"] + first["width"] <= second["x"]
    assert tab.locator(".decisions tbody tr").count() == len(one.decisions) > 0
    for decision, cells in zip(one.decisions, tab.locator(".decisions tbody tr").all(), strict=True):
        assert decision["reason"] in cells.text_content()
    for layers in one.passes:
        for number, decision in enumerate(one.decisions, 1):
            words = tab.evaluate(f"[...document.querySelectorAll('.r[data-m~=\"{layers['pass']}-x{number}\"]')].map(run => run.textContent).join('')")
            assert words == one.document["text"][decision["start"] : decision["end"]]
    tab.click(f".decisions a[href='#{one.passes[0]['pass']}-x1']")
    tab.wait_for_function("document.querySelector('.r.lit')")
    assert {f"{layers['pass']}-x1" for layers in one.passes} <= set(lit(tab))


@pytest.mark.parametrize("scheme", palette.PALETTES)
def test_contrast_of_what_is_drawn(visit, shown, scheme):
    """Every run's letters against the chip, band or paper that lies behind them, as the browser has computed them."""
    script = """[...document.querySelectorAll('.r, .g, .v, .count, td, a')].filter(node => node.textContent.trim()).map(node => {
      const inner = node.querySelector('.c') || node;
      for (let up = inner; up; up = up.parentElement) {
        const colour = getComputedStyle(up).backgroundColor;
        if (colour !== 'rgba(0, 0, 0, 0)') return [getComputedStyle(inner).color, colour];
      }
    }).map(String)"""
    for path in [f"documents/{shown[1].id}.html", f"predictions/{shown[0].id}/test.{SYSTEMS[0]}.html", f"passes/{shown[2].id}.html", "index.html"]:
        tab = visit(path)
        tab.emulate_media(color_scheme=scheme)
        found = set(tab.evaluate(script))
        assert len(found) > 1
        for pair in found:
            numbers = [int(number) for number in "".join(c if c.isdigit() else " " for c in pair).split()]
            front, back = (f"#{r:02x}{g:02x}{b:02x}" for r, g, b in (numbers[:3], numbers[3:]))
            assert palette.contrast(front, back) >= palette.TEXT, (path, pair)
            assert back in palette.PALETTES[scheme].values()


def test_languages_and_directions(visit, shown):
    tab = visit(f"documents/{shown[0].id}.html")
    assert tab.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["en", "ltr"]
    assert tab.evaluate("[...document.querySelectorAll('.text')].map(t => t.lang + getComputedStyle(t).direction)") == ["arrtl"]
    latin = "[...document.querySelectorAll('[lang=ar]:not(.text)')].filter(node => node.dir !== 'rtl' && node.tagName !== 'BDI').length"
    assert tab.evaluate(latin) == 0


def test_what_is_printed(visit, shown):
    tab = visit(f"documents/{shown[0].id}.html")
    tab.emulate_media(media="print", color_scheme="dark")
    assert tab.evaluate("getComputedStyle(document.body).color") == "rgb(28, 26, 23)"
    for hidden in (".views", ".top nav", "#bar", ".lists"):
        assert not tab.locator(hidden).is_visible()
    assert tab.locator(".text").is_visible() and tab.locator(".legend").is_visible()
    assert tab.evaluate("getComputedStyle(document.querySelector('.r.segment-paragraph')).printColorAdjust") == "exact"


@pytest.mark.parametrize(("feed", "path"), [("\n", "documents/long-0001.html"), (" ", "predictions/long-0001/test.system_0.html")], ids=["lines", "one line"])
def test_a_page_of_a_million_characters_opens(browser, shown, tmp_path, feed, path):
    text = shown[0].document["text"].replace("\n", feed) + feed
    text *= 1_000_000 // len(text) + 1
    names = [{"start": at, "end": at + 8, "text": "الكرملين", "type": "ORG", "id": None, "proclitic": ""} for at in all_of("الكرملين", text)]
    began = time.perf_counter()
    command.build([entry(segmented("long-0001", text, names), [[0, len(text) // 2]])], tmp_path / "site")
    built = time.perf_counter()
    tab = browser.new_page()
    tab.goto((tmp_path / "site" / path).as_uri())
    assert tab.evaluate("[...document.querySelectorAll('.t')].map(t => t.textContent.length).reduce((a, b) => a + b)") == len(text)
    opened = time.perf_counter()
    tab.close()
    # Some seconds each; quadratic work would take hours.
    assert built - began < 60 and opened - built < 60


def all_of(word, text):
    """Where the word stands in the text."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))

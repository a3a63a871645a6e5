"""The labelling screen of the real Label Studio in Chromium: where marks are shown, and what a mark made with the mouse comes back as.

Needs .venv-labelstudio (make labelstudio), the extra ``browser`` and chromium; one server for the whole file, which takes a minute to start.
"""

import copy

import pytest
from conftest import needs_chromium
from test_label_studio_run import REAL, needs_label_studio

from scripts import documents, importing, label_studio_run
from scripts.formats import label_studio, label_studio_config
from scripts.label_studio_server import USER, call, running

pytest.importorskip("playwright.sync_api", reason="the extra `browser` is not installed")
pytestmark = [needs_label_studio, needs_chromium]

# What makes offsets go astray: characters of two UTF-16 units, alone and joined, spaces of all sorts, a joiner, vowel signs, each sort of line end.
TEXT = (
    "عاجل 😀 سلمى حداد 🇱🇧  في\u00a0بيروت\r\n\nقالت\u200cها سلمى\tحدّاد 👨\u200d👩\u200d👧: «السوق 𞤀 باقية\nفي بيروت».\r"
    "وأضافت\u2028\u200fأن <b>الميناء</b> &amp; رأس\nالخيمة 😀 بخير  غدا"
)

# The text of a mark as its spans show it, a line break being none of theirs; outer spans alone, since marks lie in marks.
SHOWN = """
key => [...document.querySelectorAll(`[class*="htx-highlight-${key}-"]`)].map(span => span.textContent).join("")
"""

# Where the mouse goes down and up to take the characters from..to (code points of the line's text) of the line that holds them.
PLACES = """
([line, from, to]) => {
  const element = document.querySelectorAll(".lsf-richtext__line")[line];
  const units = count => [...element.textContent].slice(0, count).join("").length;
  const place = offset => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let left = offset;
    for (let node = walker.nextNode(); node; left -= node.length, node = walker.nextNode()) if (left <= node.length) return [node, left];
  };
  const edge = (offset, first) => {
    const range = document.createRange();
    range.setStart(...place(first ? offset : offset - 1));
    range.setEnd(...place(first ? offset + 1 : offset));
    const box = [...range.getClientRects()].at(-1);
    return [first ? box.right - 0.5 : box.left + 0.5, (box.top + box.bottom) / 2];
  };
  element.scrollIntoView({block: "center"});
  return [from === null ? null : edge(units(from), true), to === null ? null : edge(units(to), false)];
}
"""


def span(surface, after=0, **fields):
    start = TEXT.index(surface, after)
    return {"start": start, "end": start + len(surface), "text": surface, **fields}


@pytest.fixture(scope="module")
def page_document():
    """A page full of traps, with a mark of each layer behind some of them."""
    cut = TEXT.index("وأضافت")
    segments = [
        {"start": 0, "end": cut - 1, "label": "body", "kind": "paragraph"},
        {"start": cut, "end": len(TEXT), "label": "boilerplate", "kind": "caption"},
    ]
    quote = span("السوق 𞤀 باقية\nفي بيروت", id="q1", type="direct", cue=span("قالت\u200cها"), speaker=span("سلمى\tحدّاد"), speaker_id="salma-haddad")
    entities = [
        span("سلمى حداد", type="PERSON", id="salma-haddad", proclitic=""),
        span("بيروت", type="GPE", id="beirut", proclitic=""),
        span("بيروت", TEXT.index("باقية"), type="GPE", id="beirut", proclitic=""),
        span("رأس\nالخيمة", type="GPE", id="ras-al-khaimah", proclitic=""),
    ]
    source = {"file": "made.txt", "outlet": None, "aggregator": None, "style": "made", "published": None, "sha256": documents.sha256(TEXT)}
    annotation = {"guidelines": documents.guidelines_version(), "passes": [], "adjudicated": False}
    made = {"id": "made-0001", "origin": "authored", "source": source, "text": TEXT, "segments": segments, "quotes": [quote], "entities": entities}
    return {**made, "annotation": annotation}


@pytest.fixture(scope="module")
def server():
    with running(REAL) as found:
        yield found


@pytest.fixture
def screen(server, browser, page_document):
    """The labelling screen of the page, the number of its project, and what the browser asked of other hosts."""
    project = label_studio_run.create(server, label_studio_config.config(), "screen")
    tasks = [label_studio.task(page_document, "train")]
    (task,) = call(server, "POST", f"/api/projects/{project}/import?return_task_ids=true", tasks)["task_ids"]
    page, elsewhere = browser.new_page(viewport={"width": 1600, "height": 1000}), []
    page.set_default_timeout(60_000)
    page.on("request", lambda request: elsewhere.append(request.url) if request.url.startswith("http") and not request.url.startswith(server.url) else None)
    page.goto(f"{server.url}/user/login/")
    page.fill("input[name=email]", USER)
    page.fill("input[name=password]", server.password)
    page.click("button[type=submit]")
    page.wait_for_load_state()
    page.goto(f"{server.url}/projects/{project}/data?task={task}")
    page.wait_for_selector(".htx-highlight[data-label$=PERSON]")
    yield page, project, elsewhere
    page.close()


def select(page, label, start, end):
    """Take the label, and mark text[start:end] with the mouse."""
    ends = [index for index, char in enumerate(TEXT) if char in "\r\n"]

    def line_of(offset):
        number = sum(at < offset for at in ends)
        return number, offset - (ends[number - 1] + 1 if number else 0)

    (first, begin), (last, stop) = line_of(start), line_of(end)
    page.get_by_text(label, exact=True).first.click()
    down = page.evaluate(PLACES, [first, begin, None])[0]
    up = page.evaluate(PLACES, [last, None, stop])[1]
    page.mouse.move(*down)
    page.mouse.down()
    page.mouse.move(*up, steps=8)
    page.mouse.up()


def test_every_mark_is_shown_on_its_own_characters(screen, page_document):
    page, _, elsewhere = screen
    marks, _ = label_studio.layers.marks(page_document)
    shown = {mark.key: page.evaluate(SHOWN, mark.key) for mark in marks}
    assert shown == {mark.key: TEXT[mark.start : mark.end].replace("\r", "").replace("\n", "") for mark in marks}
    assert elsewhere == []


def test_the_page_reads_from_right_to_left_and_keeps_its_spaces(screen):
    page, _, _ = screen
    style = page.evaluate("(s => [s.direction, s.whiteSpaceCollapse])(getComputedStyle(document.querySelector('.lsf-richtext__container')))")
    assert style == ["rtl", "preserve"]
    first, last = (page.locator(f".htx-highlight[data-label$={name}]").first.bounding_box() for name in ("PERSON", "GPE"))
    assert first["x"] > last["x"] + last["width"], "the earlier of two marks in a line is the right one"


def update(page, server, project, path):
    """Press Update; the results of the only task, as exported, and the document that they are."""
    with page.expect_response(lambda answer: "/api/annotations/" in answer.url and answer.request.method == "PATCH"):
        page.locator("button", has_text="Update").click()
    (task,) = label_studio_run.fetch(server, project, path)
    (back,) = label_studio.read(path)
    assert back.notes == []
    return task["annotations"][0]["result"], back.layers


BY_MOUSE = {
    "DATE": "غدا",
    "ORG": "الميناء",
    "PERSON": "سلمى\tحدّاد",
    "LOC": "باقية\nفي بيروت",
    "FAC": "بيروت\r\n\nقالت\u200cها",
    "WORK_OF_ART": "😀 بخير  غدا",
}


def test_marks_made_with_the_mouse_come_back_in_code_points(screen, server, page_document, tmp_path):
    page, project, _ = screen
    wanted = {label: span(surface, type=label, id=None, proclitic="") for label, surface in BY_MOUSE.items()}
    for label, entity in wanted.items():
        select(page, label, entity["start"], entity["end"])
        page.wait_for_selector(f".htx-highlight[data-label$={label}]")
        page.keyboard.press("Escape")
    result, back = update(page, server, project, tmp_path / "export.json")
    known = {mark.key for mark in label_studio.layers.marks(page_document)[0]}
    new = {item["value"]["labels"][0]: item["value"] for item in result if item["type"] == "labels" and item["id"] not in known}
    assert {label: (value["start"], value["end"]) for label, value in new.items()} == {label: (e["start"], e["end"]) for label, e in wanted.items()}
    expected = copy.deepcopy(page_document)
    expected["entities"] = sorted([*expected["entities"], *wanted.values()], key=lambda item: (item["start"], item["end"]))
    assert importing.differences(expected, {**expected, **back}) == []


def test_a_quote_made_by_hand_has_its_cue_its_speaker_and_who_that_is(screen, server, page_document, tmp_path):
    page, project, _ = screen
    quote, cue = span("أن <b>الميناء</b> &amp; رأس\nالخيمة 😀 بخير"), span("وأضافت")
    for label, mark in (("indirect", quote), ("cue", cue)):
        select(page, label, mark["start"], mark["end"])
        page.wait_for_selector(f".htx-highlight[data-label$={label}] >> nth=-1")
        page.keyboard.press("Escape")
    page.locator(".htx-highlight[data-label$=indirect]").last.click(position={"x": 3, "y": 8})
    page.get_by_placeholder("empty: nobody that is named").fill("salma-haddad")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+r")
    page.locator(".htx-highlight[data-label$=cue]").last.click()
    page.screenshot(path=tmp_path / "linked.png")
    _, back = update(page, server, project, tmp_path / "export.json")
    made = {"id": "q2", **quote, "type": "indirect", "cue": cue, "speaker": None, "speaker_id": "salma-haddad"}
    assert back == {**{key: page_document[key] for key in back}, "quotes": [*page_document["quotes"], made]}

"""A text and its marks as HTML, a block a line and a span a run. The characters between the tags are the text, none more, none less."""

import html
import re
from collections.abc import Callable, Iterable, Iterator

from baselines.site import palette
from scripts import documents, runs, views
from scripts.runs import Line, Mark

# Layers whose marks one steps through with the arrow keys.
STOPS = ("quote", "cue", "speaker", "entity", "dispute", "outcome", "boundary")
# Lines above which the browser lays out only what is in sight.
LONG = 200
# Code points after which a run of a long line ends: browsers break lines in a short stretch of letters much faster than in a long one.
STRETCH = 1000
# What does not show, and how it is shown on demand. A space is left as it is, and marked by the browser.
HIDDEN = {
    "\n": "⏎",
    "\t": "⇥",
    "\u00a0": "⍽",
    "\u00ad": "SHY",
    "\u200b": "ZWSP",
    "\u200c": "ZWNJ",
    "\u200d": "ZWJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\ufeff": "BOM",
}
_HIDDEN = re.compile("[\n\t\r\x0b\x0c\u0085\u00a0\u00ad\u061c\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff]")

# (line, marks in the order of their starts) → HTML of a margin
Margin = Callable[[Line, list[Mark]], str]
Labels = Callable[[Mark], str]


def panel(text: str, marks: list[Mark], margins: Iterable[Margin], labels: Labels, prefix: str = "") -> str:
    """The text's lines. Each has its margins beside it, in the order given: the first on the right, the second on the left.

    ``labels`` gives what is written above the start of a mark, or nothing. Every mark's start has the mark's ref, behind ``prefix``, for its id.
    U+0000, which no HTML can hold, becomes U+FFFD.
    """
    place = {mark.ref: runs.unjoined(text, mark.start) for mark in marks}
    written: dict[int, list[tuple[Mark, str]]] = {}
    for mark in marks:
        if label := labels(mark):
            written.setdefault(place[mark.ref], []).append((mark, label))
    beside = list(margins)
    lines = (_line(text, line, written, beside, prefix) for line in runs.lines(text, marks, [*written, *_stretches(text)]))
    return "".join(lines)


def is_long(text: str) -> bool:
    """Whether the browser should lay out only what is in sight."""
    return text.count("\n") > LONG


def escaped(text: str) -> str:
    """The text as HTML that a parser reads back to the same characters; what does not show stands in an element of its own."""
    safe = html.escape(text.replace("\x00", "\ufffd"), quote=False)
    return _HIDDEN.sub(_hidden, safe)


def kinds_margin(prefix: str = "") -> Margin:
    """The margin with the line's number and the kinds of the segments that lie in it, each a link to its segment."""

    def margin(line: Line, marks: list[Mark]) -> str:
        segments = [mark for mark in marks if mark.layer == "segment"]
        links = " + ".join(_kind(mark, line, prefix) for mark in segments)
        return f'<div class="g {sides(segments)}" lang="en" dir="ltr"><span class="n">{line.number}</span> {links}</div>'

    return margin


def sides(segments: list[Mark]) -> str:
    """What a line's segments are: body, boilerplate, mixed, or blank; and the family of the first."""
    labels = {documents.label_of_kind()[mark.name] for mark in segments}
    side = "blank" if not labels else "mixed" if len(labels) > 1 else labels.pop()
    return f"side-{side}" + (f" f-{palette.KINDS[segments[0].name]}" if segments else "")


def _stretches(text: str) -> Iterator[int]:
    for _, start, end in views.line_spans(text):
        yield from (runs.unjoined(text, at) for at in range(start + STRETCH, end, STRETCH))


def _kind(mark: Mark, line: Line, prefix: str) -> str:
    goes_on = mark.start < line.start
    return f'<a href="#{prefix}{mark.ref}" tabindex="-1">{"… " if goes_on else ""}{mark.name}</a>'


def _line(text: str, line: Line, written: dict[int, list[tuple[Mark, str]]], margins: list[Margin], prefix: str) -> str:
    seen: dict[Mark, None] = {}
    for run in line.runs:
        seen.update(dict.fromkeys(run.marks))
    parts = []
    for run in line.runs:
        if run.start in written:
            parts.append(_labels(run.start, line, written[run.start]))
        parts.append(_run(text, run, line, prefix))
    beside = [margin(line, list(seen)) for margin in margins]
    after = "".join(beside[1:])
    return f'<div class="line">{beside[0] if beside else ""}<div class="t">{"".join(parts)}</div>{after}</div>\n'


def _labels(at: int, line: Line, written: list[tuple[Mark, str]]) -> str:
    """Empty elements whose style writes the words: no selection and no copy holds them. Segments that begin a line have theirs in the margin.

    Labels of one sort and type are written together: cue 9, 10.
    """
    shown: dict[tuple[str, str], list[str]] = {}
    for mark, label in written:
        if mark.layer != "segment" or at > line.start:
            word, _, rest = label.partition(" ")
            shown.setdefault((_class(mark), word), []).append(rest)
    inner = "".join(f'<b class="{name}" data-l="{html.escape(" ".join([word, ", ".join(rests)]).strip())}"></b>' for (name, word), rests in shown.items())
    return f'<span class="ls" aria-hidden="true"><span>{inner}</span></span>' if inner else ""


def _run(text: str, run: runs.Run, line: Line, prefix: str) -> str:
    surface = escaped(text[run.start : run.end])
    if any(mark.layer == "entity" for mark in run.marks):
        surface = f'<span class="c">{surface}</span>'
    if not run.marks:
        return f'<span class="r" data-s="{run.start}">{surface}</span>'
    begun = [mark for mark in run.marks if mark.start == run.start]
    stop = ' tabindex="-1"' if any(mark.layer in STOPS for mark in begun) else ""
    refs = " ".join(prefix + mark.ref for mark in run.marks)
    out = f'<span class="r {_classes(run, line)}" data-s="{run.start}" data-m="{refs}"{stop}>{surface}</span>'
    for mark in reversed(begun):
        out = f'<span id="{prefix}{mark.ref}">{out}</span>'
    return out


def _classes(run: runs.Run, line: Line) -> str:
    levels = runs.levels(run.marks)
    names = []
    for mark in run.marks:
        names.append(f"q{min(levels[mark.ref], 3)}-{mark.name}" if mark.layer == "quote" else _class(mark))
        inside = mark.start > line.start if mark.layer == "segment" else True
        names += [f"{mark.layer}-first"] if mark.start == run.start and inside else []
        names += [f"{mark.layer}-last"] if mark.end == run.end else []
    return " ".join(dict.fromkeys(names))


def _class(mark: Mark) -> str:
    return f"{mark.layer}-{mark.name}"


def _hidden(match: re.Match[str]) -> str:
    char = match.group()
    # A parser would read a bare carriage return as a line feed.
    written = "&#13;" if char == "\r" else char
    return f'<i class="w" data-w="{HIDDEN.get(char, f"{ord(char):04X}")}">{written}</i>'

"""Label Studio's labelling configuration, ``label_studio.xml``, made from the labels of the schema: ``config()`` is the file's content.

Labels stand beside the page and stay in sight; the page reads from right to left; marks are on the Text tag ``text``, which keeps every character.
"""

from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from scripts import documents
from scripts.formats import layers

CONFIG = Path(__file__).with_name("label_studio.xml")

# The text boxes of a selected mark: name, the layer it belongs to, the mark's field that it holds.
BOXES = {"speaker_id": ("quote", "speaker_id"), "entity_id": ("entity", "id"), "proclitic": ("entity", "proclitic")}

_TITLES = {"speaker_id": "Who speaks: id in entities.json", "entity_id": "What is named: id in entities.json", "proclitic": "Letters before the name"}
_HINTS = {"speaker_id": "empty: nobody that is named", "entity_id": "empty: a date or a sum", "proclitic": "empty: as the text has them"}
_HEADERS = {
    "segment": "Segments: every word lies in one",
    "quote": "Quotes, without the quotation marks",
    "part": "Cue and speaker; link the quote to them (alt+R)",
    "entity": "Entities, without letters before the name",
}

# The screen draws a mark in its label's colour at a third of its strength, marks in marks one over the other: pale ones for segments.
_FAMILIES = {
    "#66bb6a": ("paragraph", "subheading"),
    "#64b5f6": ("headline", "timestamp", "byline", "source"),
    "#ba9bd8": ("related_links", "navigation", "keywords"),
    "#ffb74d": ("related_article", "caption", "promotion"),
    "#9e9e9e": ("legal", "other"),
    "#e91e63": ("direct", "partial", "indirect"),
    "#5d4037": ("cue",),
    "#4527a0": ("speaker",),
    "#d84315": ("PERSON", "NORP"),
    "#00838f": ("GPE", "LOC", "FAC"),
    "#283593": ("ORG",),
    "#827717": ("PRODUCT", "EVENT", "WORK_OF_ART", "LAW"),
    "#6d4c41": ("DATE", "TIME", "MONEY"),
}

# Class names but for the first three are Label Studio's own. Spaces are kept, since offsets count them. Of marks' names only those of
# segments are written into the page: colours tell the other layers, and a name for each of them would break up the lines.
_STYLE = """
    .hashiya { display: flex; gap: 24px; align-items: flex-start; }
    .hashiya-labels { position: sticky; top: 0; flex: 0 0 272px; max-height: calc(100vh - 150px); overflow-y: auto; }
    .hashiya-page { flex: 1; min-width: 0; }
    .hashiya-page .lsf-richtext__container { direction: rtl; text-align: right; white-space: pre-wrap; font-size: 19px; line-height: 2.3; }
    .hashiya-page .htx-highlight[data-label]::after { content: none; }
    KINDS { content: attr(data-label); direction: ltr; unicode-bidi: isolate; font-weight: normal; opacity: 0.8; }
"""


def config() -> str:
    """The configuration as XML."""
    names = layers.labels()
    rows = ["<View>", f"  <Style>{_style()}  </Style>", '  <View className="hashiya">', '    <View className="hashiya-labels">']
    rows += [f"      {row}" for layer in names for row in _labels(layer, names[layer])]
    rows += [f"      {row}" for name, (layer, _) in BOXES.items() for row in _box(name, layer)]
    rows += ["    </View>", '    <View className="hashiya-page">']
    rows += ['      <Text name="text" value="$text" valueType="text" saveTextResult="yes" granularity="symbol" showLabels="true"/>']
    text = "\n".join([*rows, "    </View>", "  </View>", "</View>"]) + "\n"
    ElementTree.fromstring(text)
    return text


def colours() -> dict[str, str]:
    """``{label: colour}`` of every label."""
    return {name: colour for colour, names in _FAMILIES.items() for name in names}


def _style() -> str:
    return _STYLE.replace("KINDS", ", ".join(f".hashiya-page .htx-highlight[data-label$={kind}]::after" for kind in documents.enum("kind")))


def _labels(layer: str, names: list[str]) -> list[str]:
    rows = [f"  <Label value={quoteattr(name)} background={quoteattr(colours()[name])}/>" for name in names]
    return [_header(_HEADERS[layer]), f'<Labels name="{layer}" toName="text" choice="single">', *rows, "</Labels>"]


def _box(name: str, layer: str) -> list[str]:
    hint = quoteattr(_HINTS[name])
    return [
        f'<View visibleWhen="region-selected" whenTagName="{layer}">',
        f"  {_header(_TITLES[name])}",
        f'  <TextArea name="{name}" toName="text" perRegion="true" editable="true" maxSubmissions="1" rows="1" placeholder={hint}/>',
        "</View>",
    ]


def _header(title: str) -> str:
    return f'<Header value={quoteattr(title)} size="5" style="font-size: 14px; margin: 6px 0 0"/>'

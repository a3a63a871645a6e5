"""The colours of the site, by day and by night, and which of them must be told from which; a test measures the contrast.

Names are those of the CSS custom properties: ``paper`` is ``var(--paper)``.
"""

from scripts import documents

Palette = dict[str, str]

# Kind of segment → family, entity type → family: a family has one colour, its members are told apart by their names.
KINDS = {
    **dict.fromkeys(("paragraph", "subheading"), "body"),
    **dict.fromkeys(("headline", "timestamp", "byline", "source"), "frame"),
    **dict.fromkeys(("related_links", "navigation", "keywords"), "links"),
    **dict.fromkeys(("related_article", "caption", "promotion"), "insert"),
    **dict.fromkeys(("legal", "other"), "rest"),
}
TYPES = {
    **dict.fromkeys(("PERSON", "NORP"), "person"),
    **dict.fromkeys(("GPE", "LOC", "FAC"), "place"),
    "ORG": "org",
    **dict.fromkeys(("PRODUCT", "EVENT", "WORK_OF_ART", "LAW"), "thing"),
    **dict.fromkeys(("DATE", "TIME", "MONEY"), "number"),
}
BANDS = ("body", "frame", "links", "insert", "rest")
CHIPS = ("person", "place", "org", "thing", "number")
LINES = ("quote", "cue", "speaker")
STATES = ("lost", "wrong", "dispute", "lit")

LIGHT: Palette = {
    **{"paper": "#f7f5f0", "card": "#fffefb", "ink": "#1c1a17", "soft": "#595349", "hair": "#ddd7cb", "edge": "#82796b"},
    **{"accent": "#0b5a8a", "focus": "#0b5a8a"},
    **{"band-body": "#f1f8f1", "band-frame": "#e6eff9", "band-links": "#f0ebf9", "band-insert": "#fbf0d9", "band-rest": "#eeeae3"},
    **{"bar-body": "#2f7d4f", "bar-frame": "#3f6fa8", "bar-links": "#7b5ea7", "bar-insert": "#96650a", "bar-rest": "#756e63"},
    **{"chip-person": "#fbd9cf", "chip-place": "#c9ebea", "chip-org": "#d3ddf9", "chip-thing": "#e4e8ab", "chip-number": "#e7dccb"},
    **{"rim-person": "#b5533c", "rim-place": "#1c7a7a", "rim-org": "#4a62b8", "rim-thing": "#6f731a", "rim-number": "#80693f"},
    **{"quote": "#9c1f5a", "cue": "#a8420f", "speaker": "#5b3aa0"},
    **{"lost": "#ffd3cf", "wrong": "#ffe08f", "dispute": "#fff0b8", "lit": "#fff3a3"},
    **{"rim-lost": "#b3261e", "rim-wrong": "#855800", "rim-dispute": "#7a4d00", "rim-lit": "#0b5a8a"},
}
DARK: Palette = {
    **{"paper": "#141618", "card": "#1b1e21", "ink": "#ece8e1", "soft": "#b6afa3", "hair": "#3a3f45", "edge": "#8b929a"},
    **{"accent": "#8cc4f0", "focus": "#8cc4f0"},
    **{"band-body": "#1b2820", "band-frame": "#1b2633", "band-links": "#272235", "band-insert": "#32291a", "band-rest": "#2a2926"},
    **{"bar-body": "#6cc490", "bar-frame": "#86b3ec", "bar-links": "#b79be6", "bar-insert": "#e0ab4a", "bar-rest": "#a8a195"},
    **{"chip-person": "#57302a", "chip-place": "#1c4747", "chip-org": "#2d3a68", "chip-thing": "#42451a", "chip-number": "#443a2d"},
    **{"rim-person": "#e59a86", "rim-place": "#6cc9c9", "rim-org": "#9db0f5", "rim-thing": "#c9cf60", "rim-number": "#c9b390"},
    **{"quote": "#f59ac4", "cue": "#f2a277", "speaker": "#c4adf7"},
    **{"lost": "#64231f", "wrong": "#523d04", "dispute": "#473a12", "lit": "#46410f"},
    **{"rim-lost": "#ff9a92", "rim-wrong": "#f0c24a", "rim-dispute": "#f0c860", "rim-lit": "#8cc4f0"},
}
PALETTES = {"light": LIGHT, "dark": DARK}

# WCAG 2.2: 1.4.3 asks 4.5 of text, 1.4.11 asks 3 of what a mark is known by.
TEXT, GRAPHIC = 4.5, 3.0


def pairs() -> list[tuple[str, str, float]]:
    """``(colour, colour behind it, least contrast)`` of everything that is drawn on something."""
    grounds = [f"band-{name}" for name in BANDS]
    tinted = [*grounds, *(f"chip-{name}" for name in CHIPS), *STATES]
    found = [("ink", ground, TEXT) for ground in ("paper", "card", *tinted)]
    found += [(name, ground, TEXT) for name in ("soft", "accent") for ground in ("paper", "card", *grounds)]
    found += [("soft", ground, TEXT) for ground in STATES]
    found += [(name, ground, GRAPHIC) for name in ("edge", "focus") for ground in ("paper", "card")]
    found += [(f"bar-{name}", "card", GRAPHIC) for name in BANDS]
    found += [(f"rim-{name}", ground, GRAPHIC) for name in CHIPS for ground in (f"chip-{name}", *grounds)]
    found += [(name, ground, GRAPHIC) for name in LINES for ground in tinted]
    return found + [(f"rim-{name}", ground, GRAPHIC) for name in STATES for ground in (name, "card", *grounds)]


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours ``#rrggbb``, from 1 to 21 (WCAG 2.2, relative luminance)."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def families() -> dict[str, list[str]]:
    """``{family: its kinds or types}``, in the order of the schema."""
    names = {**{kind: KINDS[kind] for kind in documents.enum("kind")}, **{kind: TYPES[kind] for kind in documents.enum("entity_type")}}
    return {family: [name for name, found in names.items() if found == family] for family in (*BANDS, *CHIPS)}


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

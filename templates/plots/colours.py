"""The colours of plots: as they are drawn, and the classes that stand for them on pages.

A page may have no inline style, and is light or dark. So what is drawn in one of these colours
gets the class instead, and the style sheet says what it looks like.
"""

SURFACE = "#ffffff"
TEXT = "#1f2937"
SOFT_TEXT = "#4b5767"
GRID = "#d7dde5"
RULE = "#9b1c16"
BAND = "#8db4dc"
SERIES = ("#1d5fa8", "#b45309", "#17683a", "#7c3aed", "#be185d", "#5b6573")

CLASSES = {
    TEXT: "text",
    SOFT_TEXT: "soft",
    GRID: "grid",
    RULE: "rule",
    BAND: "band",
    **{colour: str(place) for place, colour in enumerate(SERIES, 1)},
}

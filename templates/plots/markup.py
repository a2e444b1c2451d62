"""Makes of Vega's SVG one that may stand in a page: only shapes and text, and our classes."""

import re
from xml.etree import ElementTree as ET

from markupsafe import Markup

from templates.plots.colours import CLASSES

_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset(
    {"svg", "g", "path", "line", "rect", "circle", "text", "tspan", "defs", "clipPath"}
)
# No style, no class of others, no id but of clips, no link, nothing that runs.
_PLACES = """
d x y x1 y1 x2 y2 dx dy cx cy r rx ry width height viewBox transform text-anchor dominant-baseline
"""
_LOOKS = """
opacity fill-opacity stroke-opacity stroke-width stroke-dasharray stroke-linecap stroke-linejoin
stroke-miterlimit font-size font-weight
"""
_ATTRIBUTES = frozenset((_PLACES + _LOOKS).split())
_PAINT = ("fill", "stroke")
_CLIP = re.compile(r"url\(#([A-Za-z0-9_-]+)\)")
_KEY = re.compile(r"[a-z][a-z0-9-]*")


def page_svg(svg: str, *, key: str, title: str, description: str) -> Markup:
    """Return the plot for a page.

    Args:
        svg: as the renderer made it.
        key: what the ids in it begin with; no other plot of the page has it.
        title: its name for people who don't see it.
        description: what is seen in it.

    Raises:
        ValueError: it isn't SVG, or the key can't begin an id.
    """
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} can't begin an id")
    if "<!" in svg:
        raise ValueError("the SVG of a plot has no declarations")
    try:
        read = ET.fromstring(svg)  # noqa: S314 - without declarations nothing expands
    except ET.ParseError as error:
        raise ValueError("the plot isn't well-formed") from error
    made = _copy(read, key)
    if made is None or made.tag != "svg":
        raise ValueError("the plot isn't SVG")
    made.set("role", "img")
    made.set("xmlns", "http://www.w3.org/2000/svg")
    made.set("aria-labelledby", f"{key}-title {key}-desc")
    for place, (tag, text) in enumerate((("title", title), ("desc", description))):
        named = ET.Element(tag, {"id": f"{key}-{tag}"})
        named.text = text
        made.insert(place, named)
    return Markup(ET.tostring(made, encoding="unicode"))  # noqa: S704 - escaped by the writer


def _copy(element: ET.Element, key: str) -> ET.Element | None:
    tag = element.tag.removeprefix(_SVG)
    if tag not in _ELEMENTS or _is_nothing(tag, element):
        return None
    copied = ET.Element(tag, _attributes(tag, element, key))
    if tag in {"text", "tspan"}:
        copied.text = element.text
    for child in element:
        kept = _copy(child, key)
        if kept is not None:
            copied.append(kept)
    return None if tag == "g" and not len(copied) else copied


def _is_nothing(tag: str, element: ET.Element) -> bool:
    if element.get("display") == "none":
        return True
    return tag == "path" and element.get("d", "") in {"", "M0,0h0v0h0Z"}


def _attributes(tag: str, element: ET.Element, key: str) -> dict[str, str]:
    kept = {name: value for name, value in element.items() if name in _ATTRIBUTES}
    classes = []
    for paint in _PAINT:
        value = element.get(paint)
        if value is None:
            continue
        if value in CLASSES:
            classes.append(f"plot-{paint}-{CLASSES[value]}")
        else:
            kept[paint] = "none"
    if classes:
        kept["class"] = " ".join(classes)
    clip = _CLIP.fullmatch(element.get("clip-path", ""))
    if clip:
        kept["clip-path"] = f"url(#{key}-{clip[1]})"
    if tag == "clipPath":
        kept["id"] = f"{key}-{element.get('id', '')}"
    return kept

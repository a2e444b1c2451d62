"""An organisation's colour: its full form, and how it stays readable on pages and in mails."""

import re

WHITE = "#ffffff"
BLACK = "#000000"
# Of the surfaces in pages.css the ones on which a link is hardest to read.
LIGHT_SURFACE = "#f3f5f8"
DARK_SURFACE = "#232b36"
READABLE = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""

_FULL = re.compile(r"#[0-9a-fA-F]{6}")
_SHORT = re.compile(r"#[0-9a-fA-F]{3}")
_STEPS = 20


def full_colour(colour: str) -> str:
    """Return a colour as ``#rrggbb``, the only form that Outlook reads in an attribute.

    Raises:
        ValueError: it is written neither as ``#rrggbb`` nor as ``#rgb``. Nothing else may get into
            a style.
    """
    if _SHORT.fullmatch(colour):
        return "#" + "".join(digit * 2 for digit in colour[1:])
    if not _FULL.fullmatch(colour):
        raise ValueError(f"the primary colour {colour!r} is not written as #rrggbb")
    return colour


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def text_on(background: str) -> str:
    """Return white or black, whichever reads better; one of them always reaches 4.5."""
    return max(WHITE, BLACK, key=lambda text: contrast(text, background))


def readable_on(background: str, colour: str) -> str:
    """Return the colour, or the nearest mix with white or black that reads on a background."""
    for step in range(_STEPS):
        mixed = _mixed(colour, text_on(background), step / _STEPS)
        if contrast(mixed, background) >= READABLE:
            return mixed
    return text_on(background)


def brand_stylesheet(primary_colour: str) -> str:
    """Return the style sheet that gives the pages a brand's colour, light and dark.

    Raises:
        ValueError: it is not a hex colour.
    """
    brand = full_colour(primary_colour)
    on_light = readable_on(LIGHT_SURFACE, brand)
    on_dark = readable_on(DARK_SURFACE, brand)
    return (
        f":root {{ --brand: {brand}; --on-brand: {text_on(brand)}; --brand-text: {on_light}; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --brand-text: {on_dark}; }} }}\n"
    )


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round((a + (b - a) * share) * 255):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> list[float]:
    digits = full_colour(colour)[1:]
    return [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]

"""Makes a brand's colour readable wherever the pages use it (WCAG contrast)."""

import re

WHITE = "#ffffff"
BLACK = "#000000"
# Of the surfaces in pages.css the ones on which a link is hardest to read.
LIGHT_SURFACE = "#f3f5f8"
DARK_SURFACE = "#232b36"
READABLE = 4.5

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_SHORT = 4
_STEPS = 20

_Rgb = tuple[float, float, float]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two hex colours, from 1 to 21 (WCAG 2.2, 1.4.3)."""
    darker, lighter = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))))
    return (lighter + 0.05) / (darker + 0.05)


def text_on(background: str) -> str:
    """Return white or black, whichever reads better; one of them always reaches 4.5."""
    return max(WHITE, BLACK, key=lambda text: contrast(text, background))


def readable_on(background: str, colour: str) -> str:
    """Return the colour, or the nearest mix with white or black that reads on a background."""
    target = _rgb(text_on(background))
    start = _rgb(colour)
    for step in range(_STEPS):
        share = step / _STEPS
        mixed = _hex(
            (
                start[0] + (target[0] - start[0]) * share,
                start[1] + (target[1] - start[1]) * share,
                start[2] + (target[2] - start[2]) * share,
            )
        )
        if contrast(mixed, background) >= READABLE:
            return mixed
    return _hex(target)


def brand_stylesheet(primary_colour: str) -> str:
    """Return the style sheet that gives the pages a brand's colour, light and dark.

    Raises:
        ValueError: it is not a hex colour. Nothing else may get into a style sheet.
    """
    on_light = readable_on(LIGHT_SURFACE, primary_colour)
    on_dark = readable_on(DARK_SURFACE, primary_colour)
    return (
        f":root {{ --brand: {primary_colour}; --on-brand: {text_on(primary_colour)}; "
        f"--brand-text: {on_light}; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --brand-text: {on_dark}; }} }}\n"
    )


def _rgb(colour: str) -> _Rgb:
    if not _HEX.fullmatch(colour):
        raise ValueError("a colour is written #rgb or #rrggbb")
    digits = "".join(digit * 2 for digit in colour[1:]) if len(colour) == _SHORT else colour[1:]
    red, green, blue = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    return red, green, blue


def _hex(rgb: _Rgb) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in rgb)


def _luminance(rgb: _Rgb) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for channel in rgb
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
